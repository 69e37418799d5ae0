using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>What an engine needs of its host.</summary>
public sealed record EngineOptions
{
    public const int WorkersDefault = 16;
    private const int RestingKeptDefault = 256;

    public required IActions Actions { get; init; }
    public required IPeople People { get; init; }
    public required IAnchors Anchors { get; init; }

    /// <summary>
    /// Raises the alert of a drill in which nothing watches. The alert comes back as <see cref="RunEvent.AlertAttached"/>
    /// through <see cref="IRuns.SignalAsync"/>, the way a real one would. May be asked again after a restart.
    /// </summary>
    public required Func<RunSummary, CancellationToken, Task> RaiseAlert { get; init; }

    /// <summary>Told what an operator must hear and no run can say: that the disk is full, and that there is room again. Once each time.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>
    /// Told after each commit, run by run and in order: the run as it stands, and its events of this commit, which are the last ones that it has. Stands between
    /// commit and deeds, so it must neither block nor throw. What another process had appended before is in the journal only.
    /// </summary>
    public Action<Run, ImmutableArray<RunEvent>>? Committed { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Actions that run at the same time, over all runs.</summary>
    public int Workers { get; init; } = WorkersDefault;

    /// <summary>How long an orderly shutdown waits for running actions to report.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs that only wait and are kept in memory all the same, the latest ones: what waits for a moment is not read again each time.</summary>
    internal int RestingKeptMax { get; init; } = RestingKeptDefault;

    /// <summary>From the opening until the runs that only wait are looked at: the first to come are not to wait for it.</summary>
    internal TimeSpan PatrolAfter { get; init; } = TimeSpan.FromSeconds(1);

    internal Disk Disk { get; init; } = Disk.OfTheSystem;

    internal Logic Logic { get; init; } = Logic.Ours;
}
