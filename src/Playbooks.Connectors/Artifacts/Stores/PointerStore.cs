using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts.Stores;

/// <summary>
/// Blobs named by their digest, created once and never overwritten; the pointer moves once. Readers see the old set or the new one,
/// whatever crashes in between.
/// </summary>
public sealed class PointerStore(BlobContainerClient container, string prefix, string model) : IArtifactStore
{
    public ArtifactRecords Records { get; } = new(container, prefix, model);

    public bool WritesInPlace => false;

    public async Task<ManifestFile> PutAsync(ManifestFile file, Func<Stream> open, CancellationToken cancellationToken)
    {
        using var preparing = WritesOfCall.Preparing();
        var blob = Object(file);
        ETag? ours = null;
        try
        {
            await using var content = open();
            ours = (await blob.UploadAsync(content, new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } },
                cancellationToken)).Value.ETag;
        }
        catch (RequestFailedException failure) when (failure.Status is 409 or 412)
        {
            // It is there already; whether it is what its name says is seen below.
        }
        // The name promises the content for ever, so it is read back; the file may have changed between hashing and sending.
        if (await FileCheck.ErrorAsync(blob, file, null, cancellationToken) is not { } wrong)
            return file with { Tier = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.AccessTier };
        if (ours is not null)
            await blob.DeleteIfExistsAsync(conditions: new BlobRequestConditions { IfMatch = ours }, cancellationToken: cancellationToken);
        throw new ActionFailedException(ErrorKind.Integrity, ours is null
            ? $"The store's copy of {file.Name} is damaged: {wrong}. Remove {blob.Name} and publish again."
            : $"{file.Name} changed while it was being published: {wrong}.");
    }

    public Task<BlobBaseClient> LocateAsync(ManifestFile file, CancellationToken cancellationToken) => Task.FromResult<BlobBaseClient>(Object(file));

    public BlobBaseClient LocateCurrent(ManifestFile file) => Object(file);

    public async IAsyncEnumerable<(string Name, BlobBaseClient Blob)> ListCurrentAsync(VersionRecord? current,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in current?.Manifest.Files ?? [])
            if (await Object(file).ExistsAsync(cancellationToken))
                yield return (file.Name, Object(file));
    }

    public async Task<int?> MakeCurrentAsync(VersionRecord target, Pointer next, SeenPointer? seen, Slice slice, CancellationToken cancellationToken)
    {
        if (seen?.Pointer.Version != next.Version || seen.Pointer.Chaos != next.Chaos)
            await Records.MovePointerAsync(next, seen, cancellationToken);
        return null;
    }

    private BlobClient Object(ManifestFile file) => container.GetBlobClient($"{prefix}objects/sha256/{file.Sha256}");
}
