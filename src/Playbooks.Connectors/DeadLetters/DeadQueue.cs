using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>What is done with the dead-letter queue.</summary>
internal static class DeadQueue
{
    /// <summary>Deletes letters that the ledger holds. One that cannot be deleted any more is met again later, and deleted then.</summary>
    public static Task DeleteAsync(this QueueClient dead, IEnumerable<QueueMessage> messages, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(messages, new ParallelOptions { MaxDegreeOfParallelism = Reprocess.ParallelMax, CancellationToken = cancellationToken },
            async (message, ct) =>
            {
                try
                {
                    await dead.DeleteMessageAsync(message.MessageId, message.PopReceipt, ct);
                }
                catch (RequestFailedException gone) when (gone.Status == 404 || gone.ErrorCode == QueueErrorCode.PopReceiptMismatch)
                {
                    // Deleted by an earlier try whose answer was lost, or received by somebody else since.
                }
            });
}
