using System.Runtime.CompilerServices;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts.Stores;

/// <summary>
/// Models at fixed paths, for services that cannot follow a pointer. A version is its files' blob version ids, promoted by server-side copy.
/// Several files cannot change at once, so the model must be isolated meanwhile; the pointer says "moving", and our readers refuse to load.
/// </summary>
public sealed class VersionedPathStore(BlobContainerClient container, string prefix, string model) : IArtifactStore
{
    private const string RecordsFolder = ".playbooks/";

    private bool keepsVersions;

    public ArtifactRecords Records { get; } = new(container, prefix + RecordsFolder, model);

    public bool WritesInPlace => true;

    public async Task<ManifestFile> PutAsync(ManifestFile file, Func<Stream> open, CancellationToken cancellationToken)
    {
        await RequireVersionsAsync(cancellationToken);
        var blob = Fixed(file.Name);
        // A pipeline may have written it itself: then publishing only records it.
        if (await FileCheck.ErrorAsync(blob, file, null, cancellationToken) is not null)
        {
            await using var content = open();
            await blob.UploadAsync(content, new BlobUploadOptions(), cancellationToken);
        }
        var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
        var put = file with { VersionId = properties.VersionId, Tier = properties.AccessTier };
        return put.VersionId is null ? throw NoVersions()
            : await FileCheck.ErrorAsync(Version(put), put, put.VersionId, cancellationToken) is { } wrong
                ? throw new ActionFailedException(ErrorKind.Integrity, $"{file.Name} changed while it was being published: {wrong}.") : put;
    }

    public async Task<BlobBaseClient> LocateAsync(ManifestFile file, CancellationToken cancellationToken)
    {
        await RequireVersionsAsync(cancellationToken);
        return Version(file);
    }

    public BlobBaseClient LocateCurrent(ManifestFile file) => Fixed(file.Name);

    public async IAsyncEnumerable<(string Name, BlobBaseClient Blob)> ListCurrentAsync(VersionRecord? current,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken))
            if (!blob.Name.StartsWith(prefix + RecordsFolder, StringComparison.Ordinal))
                yield return (blob.Name[prefix.Length..], container.GetBlobClient(blob.Name));
    }

    public async Task<int?> MakeCurrentAsync(VersionRecord target, Pointer next, SeenPointer? seen, Slice slice, CancellationToken cancellationToken)
    {
        await RequireVersionsAsync(cancellationToken);
        var extra = await RemovableExtrasAsync(target, seen, cancellationToken);
        if (seen?.Pointer is not { Moving: true } moving || moving.Key != next.Key)
            seen = await Records.MovePointerAsync(next with { Moving = true }, seen, cancellationToken);
        var done = 0;
        foreach (var file in target.Manifest.Files)
        {
            if (slice.IsOver)
                return done;
            await PromoteAsync(file, cancellationToken);
            done++;
        }
        foreach (var name in extra)
            await Fixed(name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        await Records.MovePointerAsync(next, seen, cancellationToken);
        return null;
    }

    private async Task PromoteAsync(ManifestFile file, CancellationToken cancellationToken)
    {
        var blob = Fixed(file.Name);
        if (await FileCheck.ErrorAsync(blob, file, null, cancellationToken) is null)
            return;
        // Again, though the version was checked before: between then and now the store may have answered with something else.
        if (await FileCheck.ErrorAsync(Version(file), file, file.VersionId, cancellationToken) is { } unfit)
            throw Untrusted(file, unfit);
        await ServerSideCopy.CopyAsync(Version(file), file.Size, blob, null, wait: true, cancellationToken);
        if (await FileCheck.ErrorAsync(blob, file, null, cancellationToken) is { } wrong)
            throw Untrusted(file, wrong);
    }

    /// <summary>Files that the version before had and this one has not; any other file at the fixed paths is nobody's we know.</summary>
    private async Task<List<string>> RemovableExtrasAsync(VersionRecord target, SeenPointer? seen, CancellationToken cancellationToken)
    {
        var extras = new List<string>();
        await foreach (var (name, _) in ListCurrentAsync(null, cancellationToken))
            if (target.Manifest.Find(name) is null)
                extras.Add(name);
        if (extras.Count == 0)
            return extras;
        var known = new HashSet<string>();
        foreach (var version in new[] { seen?.Pointer.Version, seen?.Pointer.Previous })
            if (version is { } number)
                known.UnionWith((await Records.ReadVersionAsync(number, cancellationToken)).Manifest.Files.Select(file => file.Name));
        return extras.Find(name => !known.Contains(name)) is not { } stranger ? extras
            : throw new ActionFailedException(ErrorKind.Integrity,
                $"{stranger} lies at the fixed paths of {model} but belongs to no signed version. Look at it and remove it; nothing was changed.");
    }

    /// <summary>
    /// An account without versioning answers a request for a version id with the current content: that would restore the corrupted
    /// artifact and call it good. So one harmless write shows what the account does before any version id is used.
    /// </summary>
    private async Task RequireVersionsAsync(CancellationToken cancellationToken)
    {
        if (keepsVersions)
            return;
        using var preparing = WritesOfCall.Preparing();
        var canary = await container.GetBlobClient(prefix + RecordsFolder + "canary")
            .UploadAsync(new BinaryData("Shows whether the account keeps versions."u8.ToArray()), new BlobUploadOptions(), cancellationToken);
        keepsVersions = canary.Value.VersionId is not null ? true : throw NoVersions();
    }

    private BlobClient Fixed(string name) => container.GetBlobClient(prefix + name);

    private BlobClient Version(ManifestFile file) => file.VersionId is { } id ? Fixed(file.Name).WithVersion(id)
        : throw new ActionFailedException(ErrorKind.Integrity, $"No version id is recorded for {file.Name}.");

    private ActionFailedException NoVersions() => new(ErrorKind.Invalid,
        $"The storage account of {model} keeps no blob versions, which the layout versionedPath needs. " +
        "Turn on blob versioning for the account, or use the layout pointer.");

    /// <summary>Other files may be in place already, so it cannot be said that nothing happened: an undo must follow.</summary>
    private ActionFailedException Untrusted(ManifestFile file, string wrong) => new(ErrorKind.OutcomeUnknown,
        $"{file.Name} of {model} cannot be trusted: {wrong}. Files are partly in place; readers refuse to load until one version is whole again.");
}
