using Azure.Storage.Queues.Models;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>
/// Sends the waiting letters share by share. After each share it watches until the work queue is empty, or for a time, and counts what came
/// back dead; too much stops it. Past the last share, letters that came back are sent again until they stay away or their attempts are used up.
/// </summary>
internal sealed class Replay(Reprocess work, StepLetters letters, Claims claims, Sender sender, Returns returns)
{
    /// <summary>One call's work on it.</summary>
    /// <returns>The step as it stands: still replaying or stopped; null when nothing is left to do.</returns>
    public async Task<StepRow?> RunAsync(StepRow step, CancellationToken cancellationToken)
    {
        await SettleDoubtsAsync(cancellationToken);
        while (!work.Call.IsOver)
        {
            if (step.Stage >= work.Settings.RampPercent.Length)
            {
                if (await AgainAsync(step, cancellationToken) is not { } again)
                    return null;
                step = again;
            }
            else if (Next(step) is { Count: > 0 } chunk)
            {
                await SendAsync(chunk, cancellationToken);
                if (work.Settings.StopAtErrorPercent is not null)
                    await LookAsync(cancellationToken);
            }
            else if (step.WatchUntil is not { } until)
                step = await WatchFromNowAsync(step, cancellationToken);
            else if (await IsSettledAsync(until, cancellationToken) && !TooManyCameBack(step))
                step = await work.Ledger.WriteStepAsync(step with { WatchUntil = null, Stage = step.Stage + 1 }, cancellationToken);
            if (step.Stage < work.Settings.RampPercent.Length && TooManyCameBack(step))
                return step with { Phase = StepPhase.Stopped };
        }
        return step;
    }

    /// <summary>What is left of the stage's share, at most a chunk.</summary>
    private IReadOnlyList<LedgerRow> Next(StepRow step)
    {
        var waiting = letters.Waiting;
        var target = ((step.Planned * work.Settings.RampPercent[step.Stage]) + 99) / 100;
        return [.. waiting.Take(Math.Clamp(target - (step.Planned - waiting.Count), 0, work.Chunk))];
    }

    /// <summary>Past the ramp: what came back goes again, until a watch ends with nothing.</summary>
    private async Task<StepRow?> AgainAsync(StepRow step, CancellationToken cancellationToken)
    {
        var back = letters.Back;
        var spent = back.Where(row => !row.InDoubt && row.Attempts >= work.Settings.MaxAttempts).ToList();
        if (spent.Count > 0)
            letters.Put(await work.Ledger.SaveAsync(
                spent.Select(row => row with { State = LetterState.Quarantined, Why = Why.Attempts }), cancellationToken));
        else if (back.Count > 0)
        {
            // First, so that a crash after the send does not forget to watch.
            step = await WatchFromNowAsync(step, cancellationToken);
            await SendAsync([.. back.DistinctBy(row => row.Key).Take(work.Chunk)], cancellationToken);
        }
        else if (step.WatchUntil is not { } until)
            return null;
        else if (await IsSettledAsync(until, cancellationToken))
            step = await work.Ledger.WriteStepAsync(step with { WatchUntil = null }, cancellationToken);
        return step;
    }

    private async Task SendAsync(IReadOnlyList<LedgerRow> chunk, CancellationToken cancellationToken)
    {
        var inDoubt = chunk.Where(row => row.InDoubt).Select(row => row.Id).ToHashSet();
        var claimed = await claims.ClaimAsync(chunk, letters.Put, cancellationToken);
        letters.Put(claimed);
        await sender.SendAsync(claimed, inDoubt, letters.Put, cancellationToken);
    }

    private async Task<StepRow> WatchFromNowAsync(StepRow step, CancellationToken cancellationToken) =>
        await work.Ledger.WriteStepAsync(step with { WatchUntil = work.Time.GetUtcNow() + work.Pace.WatchMax }, cancellationToken);

    /// <summary>Counts before it looks: a consumer puts the dead copy down before it takes the letter away.</summary>
    private async Task<bool> IsSettledAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        QueueProperties properties = await work.Work.GetPropertiesAsync(cancellationToken);
        var isEmpty = properties.ApproximateMessagesCountLong == 0;
        var isOver = work.Time.GetUtcNow() >= until;
        await LookAsync(cancellationToken);
        if (isEmpty || isOver)
            return true;
        await Task.Delay(work.Pace.PollInterval, work.Time, cancellationToken);
        return false;
    }

    private async Task LookAsync(CancellationToken cancellationToken) =>
        letters.Put(await returns.LookAsync(letters.Sent, letters.Contains, cancellationToken));

    private async Task SettleDoubtsAsync(CancellationToken cancellationToken)
    {
        if (!work.IsKeyed)
            letters.Put(await work.Ledger.SaveAsync(letters.InDoubt.Select(row => Sorting.InDoubt(row, work.Settings.Target.Consumer)), cancellationToken));
    }

    private bool TooManyCameBack(StepRow step)
    {
        var sent = letters.SentOnce - step.SentBefore;
        var back = letters.ReturnedCount - step.ReturnedBefore;
        return work.Settings.StopAtErrorPercent is { } percent && back * 100 > percent * sent;
    }
}
