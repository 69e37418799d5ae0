using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>What follows a commit, in the order of the commits: callers are answered, then everything outstanding is made so.</summary>
public sealed partial class Engine
{
    private async Task ActAsync()
    {
        try
        {
            await ActAfterCommitsAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A defect here stops the engine, and whoever waits for it must hear why.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            await FailAsync(defect).ConfigureAwait(false);
            await foreach (var batch in decided.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                foreach (var (_, failed) in batch.Done)
                    failed(defect);
            }
        }
    }

    private async Task ActAfterCommitsAsync()
    {
        await foreach (var batch in decided.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await batch.Commit.ConfigureAwait(false);
            }
            catch (JournalException error)
            {
                // What was decided is ahead of the disk now: nothing acts on it, and this process is no owner any more.
                foreach (var (_, failed) in batch.Done)
                    failed(error);
                await FailAsync(error).ConfigureAwait(false);
                continue;
            }
            foreach (var deeds in batch.Deeds)
                Publish(deeds);
            foreach (var (durable, _) in batch.Done)
                durable();
            if (stopped.Task.IsCompleted)
                continue;
            foreach (var deeds in batch.Deeds)
                Act(deeds.RunId, deeds.Run, deeds.Deeds);
            foreach (var deed in batch.Keys)
                Act(deed);
            timers.Turn();
        }
    }

    private void Act(string runId, Run run, Deeds deeds)
    {
        foreach (var id in deeds.TimersDropped)
            timers.Drop(runId, id);
        foreach (var timer in deeds.TimersSet)
            timers.Set(runId, timer.Id, timer.DueAt);
        foreach (var command in deeds.Start)
            workers.Start(new ActionCall(runId, run.Mode, run.Environment!, command));
        foreach (var command in deeds.TakeDown)
            outside.Show(run, command, open: false);
        foreach (var command in deeds.Show)
            outside.Show(run, command, open: true);
        foreach (var command in deeds.Do)
            outside.Do(run, command);
    }

    private void Act(KeyDeed deed)
    {
        switch (deed)
        {
            case KeyDeed.Wake wake:
                timers.Set(CooldownTimers, TimerOf(wake.Key), wake.At);
                break;
            case KeyDeed.TellHeldBack told:
                outside.TellHeldBack(SummaryOf(told.EndedRunId), told);
                break;
            case KeyDeed.TellNotStarted told:
                outside.TellNotStarted(SummaryOf(told.EndedRunId), told);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private RunSummary? SummaryOf(string runId) => published.GetValueOrDefault(runId)?.Run.Summary() ?? journal.Reader.SettledSummary(runId);

    private void Publish(RunDeeds deeds)
    {
        var before = published.GetValueOrDefault(deeds.RunId);
        if (deeds.Settled)
        {
            published.TryRemove(deeds.RunId, out _);
            inbox.Post(new Message.Forget(deeds.RunId, deeds.Run.Sequence));
        }
        else
        {
            published[deeds.RunId] = new Published(deeds.Run, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        before?.Changed.TrySetResult();
    }
}
