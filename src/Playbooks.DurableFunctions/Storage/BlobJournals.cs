using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Playbooks.DurableFunctions.Activities;

namespace Playbooks.DurableFunctions.Storage;

/// <summary>
/// Journals as append blobs, one per run. Appending names the position, so of several writers one wins. An append blob takes 50,000 appends; a
/// container whose immutability policy allows protected appends keeps what was written from everybody, its owner included.
/// </summary>
public sealed class BlobJournals(StateStorage storage) : IJournals
{
    public async Task<bool> TryAppendAsync(string runId, long length, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        var journal = BlobOf(runId);
        try
        {
            if (length == 0)
                await journal.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            using var content = new MemoryStream(block.ToArray(), writable: false);
            await journal.AppendBlockAsync(content, new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = length } }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        // The client's own repetition of an append whose answer was lost ends here too; the caller looks what lies there.
        catch (RequestFailedException other) when (other.Status is 404 or 412)
        {
            return false;
        }
    }

    public async Task<ReadOnlyMemory<byte>> ReadAsync(string runId, long offset, long bytesMax, CancellationToken cancellationToken)
    {
        try
        {
            var range = new HttpRange(offset, bytesMax == long.MaxValue ? null : bytesMax);
            var read = await BlobOf(runId).DownloadContentAsync(new BlobDownloadOptions { Range = range }, cancellationToken).ConfigureAwait(false);
            return read.Value.Content.ToMemory();
        }
        // No such journal, or nothing there.
        catch (RequestFailedException nothing) when (nothing.Status is 404 or 416)
        {
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    /// <summary>Ids of all runs that have a journal, in the order of their names.</summary>
    public async Task<IReadOnlyList<string>> RunsAsync(CancellationToken cancellationToken)
    {
        var runs = new List<string>();
        await foreach (var journal in storage.Journals.GetBlobsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            runs.Add(journal.Name);
        return runs;
    }

    private AppendBlobClient BlobOf(string runId) => storage.Journals.GetAppendBlobClient(runId);
}
