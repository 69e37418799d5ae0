using System.Collections.Immutable;
using Playbooks.Core;

namespace Playbooks.Sqlite;

/// <summary>One turn of the loop: what is to become durable in one commit, and what follows it.</summary>
/// <param name="DecidedAt">Timestamp of the clock that nobody can set.</param>
/// <param name="Append">Null when nothing is to be written.</param>
/// <param name="Waiting">Who is to be answered, and how.</param>
/// <param name="Keys">What is told or timed for concurrency keys.</param>
internal sealed record Turn(long DecidedAt, JournalBatch? Append, IReadOnlyList<RunDeeds> Deeds, IReadOnlyList<(Action Durable, Action<Exception> Failed)> Waiting,
    IReadOnlyList<KeyDeed> Keys)
{
    /// <summary>The commit has failed: what was decided is ahead of the disk, and nothing acts on it.</summary>
    internal void Fail(Exception error)
    {
        foreach (var (_, failed) in Waiting)
            failed(error);
    }

    /// <summary>The commit is durable: callers are answered, then everything outstanding is made so. To be called in the order of the commits.</summary>
    internal void Follow(IDoing doing)
    {
        foreach (var deeds in Deeds)
            doing.Publish(deeds);
        foreach (var (durable, _) in Waiting)
            durable();
        if (!doing.MayAct)
            return;
        foreach (var deeds in Deeds)
            Act(doing, deeds);
        foreach (var deed in Keys)
            doing.Do(deed);
        doing.Done();
    }

    private static void Act(IDoing doing, RunDeeds of)
    {
        var (runId, run, deeds) = (of.RunId, of.Run, of.Deeds);
        foreach (var id in deeds.TimersDropped)
            doing.DropTimer(runId, id);
        foreach (var timer in deeds.TimersSet)
            doing.SetTimer(runId, timer.Id, timer.DueAt);
        foreach (var command in deeds.Start)
            doing.Start(new ActionCall(runId, run.Mode, run.Environment!, command));
        foreach (var command in deeds.TakeDown)
            doing.Show(run, command, open: false);
        foreach (var command in deeds.Show)
            doing.Show(run, command, open: true);
        foreach (var command in deeds.Do)
            doing.Do(run, command);
    }
}

/// <param name="Run">As it stands after what was appended.</param>
internal sealed record RunDeeds(string RunId, Core.Decisions.Run Run, Deeds Deeds, Rest Rest)
{
    /// <summary>The run's events of this turn, the last ones that it has.</summary>
    public ImmutableArray<Core.Decisions.RunEvent> Appended { get; init; } = [];
}
