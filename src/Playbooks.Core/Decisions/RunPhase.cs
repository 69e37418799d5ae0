using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>Where a run stands as a whole.</summary>
public abstract record RunPhase
{
    private RunPhase() { }

    /// <summary>Nothing has happened yet.</summary>
    public sealed record NotStarted : RunPhase;

    /// <summary>A drill injects its incident.</summary>
    public sealed record Injecting : RunPhase;

    /// <summary>A drill waits for an alert to find its incident.</summary>
    public sealed record AwaitingDetection(DateTimeOffset Until) : RunPhase;

    public sealed record Recovering : RunPhase;

    /// <summary>Starts nothing new; waits until every outstanding attempt has reported or expired.</summary>
    public sealed record Draining(Ending Ending) : RunPhase;

    /// <summary>Takes effects back, one step at a time.</summary>
    public sealed record Undoing(Ending Ending) : RunPhase;

    /// <summary>Runs <c>finally</c>.</summary>
    public sealed record Finishing(Ending Ending, DateTimeOffset Until) : RunPhase;

    public sealed record Ended(RunEvent.RunEnded With) : RunPhase;
}

/// <summary>How a run is going to end, and why.</summary>
/// <param name="Path">The step that failed, if one did.</param>
/// <param name="At">When it was decided.</param>
public sealed record Ending(RunOutcome Outcome, string? Path, ErrorKind? Kind, string Reason, DateTimeOffset At)
{
    /// <summary>Only these isolate again and undo.</summary>
    public bool TakesBack => Outcome is RunOutcome.Failed or RunOutcome.Cancelled;
}
