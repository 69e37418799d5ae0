using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>What follows when a step has failed for good.</summary>
internal static class Failing
{
    public static void Fail(Deciding d, StepAt at, ErrorKind kind, string message)
    {
        switch (Resolve(d, at, kind))
        {
            case OnFailure.Stop:
                Stop(d, at, kind, message);
                break;
            case OnFailure.Continue:
                d.State(new RunEvent.StepFailed(at.Path, kind, message, StepState.ThenContinue, d.Now));
                break;
            case OnFailure.Goto next:
                d.State(new RunEvent.StepFailed(at.Path, kind, message, "goto " + next.Step, d.Now));
                JumpOver(d, at, next.Step);
                break;
            case OnFailure.Ask:
                var until = d.Run.AskUntil.TryGetValue(at.Path, out var known) ? known : d.Now + at.Step.AskWithin;
                if (d.Now >= until)
                    Stop(d, at, kind, message);
                else
                    d.State(new RunEvent.OrderAwaited(at.Path, kind, message, until, d.Now));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public static void Stop(Deciding d, StepAt at, ErrorKind kind, string message) =>
        d.State(new RunEvent.StepFailed(at.Path, kind, message, StepState.ThenStop, d.Now));

    /// <summary>Skips what lies between this step and a later one of its list.</summary>
    public static void JumpOver(Deciding d, StepAt at, string target)
    {
        var after = false;
        foreach (var step in at.List)
        {
            if (after && StepPaths.NameOf(step) == StepPaths.NameOf(target))
                return;
            if (after && d.StateOf(at.Place.PathOf(step)) is null)
                d.State(new RunEvent.StepSkipped(at.Place.PathOf(step), $"{at.Path} went on at {target}", d.Now));
            after |= step.Id == at.Step.Id;
        }
    }

    private static OnFailure Resolve(Deciding d, StepAt at, ErrorKind kind)
    {
        // Undo and finally have nobody to ask; neither has an injection.
        if (at.Place.Body is Place.Finally or Place.Inject)
            return at.Step.OnFailure is OnFailure.Continue ? at.Step.OnFailure : new OnFailure.Stop();
        // People have said no: nobody is asked again.
        if (kind == ErrorKind.Denied && at.Step is Step.Approve)
            return new OnFailure.Stop();
        var chosen = at.Step.OnFailure
            ?? (at.Step is Step.Do { Action.Effect: not Effect.ReadOnly } && d.Run.Mode == RunMode.Live ? new OnFailure.Ask() : new OnFailure.Stop());
        return chosen is OnFailure.Stop && kind == ErrorKind.OutcomeUnknown ? new OnFailure.Ask() : chosen;
    }
}
