namespace Playbooks.Core.Definitions.Checking;

/// <summary>Every step has an id of its own, wherever it stands.</summary>
internal sealed class IdCheck(Subject subject)
{
    public void Run()
    {
        var first = new Dictionary<string, Step>(StringComparer.Ordinal);
        foreach (var step in subject.Tree.InOrder)
        {
            if (!first.TryAdd(step.Id, step))
                subject.NodeOf(step, "id").Error(ErrorCodes.RepeatedId, $"The id '{subject.Written(step)}' is already used on line {first[step.Id].Line}.", "Give the step an id of its own.");
        }
    }
}
