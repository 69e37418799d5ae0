using System.Text.Json;
using Playbooks.DurableFunctions.Activities;

namespace Playbooks.DurableFunctions.Storage;

/// <summary>Deliveries as blobs, which are gone when the journal shows them.</summary>
public sealed class BlobDeliveries(StateStorage storage, TimeProvider time) : IDeliveries
{
    /// <summary>A press of a button in Teams is answered within five seconds.</summary>
    private static readonly TimeSpan TakenWithin = TimeSpan.FromSeconds(3.5);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LooksAtLeastEvery = TimeSpan.FromMilliseconds(400);
    private const string Folder = "deliveries/";

    public Task KeepAsync(string runId, string deliveryId, string text, CancellationToken cancellationToken) =>
        storage.KeepAsync(NameOf(runId, deliveryId), JsonSerializer.Serialize(new KeptDelivery(runId, deliveryId, text)), cancellationToken);

    public Task RemoveAsync(string runId, string deliveryId, CancellationToken cancellationToken) =>
        storage.State.GetBlobClient(NameOf(runId, deliveryId)).DeleteIfExistsAsync(cancellationToken: cancellationToken);

    public async Task TakenAsync(string runId, string deliveryId, CancellationToken cancellationToken)
    {
        var blob = storage.State.GetBlobClient(NameOf(runId, deliveryId));
        var until = time.GetUtcNow() + TakenWithin;
        for (var pause = FirstLook; time.GetUtcNow() < until; pause = pause * 2 < LooksAtLeastEvery ? pause * 2 : LooksAtLeastEvery)
        {
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            if (!await blob.ExistsAsync(cancellationToken).ConfigureAwait(false))
                return;
        }
    }

    public Task<IReadOnlyList<KeptDelivery>> OfAsync(string runId, CancellationToken cancellationToken) => ListAsync($"{Folder}{runId}/", DateTimeOffset.MaxValue, int.MaxValue, cancellationToken);

    public Task<IReadOnlyList<KeptDelivery>> OlderAsync(DateTimeOffset than, int atMost, CancellationToken cancellationToken) => ListAsync(Folder, than, atMost, cancellationToken);

    private async Task<IReadOnlyList<KeptDelivery>> ListAsync(string prefix, DateTimeOffset before, int atMost, CancellationToken cancellationToken)
    {
        var older = new List<(DateTimeOffset At, string Name)>();
        await foreach (var kept in storage.State.GetBlobsAsync(new Azure.Storage.Blobs.Models.GetBlobsOptions { Prefix = prefix }, cancellationToken).ConfigureAwait(false))
        {
            if (kept.Properties.CreatedOn is { } at && at < before)
                older.Add((at, kept.Name));
        }
        var found = new List<KeptDelivery>();
        foreach (var (_, name) in older.OrderBy(kept => kept.At).Take(atMost))
        {
            // One that has been taken meanwhile is not there any more.
            if (await storage.FindTextAsync(name, cancellationToken).ConfigureAwait(false) is { } text)
                found.Add(JsonSerializer.Deserialize<KeptDelivery>(text)!);
        }
        return found;
    }

    private static string NameOf(string runId, string deliveryId) => $"{Folder}{runId}/{StateStorage.NameOf(deliveryId)}";
}
