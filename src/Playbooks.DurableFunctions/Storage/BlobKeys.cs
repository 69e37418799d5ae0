using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;

namespace Playbooks.DurableFunctions.Storage;

/// <summary>Concurrency keys: a small blob each, replaced only by whoever has read the one that is there.</summary>
public sealed class BlobKeys(StateStorage storage) : IKeys
{
    private const string Folder = "keys/";
    /// <summary>In the metadata, so that the patrol need not read what is free.</summary>
    private const string Busy = "busy";

    public async Task<KeptKey> FindAsync(RunKey key, CancellationToken cancellationToken) =>
        await storage.FindAsync(NameOf(key), cancellationToken).ConfigureAwait(false) is { } found ? Read(found) : new KeptKey(key, Admission.Free, null);

    public async Task<bool> TryChangeAsync(KeptKey before, Admission next, CancellationToken cancellationToken)
    {
        var isBusy = next.RunningRun is not null || !next.HeldBack.IsEmpty;
        var options = new BlobUploadOptions
        {
            Conditions = before.Tag is { } tag ? new BlobRequestConditions { IfMatch = new ETag(tag) } : new BlobRequestConditions { IfNoneMatch = ETag.All },
            Metadata = new Dictionary<string, string> { [Busy] = isBusy ? "true" : "false" },
        };
        try
        {
            await storage.State.GetBlobClient(NameOf(before.Key)).UploadAsync(BinaryData.FromString(JsonSerializer.Serialize(new Row(before.Key, next), RunJson.Options)), options, cancellationToken).ConfigureAwait(false);
            return true;
        }
        // Also when it was changed by this very call, whose answer was lost and which the client has repeated: the caller reads it again and sees.
        catch (RequestFailedException changed) when (changed.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<KeptKey>> BusyAsync(CancellationToken cancellationToken)
    {
        var busy = new List<KeptKey>();
        await foreach (var kept in storage.State.GetBlobsAsync(new GetBlobsOptions { Prefix = Folder, Traits = BlobTraits.Metadata }, cancellationToken).ConfigureAwait(false))
        {
            if (kept.Metadata.TryGetValue(Busy, out var word) && word == "true" && await storage.FindAsync(kept.Name, cancellationToken).ConfigureAwait(false) is { } found)
                busy.Add(Read(found));
        }
        return busy;
    }

    private static KeptKey Read(BlobDownloadResult found)
    {
        var row = JsonSerializer.Deserialize<Row>(found.Content, RunJson.Options)!;
        return new KeptKey(row.Key, row.State, found.Details.ETag.ToString());
    }

    private static string NameOf(RunKey key) => $"{Folder}{StateStorage.NameOf(key.Environment)}/{StateStorage.NameOf(key.Key)}";

    private sealed record Row(RunKey Key, Admission State);
}
