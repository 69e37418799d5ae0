using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>What the loop asks the journal for. The file answers in production, a simulated disk where thousands of runs are tried in memory.</summary>
internal interface IStored
{
    /// <summary>Of whoever opened it last.</summary>
    long Epoch();

    /// <summary>What is not over, for its next owner.</summary>
    LeftRuns Left();

    /// <summary>The whole run with its chain checked; null when there is no such run.</summary>
    RunHistory? History(string runId);

    /// <summary>The answer that a start was given before; null for a new one.</summary>
    StartResult? Start(string requestId);

    /// <summary>Who runs, waits and is held back, per concurrency key.</summary>
    IReadOnlyList<KeyValuePair<RunKey, Admission>> Keys();

    /// <summary>A text that was kept; null when it is not known.</summary>
    string? Text(string digest);
}

/// <summary>What an earlier owner left.</summary>
/// <param name="Timers">All of the runs that only wait; those of the others are set when they are taken up.</param>
internal sealed record LeftRuns(IReadOnlyList<LeftRun> Runs, IReadOnlyList<LeftTimer> Timers);

/// <param name="Rest">Never settled.</param>
internal readonly record struct LeftRun(string RunId, Rest Rest);

internal readonly record struct LeftTimer(string RunId, string Id, DateTimeOffset DueAt);
