namespace Playbooks.Core.Decisions;

/// <summary>Brings what is outstanding in a part of the run to rest: polls go on, nothing new starts, and what never reports becomes unknown.</summary>
internal static class Drains
{
    /// <summary>True when nothing below the prefix is outstanding and every step there has ended; else wants and states what leads there.</summary>
    public static bool IsQuiet(Deciding d, string prefix)
    {
        var open = d.Run.Steps.Open.Where(step => IsBelow(step.Key, prefix))
            // In an order that every process finds: one that replays this decision must come to the same facts.
            .OrderBy(step => step.Key, StringComparer.Ordinal).ToList();
        var quiet = true;
        foreach (var (path, state) in open)
        {
            if (state is StepState.InBlock)
                continue;
            quiet = false;
            if (state is StepState.Acting acting)
                Drain(d, path, acting);
            else
                d.State(new RunEvent.StepSkipped(path, "stopped with the block around it", d.Now));
        }
        foreach (var (path, acting) in Unreported(d, prefix))
        {
            quiet = false;
            Drain(d, path, acting);
        }
        if (!quiet || open.Count == 0)
            return quiet;
        foreach (var (path, _) in open)
            d.State(new RunEvent.StepSkipped(path, "stopped with the block around it", d.Now));
        return false;
    }

    /// <summary>Attempts whose step is over while they may still act: their deadline has passed, the grace after it has not.</summary>
    private static IEnumerable<(string Path, StepState.Acting Acting)> Unreported(Deciding d, string prefix) =>
        from step in d.Run.Steps.All.OrderBy(step => step.Key, StringComparer.Ordinal)
        where step.Value.HasEnded && IsBelow(step.Key, prefix)
        let acting = StepState.ActingIn(step.Value)
        where acting is { Stage: Stage.Expired, Simulated: false }
        select (step.Key, acting);

    private static void Drain(Deciding d, string path, StepState.Acting acting)
    {
        if (EvolveAttempts.FindDo(d.Run, path) is not { } step)
            return;
        switch (Attempts.Decide(d, DoSteps.WorkOf(step, path, null, acting), acting.Stage, stopping: true))
        {
            case Tried.Going:
                break;
            case Tried.Done done:
                d.State(new RunEvent.StepSucceeded(path, done.Output, d.Now));
                break;
            case Tried.Quiet { Kind: { } kind } quiet:
                d.State(new RunEvent.StepFailed(path, kind, quiet.Message, "stopped", d.Now));
                break;
            case Tried.Quiet quiet:
                d.State(new RunEvent.StepSkipped(path, "stopped: " + quiet.Message, d.Now));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static bool IsBelow(string path, string prefix) => prefix.Length == 0
        || (path.StartsWith(prefix, StringComparison.Ordinal) && path.Length > prefix.Length && (path[prefix.Length] is '/' or '[' or '.'));
}
