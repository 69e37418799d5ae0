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
    /// <summary>Timers that are new or moved.</summary>
    public ImmutableArray<Command.StartTimer> TimersSet { get; init; } = [];
    public ImmutableArray<string> TimersDropped { get; init; } = [];
    /// <summary>Set when the run has ended and nothing is outstanding: it is not folded at the next opening.</summary>
    public RunSummary? Settled { get; init; }
}

/// <summary>An event whose bytes are made, before it has its place in the chain.</summary>
internal readonly record struct PreparedEvent(RunEvent Event, byte[] Json);
