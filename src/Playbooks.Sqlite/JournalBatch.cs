using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>What is to become durable in one commit, or not at all.</summary>
public sealed record JournalBatch(ImmutableArray<RunAppend> Runs)
{
    /// <summary>Answers to starts, so that the same request gets the same answer.</summary>
    public ImmutableDictionary<string, StartResult> Starts { get; init; } = ImmutableDictionary<string, StartResult>.Empty;

    /// <summary>Who runs, waits and is held back, per concurrency key.</summary>
    internal ImmutableDictionary<RunKey, Admission> Keys { get; init; } = ImmutableDictionary<RunKey, Admission>.Empty;
}

/// <summary>What is to be appended to one run.</summary>
/// <param name="After">The run's sequence before; 0 makes the run. Anything else than the stored one is a defect and is refused.</param>
public sealed record RunAppend(string RunId, long After, ImmutableArray<RunEvent> Events)
{
    private ImmutableArray<PreparedEvent>? prepared;

    /// <summary>The events with their bytes, made once, on the thread that asks first: the writer's thread only writes.</summary>
    internal ImmutableArray<PreparedEvent> Prepared =>
        prepared ??= [.. Events.Select(happened => new PreparedEvent(happened, EventJson.Write(happened)))];

    /// <summary>Concurrency key; read only when the run is made.</summary>
    public string? Key { get; init; }
    /// <summary>Timers that are new or moved. Only those of a run that rests are read again.</summary>
    public ImmutableArray<Command.StartTimer> TimersSet { get; init; } = [];
    public ImmutableArray<string> TimersDropped { get; init; } = [];
    /// <summary>These are all timers of the run; what the journal has of others is no longer wanted.</summary>
    public bool AllTimers { get; init; }
    /// <summary>How the run lies there until something happens to it.</summary>
    public Rest Rest { get; init; } = Rest.Busy;
    /// <summary>What is said of a run that rests, without loading it; null when it does not.</summary>
    public RunSummary? Resting { get; init; }
}

/// <summary>
/// How a run lies in the journal. The numbers are stored and differ in two bits: one that changed at rest is none of them, and such a run is
/// taken for a busy one, which is always safe.
/// </summary>
public enum Rest
{
    /// <summary>Something of it runs, is being told or anchored, or it is parked: whoever opens the journal takes it up.</summary>
    Busy = 0,
    /// <summary>Over, and nothing is outstanding.</summary>
    Settled = 0b0011,
    /// <summary>Only its timers are outstanding: it is loaded when one is due or something happens to it.</summary>
    Waiting = 0b0101,
    /// <summary>The same, and people are asked: a new owner shows it to them again.</summary>
    Asking = 0b0110,
}

/// <summary>An event whose bytes are made, before it has its place in the chain.</summary>
internal readonly record struct PreparedEvent(RunEvent Event, byte[] Json);
