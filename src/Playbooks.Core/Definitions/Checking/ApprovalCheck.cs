using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>Who decides, and over what: covered steps exist and lie behind their approval.</summary>
internal sealed class ApprovalCheck(Subject subject)
{
    public void Run()
    {
        foreach (var step in subject.Main)
        {
            if (step is Step.Approve approval && !subject.IsBroken(step))
                Check(approval);
            if (step is Step.ManualTask task && !subject.IsBroken(step))
                CheckRole(task.Role, subject.NodeOf(step, "task", "role"));
        }
    }

    private void Check(Step.Approve approval)
    {
        var node = subject.NodeOf(approval, "approve");
        CheckRole(approval.Role, subject.NodeOf(approval, "approve", "role"));
        foreach (var escalation in node.Property("escalate")?.Elements() ?? [])
        {
            if (escalation.Property("role") is { Text: { } role } written)
                CheckRole(role, written);
        }
        foreach (var written in node.Property("covers")?.Elements() ?? [])
        {
            if (written.Text is { } id && LanguageNames.IsId(id))
                CheckCovered(approval, subject.Facts[approval].Scope.Prefix + id, written);
        }
    }

    private void CheckRole(string role, Node written)
    {
        if (LanguageNames.IsId(role) && !subject.Draft.Roles.ContainsKey(role))
            written.Error(ErrorCodes.UnknownRole, $"The role '{role}' is not declared.",
                NearestName.Advice(role, [.. subject.Draft.Roles.Keys], $"Add \"{role}\": \"a-group\" to roles."));
    }

    private void CheckCovered(Step.Approve approval, string id, Node written)
    {
        var place = subject.Tree[approval];
        if (subject.Tree.Find(id) is not { } covered)
        {
            written.Error(ErrorCodes.BadCovers, $"There is no step {written.Shown}.",
                NearestName.Advice(written.Text!, [.. place.List.Skip(place.Index + 1).Select(subject.Written)], "Name a step that follows the approval."));
            return;
        }
        if (subject.Tree.InList(covered, place.List) is not { } here || subject.Tree[here].Index <= place.Index)
            written.Error(ErrorCodes.BadCovers, $"The step {written.Shown} does not lie behind this approval.", "Cover steps that follow in the same list, or stand inside a block that does.");
        else if (approval.OnTimeout is OnTimeout.Proceed && covered.WithDescendants().OfType<Step.Do>().FirstOrDefault(step => step.Action.Effect == Effect.Irreversible) is { } final)
            subject.NodeOf(approval, "approve", "onTimeout").Error(ErrorCodes.ProceedIrreversible,
                $"Silence would permit '{subject.Written(final)}', which cannot be taken back.", "Write \"deny\", or do not cover that step here.");
    }
}
