using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts.Actions;

/// <summary>
/// <c>artifacts.preserve</c>: copies what readers get now, as it is, with pointer, version and validation, into the evidence container.
/// Judges nothing: a corrupted artifact is exactly what must be kept. Under the effect's key, each blob created once, so that a repeat
/// goes on where the try before stopped.
/// </summary>
public sealed class PreserveArtifact(ArtifactStores stores) : IAction, IProbe
{
    private const int KeyChars = 16;
    private const string Sha256Metadata = "sha256";
    private const string SizeMetadata = "size";

    public string Name => "artifacts.preserve";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        // Nobody looks at these blobs before the inventory is there, so half of them is nothing.
        using var preparing = WritesOfCall.Preparing();
        var slice = new Slice(stores.Time);
        var artifacts = stores.Open(call);
        var (container, prefix) = stores.Evidence(call.Environment);
        var key = call.Command.Key.Length > KeyChars ? call.Command.Key[..KeyChars] : call.Command.Key;
        var place = $"{prefix}{call.RunId}/preserved/{artifacts.Model}/{key}/";
        var inventory = container.GetBlobClient(place + "inventory.json");
        if (await inventory.ExistsAsync(cancellationToken))
            return Done(inventory, JsonData.Parse((await inventory.DownloadContentAsync(cancellationToken)).Value.Content.ToString()));

        var kept = await KeptAsync(container, place, cancellationToken);
        var seen = 0;
        foreach (var (name, blob) in await SourcesAsync(artifacts, cancellationToken))
        {
            seen++;
            if (kept.ContainsKey(name))
                continue;
            if (slice.IsOver || await KeepAsync(blob, container, place, name, cancellationToken) is not { } copy)
                return stores.Time.AskAgain(place, seen - 1, Math.Max(seen, kept.Count), "kept so far");
            kept[name] = copy;
        }
        var written = Inventory(call, artifacts.Model, kept);
        await CreateAsync(inventory, written.Canonical(), null, cancellationToken);
        return Done(inventory, written);
    }

    /// <summary>Everything that says what readers get: also where one part of it cannot be read.</summary>
    private static async Task<List<(string Name, BlobBaseClient Blob)>> SourcesAsync(ModelArtifacts artifacts, CancellationToken cancellationToken)
    {
        var sources = new List<(string, BlobBaseClient)>();
        VersionRecord? current = null;
        try
        {
            if (await artifacts.Records.ReadPointerAsync(cancellationToken) is { } pointer)
            {
                var version = pointer.Pointer.VersionAt(artifacts.Time.GetUtcNow());
                sources.Add(("version.json", artifacts.Records.VersionBlob(version)));
                sources.Add(("validation.json", artifacts.Records.ValidationBlob(version)));
                current = await artifacts.Records.ReadVersionAsync(version, cancellationToken);
            }
        }
        catch (ActionFailedException damaged) when (damaged.Kind is ErrorKind.Integrity or ErrorKind.NotFound)
        {
            // Then its own bytes are the evidence, and they are kept.
        }
        sources.Add(("pointer.json", artifacts.Records.PointerBlob));
        await foreach (var (name, blob) in artifacts.Store.ListCurrentAsync(current, cancellationToken))
            sources.Add(("files/" + name, blob));
        return sources;
    }

    /// <summary>Null when the store is still copying. A source that is not there has no entry: absence is evidence too.</summary>
    private static async Task<HashedBlob?> KeepAsync(BlobBaseClient source, BlobContainerClient container, string place, string name,
        CancellationToken cancellationToken)
    {
        var copy = container.GetBlobClient(place + "copy/" + name);
        try
        {
            var size = (await source.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ContentLength;
            if (!await ServerSideCopy.CopyAsync(source, size, copy, new BlobRequestConditions { IfNoneMatch = ETag.All }, wait: false, cancellationToken))
                return null;
        }
        catch (RequestFailedException failure) when (failure.Status == 404 && failure.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            return Missing;
        }
        catch (RequestFailedException failure) when (failure.Status is 409 or 412 && failure.ErrorCode != BlobErrorCode.BlobArchived)
        {
            // An earlier try began the copy.
            if (!await ServerSideCopy.IsDoneAsync(copy, cancellationToken))
                return null;
        }
        var hashed = await FileCheck.HashAsync(copy, cancellationToken) ?? Missing;
        await CreateAsync(container.GetBlobClient(place + "sha256/" + name), Convert.FromHexString(hashed.Sha256), new Dictionary<string, string>
        {
            [Sha256Metadata] = hashed.Sha256,
            [SizeMetadata] = hashed.Size.ToString(CultureInfo.InvariantCulture),
        }, cancellationToken);
        return hashed;
    }

    private static readonly HashedBlob Missing = new(-1, "", null);

    private static async Task<SortedDictionary<string, HashedBlob>> KeptAsync(BlobContainerClient container, string place, CancellationToken cancellationToken)
    {
        var kept = new SortedDictionary<string, HashedBlob>(StringComparer.Ordinal);
        var folder = place + "sha256/";
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = folder, Traits = BlobTraits.Metadata }, cancellationToken))
            kept[blob.Name[folder.Length..]] = new HashedBlob(long.Parse(blob.Metadata[SizeMetadata], CultureInfo.InvariantCulture),
                blob.Metadata[Sha256Metadata], null);
        return kept;
    }

    private static JsonData Inventory(ActionCall call, string model, SortedDictionary<string, HashedBlob> kept)
    {
        using var root = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var there = kept.Where(one => one.Value.Size >= 0).ToList();
        foreach (var (_, blob) in there)
            root.AppendData(Convert.FromHexString(blob.Sha256));
        return JsonData.Object(
            ("run", JsonData.Of(call.RunId)), ("model", JsonData.Of(model)),
            ("digest", JsonData.Of(Convert.ToHexStringLower(root.GetHashAndReset()))),
            ("files", JsonData.Array(there.Select(one => JsonData.Object(("name", JsonData.Of(one.Key)), ("size", JsonData.Of(one.Value.Size)),
                ("sha256", JsonData.Of(one.Value.Sha256)))))),
            ("missing", JsonData.Array(kept.Where(one => one.Value.Size < 0).Select(one => JsonData.Of(one.Key)))));
    }

    private static Outcome.Succeeded Done(BlobClient inventory, JsonData written) => ArtifactCall.Done(
        ("location", JsonData.Of(inventory.Uri.GetLeftPart(UriPartial.Path))), ("digest", written["digest"]!),
        ("files", JsonData.Of(written["files"]!.Elements.Length)),
        ("bytes", JsonData.Of(written["files"]!.Elements.Sum(file => file["size"]!.AsInt64()!.Value))));

    private static async Task CreateAsync(BlobClient blob, byte[] bytes, Dictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        try
        {
            await blob.UploadAsync(new BinaryData(bytes), new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                Metadata = metadata,
            }, cancellationToken);
        }
        catch (RequestFailedException failure) when (failure.Status is 409 or 412)
        {
            // An earlier try wrote it.
        }
    }

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var current = await stores.CurrentAsync(call, cancellationToken);
        var (container, _) = stores.Evidence(call.Environment);
        await container.GetPropertiesAsync(cancellationToken: cancellationToken);
        return new Probed($"{current}; the evidence container {container.Name} is there", "a copy of it in the evidence container");
    }
}
