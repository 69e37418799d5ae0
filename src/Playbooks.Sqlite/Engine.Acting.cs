using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>Waits for the commits, in their order, and does what follows each with workers, timers and people.</summary>
public sealed partial class Engine : IDoing
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
            await foreach (var (_, turn) in decided.Reader.ReadAllAsync().ConfigureAwait(false))
                turn.Fail(defect);
        }
    }

    private async Task ActAfterCommitsAsync()
    {
        await foreach (var (commit, turn) in decided.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await commit.ConfigureAwait(false);
            }
            catch (JournalException error)
            {
                // Nothing acts on what was decided, and this process is no owner any more.
                turn.Fail(error);
                await FailAsync(error).ConfigureAwait(false);
                continue;
            }
            // What is durable is answered for, but the other owner acts on it.
            if (!loop.MayAct(turn, out var current))
                await FailAsync(new JournalFencedException(journal.Epoch, current)).ConfigureAwait(false);
            turn.Follow(this);
        }
    }

    bool IDoing.MayAct => !stopped.Task.IsCompleted;

    void IDoing.SetTimer(string runId, string id, DateTimeOffset at) => timers.Set(runId, id, at);

    void IDoing.DropTimer(string runId, string id) => timers.Drop(runId, id);

    void IDoing.Start(ActionCall call) => workers.Start(call);

    void IDoing.Show(Run run, Command question, bool open) => outside.Show(run, question, open);

    void IDoing.Do(Run run, Command command) => outside.Do(run, command);

    void IDoing.Do(KeyDeed deed)
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

    void IDoing.Done() => timers.Turn();

    void IDoing.Publish(RunDeeds deeds)
    {
        published.Show(deeds.RunId, deeds.Rest == Rest.Busy ? deeds.Run : null);
        if (deeds.Rest != Rest.Busy)
            inbox.Post(new Message.Forget(deeds.RunId, deeds.Run.Sequence));
        if (!deeds.Appended.IsEmpty)
            options.Committed?.Invoke(deeds.Run, deeds.Appended);
    }

    private RunSummary? SummaryOf(string runId) => published.Find(runId)?.Summary() ?? journal.Reader.RestingSummary(runId);
}
