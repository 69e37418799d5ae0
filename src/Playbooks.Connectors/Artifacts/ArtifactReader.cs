using System.Collections.Immutable;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Playbooks.Connectors.Artifacts.Signing;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts;

/// <summary>How a model's service reads what is current: all files of one version, or an error; never a mix.</summary>
/// <param name="verifier">Null for a service that does not check signatures; digests are always checked.</param>
public sealed class ArtifactReader(IArtifactStore store, TimeProvider time, ArtifactVerifier? verifier = null)
{
    /// <summary>A version is held in memory whole.</summary>
    public const long VersionMaxBytes = 1024L * 1024 * 1024;

    public static ArtifactReader Open(BlobContainerClient container, string prefix, string model, ArtifactLayout layout, TimeProvider time,
        ArtifactVerifier? verifier = null) => new(ArtifactStores.Create(container, prefix, model, layout), time, verifier);

    /// <exception cref="ActionFailedException">
    /// NotFound: nothing is current. Conflict: files at fixed paths are being changed now. Integrity: a file is not what its version says.
    /// </exception>
    public async Task<CurrentArtifact> ReadCurrentAsync(CancellationToken cancellationToken)
    {
        var seen = await store.Records.ReadPointerAsync(cancellationToken)
            ?? throw new ActionFailedException(ErrorKind.NotFound, "Nothing was ever made current here.");
        if (seen.Pointer.Moving)
            throw new ActionFailedException(ErrorKind.Conflict, $"Version {seen.Pointer.Version} is being put in place now; what lies there may be a mix.");
        var version = await store.Records.ReadVersionAsync(seen.Pointer.VersionAt(time.GetUtcNow()), cancellationToken);
        if (verifier is not null)
            version.RequireSignature(verifier);
        if (version.Manifest.TotalBytes > VersionMaxBytes)
            throw new ActionFailedException(ErrorKind.Invalid, $"Version {version.Version} has more than {VersionMaxBytes} bytes.");
        var files = ImmutableSortedDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var file in version.Manifest.Files)
            files[file.Name] = await ReadAsync(version, file, cancellationToken);
        return new CurrentArtifact(version, files.ToImmutable());
    }

    private async Task<byte[]> ReadAsync(VersionRecord version, ManifestFile file, CancellationToken cancellationToken)
    {
        try
        {
            var content = (await store.LocateCurrent(file).DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
            if (Convert.ToHexStringLower(SHA256.HashData(content)) == file.Sha256)
                return content;
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            throw Wrong("is missing");
        }
        throw Wrong("is not what the version says");

        ActionFailedException Wrong(string how) => new(ErrorKind.Integrity, $"{file.Name} of version {version.Version} {how}.");
    }
}

/// <summary>All files of the version that is current, checked against its digests.</summary>
public sealed record CurrentArtifact(VersionRecord Record, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Files)
{
    public int Version => Record.Version;
    /// <summary>The manifest digest: what the service reports.</summary>
    public string Digest => Record.Digest;
}
