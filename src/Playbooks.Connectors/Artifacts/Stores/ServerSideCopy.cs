using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace Playbooks.Connectors.Artifacts.Stores;

/// <summary>Server-side copies: the bytes do not pass through us.</summary>
internal static class ServerSideCopy
{
    /// <summary>Azure refuses a synchronous copy of a larger source.</summary>
    private const long SynchronousMaxBytes = 256L * 1024 * 1024;

    private static readonly TimeSpan SourceReadableFor = TimeSpan.FromHours(1);
    /// <summary>For clocks that differ; also, a delegated signature without a start is not accepted everywhere.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <param name="wait">False: a copy that takes long may still be under way on return.</param>
    /// <returns>False when the store is still copying: ask <see cref="IsDoneAsync"/>.</returns>
    public static async Task<bool> CopyAsync(BlobBaseClient source, long size, BlobBaseClient destination, BlobRequestConditions? conditions,
        bool wait, CancellationToken cancellationToken)
    {
        var from = await ReadableUriAsync(source, cancellationToken);
        var options = new BlobCopyFromUriOptions { DestinationConditions = conditions };
        if (size <= SynchronousMaxBytes)
        {
            await destination.SyncCopyFromUriAsync(from, options, cancellationToken);
            return true;
        }
        var copy = await destination.StartCopyFromUriAsync(from, options, cancellationToken);
        if (wait)
            await copy.WaitForCompletionAsync(cancellationToken);
        return await IsDoneAsync(destination, cancellationToken);
    }

    public static async Task<bool> IsDoneAsync(BlobBaseClient destination, CancellationToken cancellationToken) =>
        (await destination.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.BlobCopyStatus is not CopyStatus.Pending;

    private static async Task<Uri> ReadableUriAsync(BlobBaseClient source, CancellationToken cancellationToken)
    {
        // The target judges the signature by the real clock, so no other will do.
        var now = TimeProvider.System.GetUtcNow();
        var sas = new BlobSasBuilder(BlobSasPermissions.Read, now + SourceReadableFor) { StartsOn = now - ClockSkew };
        if (source.CanGenerateSasUri)
            return source.GenerateSasUri(sas);
        var service = source.GetParentBlobContainerClient().GetParentBlobServiceClient();
        var key = await service.GetUserDelegationKeyAsync(now - ClockSkew, now + SourceReadableFor, cancellationToken);
        return source.GenerateUserDelegationSasUri(sas, key.Value);
    }
}
