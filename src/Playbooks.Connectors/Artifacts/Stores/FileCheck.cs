using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts.Stores;

/// <summary>Reads blobs to the last byte. A length, an ETag or a version id proves nothing about content.</summary>
internal static class FileCheck
{
    private const int BufferBytes = 1024 * 1024;

    /// <summary>Null when the blob holds exactly the file; else what is wrong.</summary>
    /// <param name="versionId">What the answer must say it is; null where the account keeps no versions.</param>
    /// <exception cref="ActionFailedException">Invalid: the blob is in the archive tier.</exception>
    public static async Task<string?> ErrorAsync(BlobBaseClient blob, ManifestFile file, string? versionId, CancellationToken cancellationToken)
    {
        if (await HashAsync(blob, cancellationToken) is not { } found)
            return "it is missing";
        if (versionId is not null && found.VersionId != versionId)
            return $"the store answered with version id {found.VersionId ?? "(none)"} instead of {versionId}";
        if (found.Size != file.Size)
            return $"it has {found.Size} bytes instead of {file.Size}";
        return found.Sha256 == file.Sha256 ? null : $"its SHA-256 is {found.Sha256} instead of {file.Sha256}";
    }

    /// <summary>Null when there is no such blob.</summary>
    public static async Task<HashedBlob?> HashAsync(BlobBaseClient blob, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = (await blob.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[BufferBytes];
            long size = 0;
            int count;
            while ((count = await answer.Content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                size += count;
            }
            return new HashedBlob(size, Convert.ToHexStringLower(hash.GetHashAndReset()), answer.Details.VersionId);
        }
        catch (RequestFailedException failure) when (failure.Status == 404 && failure.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            return null;
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.BlobArchived)
        {
            throw Archived(blob.Name);
        }
    }

    public static ActionFailedException Archived(string name) => new(ErrorKind.Invalid,
        $"{name} is in the archive tier: reading it needs a rehydration that takes up to 15 hours. " +
        "Move it to an online tier now, or choose a version that is online.");
}

internal sealed record HashedBlob(long Size, string Sha256, string? VersionId);
