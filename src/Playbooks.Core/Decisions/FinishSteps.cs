using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary><c>fail</c> and <c>end</c>: the run ends here, with a named outcome.</summary>
internal static class FinishSteps
{
    public static void Decide(Deciding d, StepAt at, Step.Finish step)
    {
        var reason = step.Reason.Evaluate(Scope.For(d.Run, at.Place.Body));
        if (reason.Error is { } error)
        {
            Failing.Fail(d, at, ErrorKind.Invalid, $"The reason cannot be resolved: {error.Message}");
            return;
        }
        if (step.As == FinishAs.StoodDown && DoSteps.NotAllBack(d) is { } wrong)
        {
            Failing.Fail(d, at, ErrorKind.Integrity, "It cannot stand down. " + wrong);
            return;
        }
        var outcome = step.As switch
        {
            FinishAs.StoodDown => RunOutcome.StoodDown,
            FinishAs.Completed => RunOutcome.Completed,
            FinishAs.Failed => RunOutcome.Failed,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        d.State(new RunEvent.StepSucceeded(at.Path, JsonData.EmptyObject, d.Now));
        d.State(new RunEvent.RunStopping(outcome, at.Path, null, reason.Value!.AsString() ?? reason.Value.Text, d.Now));
    }
}
