namespace Playbooks.Core.Definitions.Checking;

/// <summary>Jumps lead forward in their own list, and not over what must not be passed over.</summary>
internal sealed class GotoCheck(Subject subject)
{
    public void Run()
    {
        foreach (var step in subject.Tree.InOrder)
        {
            if (step.OnFailure is OnFailure.Goto onFailure)
                Check(step, onFailure.Step, subject.NodeOf(step, "onFailure", "goto"));
            if (step is Step.Approve { OnTimeout: OnTimeout.Goto onTimeout } approval)
            {
                var at = subject.NodeOf(step, "approve", "onTimeout", "goto");
                if (Check(step, onTimeout.Step, at) is { } target)
                    CheckPastCovered(approval, target, at);
            }
        }
    }

    private int? Check(Step from, string id, Reading.Node at)
    {
        var place = subject.Tree[from];
        var target = Enumerable.Range(0, place.List.Length).Where(i => place.List[i].Id == id).Select(i => (int?)i).FirstOrDefault();
        if (target is null || target <= place.Index)
        {
            var later = place.List.Skip(place.Index + 1).Select(subject.Written).ToArray();
            at.Error(ErrorCodes.BadGoto, target is null ? $"{at.Shown} is no step of this list." : $"{at.Shown} does not come later.",
                NearestName.Advice(at.Text ?? "", later, later.Length == 0 ? "No step follows here; write \"stop\" or \"continue\"." : $"Later in this list come {string.Join(", ", later)}."));
            return null;
        }
        for (var i = place.Index + 1; i < target; i++)
            CheckPassed(place, i, target.Value, at);
        return target;
    }

    private void CheckPassed(Place place, int passed, int target, Reading.Node at)
    {
        foreach (var step in place.List[passed].WithDescendants())
        {
            if (step is Step.Approve approval && approval.Covers.Select(subject.Tree.Find).OfType<Step>()
                .Any(covered => subject.Tree.InList(covered, place.List) is { } here && subject.Tree[here].Index >= target))
                at.Error(ErrorCodes.GotoOverApproval, $"The jump leads around the approval '{subject.Written(approval)}', which covers what follows.", "Jump to the approval or before it.");
            else if (step is not Step.Approve && KeepCheck.MustBeKept(step))
                at.Error(ErrorCodes.LeadsAround, $"The jump leads around '{subject.Written(step)}', which must not be passed over.", "Jump to it or before it.");
        }
    }

    private void CheckPastCovered(Step.Approve approval, int target, Reading.Node at)
    {
        var list = subject.Tree[approval].List;
        foreach (var covered in approval.Covers.Select(subject.Tree.Find).OfType<Step>())
        {
            if (subject.Tree.InList(covered, list) is { } here && subject.Tree[here].Index >= target)
                at.Error(ErrorCodes.GotoIntoCovered, $"Silence leads to '{subject.Written(list[target])}', though '{subject.Written(covered)}' is covered and comes no earlier.",
                    "Lead past all that the approval covers.");
        }
    }
}
