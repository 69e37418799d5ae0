namespace Playbooks.Core.Definitions.Checking;

/// <summary>Approvals, the step that recovers and the reapplied erasures cannot be skipped, and nothing leads around them to success.</summary>
internal sealed class KeepCheck(Subject subject)
{
    public void Run()
    {
        foreach (var step in subject.Main.Where(MustBeKept))
        {
            CheckItself(step);
            foreach (var (block, body) in subject.Tree.Around(step))
            {
                if (WhyAround(block, body) is { } why)
                    subject.NodeOf(step).Error(ErrorCodes.LeadsAround, $"'{subject.Written(step)}' must not be passed over, but {why}.",
                        $"Move it out of '{subject.Written(block)}', or let every way around it end in fail.");
            }
        }
    }

    public static bool MustBeKept(Step step) => step is Step.Approve or Step.Do { Recovers: true } or Step.Do { Action.Name: Catalogue.ReapplyErasures };

    private void CheckItself(Step step)
    {
        var name = step is Step.Approve ? "An approval" : step is Step.Do { Recovers: true } ? "A step that recovers" : $"'{Catalogue.ReapplyErasures}'";
        if (step.When is not null)
            Refuse("when", "takes no when");
        if (subject.NodeOf(step).Property("drill") is not null)
            Refuse("drill", "takes no drill");
        if (step.OnFailure is OnFailure.Continue)
            Refuse("onFailure", "cannot be continued over");
        if (step.OnFailure is OnFailure.Goto)
            Refuse("onFailure", "cannot be jumped over");

        void Refuse(string field, string what) =>
            subject.NodeOf(step, field).ErrorAtName(ErrorCodes.MustNotBeSkipped, $"{name} {what}.", "Remove it: what it proves must hold for every run.");
    }

    private string? WhyAround(Step block, string body)
    {
        var name = subject.Written(block);
        return block switch
        {
            { OnFailure: OnFailure.Continue or OnFailure.Goto } => $"the run goes on when '{name}' fails",
            Step.Try attempt when body == "steps" && !attempt.Catch.All(arm => EndsInFailure(arm.Steps)) => $"'{name}' catches its failure",
            Step.Parallel { Join: Join.Any } => $"'{name}' goes on when another branch is first",
            Step.ForEach { StopAtErrorPercent: > 0 } => $"'{name}' goes on when some items fail",
            _ => null,
        };
    }

    private static bool EndsInFailure(IEnumerable<Step> steps) => steps.LastOrDefault() is Step.Finish { As: FinishAs.Failed, When: null };
}
