using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Serving;

/// <summary>
/// The blobs through which a gateway is steered: the model's state and the replicas' heartbeats. Each request is sent once: repeated after
/// a lost answer, a conditional write would fail by its own success.
/// </summary>
internal sealed class GatewayBlobs(StorageClients storage, ActionCall call)
{
    private const int HeartbeatMaxBytes = 256 * 1024;
    private const int ReplicasMax = 1000;
    private static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(15);

    private readonly BlobContainerClient container = storage.ContainerSendingOnce(call.Environment, call.Gateway().State);
    private readonly string model = call.ModelName();

    /// <summary>The gateway's own name, where it differs from the environment's, is the target's prefix.</summary>
    private readonly string gateway = call.Gateway().State.Prefix.Trim('/') is { Length: > 0 } prefix ? prefix : call.Model().Gateway;

    /// <summary>Null where there is none.</summary>
    /// <exception cref="ActionFailedException">What is there is no state.</exception>
    public async Task<GatewayState?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = (await State.DownloadContentAsync(cancellationToken)).Value;
            return GatewayState.Parse(model, answer.Content.ToMemory().Span, answer.Details.ETag) ?? throw new ActionFailedException(ErrorKind.Integrity,
                $"{State.Name} is no state of {model}: its gateways serve the fallback. Give an order at a gateway's control listener, or mend the blob.");
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    /// <returns>False when another writer was first.</returns>
    public async Task<bool> WriteAsync(JsonData change, GatewayState? before, CancellationToken cancellationToken)
    {
        try
        {
            await State.UploadAsync(new BinaryData(GatewayState.Write(model, change, before)), new BlobUploadOptions
            {
                Conditions = before is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = before.Tag },
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            }, cancellationToken);
            return true;
        }
        catch (RequestFailedException first) when (first.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <summary>The replicas that count, with the generation each reports; null where it reports none of this model.</summary>
    public async Task<IReadOnlyList<long?>> HeardAsync(CancellationToken cancellationToken)
    {
        var fresh = new List<string>();
        await foreach (var page in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{gateway}/replicas/", cancellationToken).AsPages())
        {
            // Both by the storage account's clock; ours and the replicas' may be wrong.
            var now = page.GetRawResponse().Headers.Date ?? throw new InvalidDataException("The storage account's answer has no Date.");
            fresh.AddRange(page.Values.Where(blob => now - (blob.Properties.LastModified ?? now) <= HeardWithin).Select(blob => blob.Name));
            if (fresh.Count > ReplicasMax)
                throw new ActionFailedException(ErrorKind.Invalid, $"More than {ReplicasMax} replicas report below {gateway}/replicas/.");
        }
        var heard = new List<long?>();
        foreach (var name in fresh)
            if (await HeartbeatAsync(name, cancellationToken) is { } heartbeat)
                heard.Add(heartbeat["models"]?[model]?["generation"]?.AsInt64());
        return heard;
    }

    /// <summary>Null where it is gone: its replica stopped in order. What cannot be read is a replica that confirms nothing.</summary>
    private async Task<JsonData?> HeartbeatAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var text = (await container.GetBlobClient(name).DownloadContentAsync(cancellationToken)).Value.Content;
            return StrictJson.Read(text.ToMemory().Span, new StrictJsonLimits(HeartbeatMaxBytes)) is StrictJsonResult.Accepted read
                ? read.Value : JsonData.EmptyObject;
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            return null;
        }
    }

    private BlobClient State => container.GetBlobClient($"{gateway}/state/{model}.json");
}
