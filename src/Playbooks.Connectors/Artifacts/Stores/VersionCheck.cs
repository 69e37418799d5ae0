using Azure;
using Azure.Storage.Blobs.Models;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts.Stores;

/// <summary>Checks the files of a version, a slice per call.</summary>
internal static class VersionCheck
{
    private const int ConcurrentFiles = 4;

    /// <summary>Reads every byte, from the file with that index on.</summary>
    /// <returns>Null when all are right; else the index to go on with in the next call.</returns>
    /// <exception cref="ActionFailedException">Integrity: a file is not what was signed. Invalid: it is in the archive tier.</exception>
    public static async Task<int?> BytesAsync(IArtifactStore store, VersionRecord version, int from, Slice slice, CancellationToken cancellationToken)
    {
        var files = version.Manifest.Files;
        while (from < files.Length)
        {
            if (slice.IsOver)
                return from;
            var batch = files.Skip(from).Take(ConcurrentFiles).ToArray();
            var errors = await Task.WhenAll(batch.Select(file => ErrorAsync(store, file, cancellationToken)));
            if (errors.FirstOrDefault(error => error is not null) is { } wrong)
                throw new ActionFailedException(ErrorKind.Integrity, $"Version {version.Version} of {version.Manifest.Model}: {wrong}.");
            from += batch.Length;
        }
        return null;
    }

    /// <summary>The quick look before the long one: everything is there, has its length, and can be read within the RTO.</summary>
    public static async Task ReadinessAsync(IArtifactStore store, VersionRecord version, CancellationToken cancellationToken)
    {
        foreach (var batch in version.Manifest.Files.Chunk(ConcurrentFiles))
            await Task.WhenAll(batch.Select(async file =>
            {
                var (size, tier) = await LookAsync(store, file, cancellationToken);
                if (size != file.Size)
                    throw new ActionFailedException(ErrorKind.Integrity, $"Version {version.Version} of {version.Manifest.Model}: {file.Name} " +
                        (size is null ? "is missing." : $"has {size} bytes instead of {file.Size}."));
                if (tier == AccessTier.Archive)
                    throw FileCheck.Archived($"{file.Name} of version {version.Version} of {version.Manifest.Model}");
            }));
    }

    /// <summary>Length and tier as the store tells them; a null length when there is no such blob.</summary>
    public static async Task<(long? Size, AccessTier? Tier)> LookAsync(IArtifactStore store, ManifestFile file, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await store.LocateAsync(file, cancellationToken);
            var found = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return (found.ContentLength, found.AccessTier is { } tier ? new AccessTier(tier) : default(AccessTier?));
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return (null, null);
        }
    }

    private static async Task<string?> ErrorAsync(IArtifactStore store, ManifestFile file, CancellationToken cancellationToken) =>
        await FileCheck.ErrorAsync(await store.LocateAsync(file, cancellationToken), file, file.VersionId, cancellationToken) is { } wrong
            ? $"{file.Name} cannot be trusted: {wrong}" : null;
}
