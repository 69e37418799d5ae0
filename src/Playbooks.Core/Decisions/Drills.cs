using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>What a drill does before the playbook's own steps: inject, then wait to be found.</summary>
internal static class Drills
{
    public static void Inject(Deciding d)
    {
        var drill = d.Playbook.Drill!;
        switch (Walk.List(d, drill.Inject.CastArray<Step>(), new Place(Place.Inject, null)))
        {
            case Progress.Done:
                d.State(new RunEvent.DetectionAwaited(d.Now + drill.DetectWithin, d.Now));
                break;
            case Progress.Failed failed:
                d.State(new RunEvent.RunStopping(RunOutcome.Failed, failed.Path, failed.Kind, $"The incident could not be injected: {failed.Message}", d.Now));
                break;
        }
    }

    public static void Await(Deciding d, RunPhase.AwaitingDetection awaiting)
    {
        if (d.Run.Clocks.Detected is { } detected)
            d.State(new RunEvent.RecoveryStarted(detected, d.Run.Clocks.Occurred, d.Now));
        else if (d.Due("detection", awaiting.Until))
            d.State(new RunEvent.RunStopping(RunOutcome.Failed, null, ErrorKind.Timeout, "Not detected: no alert came in time.", d.Now));
        else if (d.Environment.Drill is { RaiseAlert: true })
            d.Want(new Command.RaiseAlert());
    }
}
