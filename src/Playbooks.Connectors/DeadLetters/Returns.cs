using Azure.Storage.Queues.Models;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>
/// Looks whether letters that this step sent came back dead, and takes those into the ledger. Letters of others are left; they are hidden
/// for a moment by the look.
/// </summary>
internal sealed class Returns(Reprocess work, Func<string, string?> pseudonym)
{
    /// <summary>One look ends after so many letters of others.</summary>
    private const int OthersMax = 320;
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(5);

    /// <param name="sent">The letters this step sent.</param>
    /// <param name="known">Whether the ledger has that letter in this step's hand already.</param>
    /// <returns>The letters that came back, as the ledger has them now.</returns>
    public async Task<IReadOnlyList<LedgerRow>> LookAsync(IEnumerable<LedgerRow> sent, Func<string, bool> known, CancellationToken cancellationToken)
    {
        var byKey = sent.GroupBy(row => row.Key).ToDictionary(group => group.Key, group => group.MaxBy(row => row.Attempts)!);
        var back = new List<LedgerRow>();
        for (var others = 0; others < OthersMax;)
        {
            QueueMessage[] messages = await work.Dead.ReceiveMessagesAsync(Reprocess.ReceiveMax, Hidden, cancellationToken);
            var rows = messages.Where(message => !known(message.MessageId)).Select(message => Row(message, byKey)).OfType<LedgerRow>().ToList();
            var ids = rows.Select(row => row.Id).ToHashSet();
            await work.Ledger.AddAsync(rows, cancellationToken);
            await work.Dead.DeleteAsync(messages.Where(message => ids.Contains(message.MessageId) || known(message.MessageId)), cancellationToken);
            back.AddRange(rows);
            others += messages.Length - ids.Count;
            if (messages.Length < Reprocess.ReceiveMax)
                break;
        }
        return back;
    }

    private LedgerRow? Row(QueueMessage message, Dictionary<string, LedgerRow> byKey)
    {
        var inserted = message.InsertedOn ?? work.Time.GetUtcNow();
        var letter = Letter.Read(message.MessageId, message.MessageText, inserted, work.Settings.Target);
        if (!byKey.TryGetValue(letter.Key, out var parent) || !KeyRow.CameBack(letter.Attempts, inserted, parent.Attempts, parent.SentAt ?? default))
            return null;
        return LedgerRow.Of(letter, work.Step, letter.Subject is { } subject ? pseudonym(subject) : null, work.Time.GetUtcNow().Ticks) with
        {
            Why = Why.Returned, Returned = true, Attempts = parent.Attempts, Intent = parent.Attempts,
        };
    }
}
