using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>What starts a run can read only what exists before it.</summary>
internal sealed class TriggerCheck(Subject subject)
{
    public void Run()
    {
        foreach (var (trigger, facts) in subject.Draft.Triggers)
            Check(facts, trigger is Trigger.OnSchedule ? [] : ["alert"]);
        if (subject.Draft.ConcurrencyFacts is { } concurrency)
            Check(concurrency, ["inputs", "alert"]);
    }

    private void Check(StepFacts facts, string[] roots)
    {
        foreach (var use in facts.Uses)
        {
            foreach (var reference in use.References)
            {
                var root = reference.Path.FirstOrDefault("");
                if (!roots.Contains(root))
                    use.Node.ErrorInside(use.Offset + reference.Offset, ErrorCodes.UnknownScope,
                        root.Length == 0 ? "Everything at once cannot be read." : $"There is no '{Fields.Short(root)}' before a run starts.",
                        NearestName.Advice(root, roots, roots.Length == 0 ? "A schedule gives plain values." : $"Read from {string.Join(", ", roots)}."));
                else if (root == "inputs" && reference.Path is [_, var name, ..] && !subject.Draft.Scope.Inputs.ContainsKey(name))
                    use.Node.ErrorInside(use.Offset + reference.Offset, ErrorCodes.UndeclaredInput, $"There is no input '{Fields.Short(name)}'.",
                        NearestName.Advice(name, [.. subject.Draft.Scope.Inputs.Keys], "Declare it under inputs."));
                else
                    AlertShape.Check(use, reference);
            }
        }
    }
}
