using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Playbooks.Gateway.State;

/// <summary>
/// The blobs that the replicas of one gateway share: <c>GATEWAY/state/MODEL.json</c> (one, changed by If-Match),
/// <c>GATEWAY/changes/MODEL/GENERATION.json</c> (created once each, never overwritten) and
/// <c>GATEWAY/replicas/REPLICA.json</c>. Errors of the storage account arrive as <see cref="RequestFailedException"/>.
/// </summary>
/// <param name="container">With no retries of its own: a conditional write repeated after a lost answer would fail by its own success.</param>
/// <param name="gateway">The gateway's name, first part of every blob name.</param>
public sealed class StateStore(BlobContainerClient container, string gateway)
{
    private const int ReplicasLimit = 1000;
    private static readonly BlobHttpHeaders Json = new() { ContentType = "application/json" };

    /// <summary>Reads a model's state unless it is still the <paramref name="known"/> one.</summary>
    public async Task<StateRead> ReadAsync(string model, ETag? known, CancellationToken cancellation)
    {
        try
        {
            var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = known } };
            var answer = await StateBlob(model).DownloadStreamingAsync(options, cancellation);
            if (answer.GetRawResponse().Status == 304) return new StateRead.Same();
            using var content = answer.Value;
            var json = await ReadWholeAsync(content, ModelState.SizeLimitBytes, cancellation);
            if (json is null) return new StateRead.Unreadable($"the state is larger than {ModelState.SizeLimitBytes} bytes");
            return ModelState.TryParse(model, json, out var state, out var problem)
                ? new StateRead.Found(state, content.Details.ETag)
                : new StateRead.Unreadable(problem);
        }
        catch (RequestFailedException e) when (e.Status == 304)
        {
            return new StateRead.Same();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return new StateRead.Missing();
        }
    }

    /// <summary>Replaces the state if it is still the one with <paramref name="ifMatch"/>; creates it if that is null and there is none.</summary>
    /// <returns>The new version, or null when another writer was first.</returns>
    public async Task<ETag?> WriteAsync(ModelState state, ETag? ifMatch, CancellationToken cancellation)
    {
        var conditions = ifMatch is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = ifMatch };
        try
        {
            var answer = await StateBlob(state.Model).UploadAsync(
                new BinaryData(state.ToJson()), new BlobUploadOptions { Conditions = conditions, HttpHeaders = Json }, cancellation);
            return answer.Value.ETag;
        }
        catch (RequestFailedException e) when (e.Status is 412 || (e.Status is 409 && e.ErrorCode == BlobErrorCode.BlobAlreadyExists))
        {
            return null;
        }
    }

    public Task CreateContainerAsync(CancellationToken cancellation) => container.CreateIfNotExistsAsync(cancellationToken: cancellation);

    /// <summary>Whether any change of this model was ever recorded; if so a missing state was deleted and is not made anew.</summary>
    public async Task<bool> AnyChangeAsync(string model, CancellationToken cancellation)
    {
        await foreach (var _ in container.GetBlobsAsync(
            BlobTraits.None, BlobStates.None, $"{gateway}/changes/{model}/", cancellation))
            return true;
        return false;
    }

    /// <summary>Records a change for good. Any replica may, each does: the blob is created once and is never overwritten.</summary>
    public async Task RecordAsync(string model, Change change, CancellationToken cancellation)
    {
        var blob = container.GetBlobClient($"{gateway}/changes/{model}/{change.Generation:D10}.json");
        var text = JsonSerializer.SerializeToUtf8Bytes(change, GatewayJson.Options);
        try
        {
            await blob.UploadAsync(
                new BinaryData(text),
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All }, HttpHeaders = Json }, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // Another replica, or this one before a restart, has recorded it.
        }
    }

    public Task BeatAsync(Heartbeat heartbeat, CancellationToken cancellation) => ReplicaBlob(heartbeat.Replica).UploadAsync(
        new BinaryData(JsonSerializer.SerializeToUtf8Bytes(heartbeat, GatewayJson.Options)),
        new BlobUploadOptions { HttpHeaders = Json }, cancellation);

    public Task ForgetAsync(string replica, CancellationToken cancellation) =>
        ReplicaBlob(replica).DeleteIfExistsAsync(cancellationToken: cancellation);

    /// <summary>Every replica that has left a heartbeat, with its age; none when the container is missing.</summary>
    public async Task<IReadOnlyList<HeardReplica>> ReplicasAsync(CancellationToken cancellation)
    {
        var prefix = $"{gateway}/replicas/";
        var found = new List<HeardReplica>();
        try
        {
            await foreach (var page in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellation).AsPages())
            {
                var now = page.GetRawResponse().Headers.Date ?? throw new InvalidDataException("the storage account's answer has no Date");
                foreach (var item in page.Values.Take(ReplicasLimit - found.Count))
                {
                    var age = now - (item.Properties.LastModified ?? now);
                    var name = item.Name[prefix.Length..^".json".Length];
                    found.Add(new HeardReplica(name, age, await HeartbeatAsync(item.Name, cancellation)));
                }
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return [];
        }
        return found;
    }

    private async Task<Heartbeat?> HeartbeatAsync(string blob, CancellationToken cancellation)
    {
        try
        {
            using var content = (await container.GetBlobClient(blob).DownloadStreamingAsync(cancellationToken: cancellation)).Value;
            var json = await ReadWholeAsync(content, Heartbeat.SizeLimitBytes, cancellation);
            return json is null ? null : JsonSerializer.Deserialize<Heartbeat>(json, GatewayJson.Options);
        }
        catch (Exception e) when (e is JsonException or RequestFailedException { Status: 404 })
        {
            return null;
        }
    }

    private static async Task<byte[]?> ReadWholeAsync(BlobDownloadStreamingResult content, int limitBytes, CancellationToken cancellation)
    {
        if (content.Details.ContentLength > limitBytes) return null;
        using var whole = new MemoryStream();
        await content.Content.CopyToAsync(whole, cancellation);
        return whole.ToArray();
    }

    private BlobClient StateBlob(string model) => container.GetBlobClient($"{gateway}/state/{model}.json");

    private BlobClient ReplicaBlob(string replica) => container.GetBlobClient($"{gateway}/replicas/{replica}.json");
}

/// <summary>What a read of a model's state found.</summary>
public abstract record StateRead
{
    private StateRead() { }

    /// <summary>The state that the reader knows already.</summary>
    public sealed record Same : StateRead;

    public sealed record Found(ModelState State, ETag ETag) : StateRead;

    /// <summary>No such blob, or no container.</summary>
    public sealed record Missing : StateRead;

    /// <summary>A blob that is no state; a gateway treats it like silence.</summary>
    public sealed record Unreadable(string Problem) : StateRead;
}
