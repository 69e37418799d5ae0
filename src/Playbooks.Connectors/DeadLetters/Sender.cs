using Azure.Storage.Queues.Models;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>
/// Sends claimed letters: 1 call per letter, letters of one order key one after another, else eight at a time; then marks them in one
/// transaction.
/// </summary>
internal sealed class Sender(Reprocess work, RateLimit rate)
{
    /// <summary>A queue keeps a letter for a week unless told otherwise; what we send stays until it is done.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    /// <summary>How often a letter of a keyed consumer is sent again at once when nobody answered.</summary>
    private const int SendTries = 3;

    /// <param name="inDoubt">Ids of claimed letters that an earlier process may have sent.</param>
    /// <param name="changed">Told of every letter's new row.</param>
    public async Task SendAsync(IReadOnlyList<LedgerRow> claimed, IReadOnlySet<string> inDoubt, Action<LedgerRow> changed,
        CancellationToken cancellationToken)
    {
        var tries = new System.Collections.Concurrent.ConcurrentBag<Try>();
        var groups = claimed.GroupBy(row => row.Order ?? "\0" + row.Id).Select(group => group.InOrder().ToList());
        await Parallel.ForEachAsync(groups, new ParallelOptions { MaxDegreeOfParallelism = Reprocess.ParallelMax, CancellationToken = cancellationToken },
            async (group, ct) =>
            {
                var blocked = false;
                foreach (var row in group)
                {
                    var sent = blocked ? new Try(row, null, false, null) : await TryAsync(row, ct);
                    blocked |= sent.SentAt is null;
                    tries.Add(sent);
                }
            });
        foreach (var row in await work.Ledger.SaveAsync(tries.Select(one => After(one, inDoubt.Contains(one.Row.Id))).OfType<LedgerRow>(), cancellationToken))
            changed(row);
        if (tries.FirstOrDefault(one => one.Failure is not null)?.Failure is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    private LedgerRow? After(Try one, bool wasInDoubt) => one switch
    {
        { SentAt: { } at } => one.Row with { State = LetterState.Sent, Why = Why.Waiting, Attempts = one.Row.Intent, SentAt = at },
        { InDoubt: true } when !work.IsKeyed => one.Row with { State = LetterState.Quarantined, Why = Why.Unknown },
        // It keeps its intent: whoever looks next sends it again with the same key.
        { InDoubt: true } => null,
        // Surely not sent by this try; whether by an earlier one is as open as before.
        _ when wasInDoubt => null,
        _ => one.Row with { Intent = one.Row.Attempts },
    };

    private async Task<Try> TryAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var text = row.Text ?? await work.Ledger.ReadTextAsync(row, cancellationToken);
        var letter = Letter.Read(row.Id, text, row.InsertedOn, work.Settings.Target).Replayed(row.Intent);
        await rate.WaitAsync(cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                SendReceipt receipt = await work.Work.SendMessageAsync(letter, null, Forever, cancellationToken);
                return new Try(row, receipt.InsertionTime, false, null);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && FailureKinds.Of(failure) is { } known)
            {
                if (known.Kind != ErrorKind.OutcomeUnknown)
                    // If an earlier try was not answered, this one's clear no does not settle that one.
                    return new Try(row, null, attempt > 1, failure);
                if (!work.IsKeyed)
                    return new Try(row, null, true, null);
                if (attempt == SendTries)
                    return new Try(row, null, true, failure);
            }
        }
    }

    /// <param name="SentAt">By the queue's clock; null if it was not sent or nobody knows.</param>
    /// <param name="InDoubt">Nobody knows whether it was sent.</param>
    /// <param name="Failure">Ends the call after the others are marked.</param>
    private sealed record Try(LedgerRow Row, DateTimeOffset? SentAt, bool InDoubt, Exception? Failure);
}
