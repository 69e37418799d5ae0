using Azure.Storage.Queues.Models;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>
/// Takes the letters that lay in the dead-letter queue when the step began into the ledger: first the row, then the deletion, so that a
/// letter is always in one of them. Per 32 letters one receive and one transaction, and one deletion per letter.
/// </summary>
internal sealed class Collector(Reprocess work, Func<string, string?> pseudonym)
{
    private readonly HashSet<string> newcomers = [];
    private long sequence = work.Time.GetUtcNow().Ticks;

    /// <returns>False if the call's time was over first.</returns>
    public async Task<bool> RunAsync(StepRow step, CancellationToken cancellationToken)
    {
        DateTimeOffset? emptySince = null;
        while (!work.Call.IsOver)
        {
            QueueMessage[] messages = await work.Dead.ReceiveMessagesAsync(Reprocess.ReceiveMax, work.Pace.Hidden, cancellationToken);
            var ours = messages.Where(message => message.InsertedOn <= step.Bound).ToList();
            newcomers.UnionWith(messages.Where(message => message.InsertedOn > step.Bound).Select(message => message.MessageId));
            if (ours.Count > 0)
            {
                emptySince = null;
                await work.Ledger.AddAsync([.. ours.Select(Row)], cancellationToken);
                await work.Dead.DeleteAsync(ours, cancellationToken);
                continue;
            }
            // Letters that a process took before it died are hidden for a while, yet counted.
            QueueProperties properties = await work.Dead.GetPropertiesAsync(cancellationToken);
            var now = work.Time.GetUtcNow();
            emptySince ??= now;
            if (properties.ApproximateMessagesCountLong <= newcomers.Count || now >= emptySince + work.Pace.Hidden + work.Pace.PollInterval)
                return true;
            await Task.Delay(work.Pace.PollInterval, work.Time, cancellationToken);
        }
        return false;
    }

    private LedgerRow Row(QueueMessage message)
    {
        var letter = Letter.Read(message.MessageId, message.MessageText, message.InsertedOn ?? work.Time.GetUtcNow(), work.Settings.Target);
        return LedgerRow.Of(letter, work.Step, letter.Subject is { } subject ? pseudonym(subject) : null, sequence++);
    }
}
