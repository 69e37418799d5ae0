using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Playbooks.DurableFunctions.Storage;

/// <summary>
/// The storage account that holds what this shell must not lose: journals in a container of their own, which may be immutable; everything else about
/// runs in another; alerts and the list of runs in tables.
/// </summary>
public sealed class StateStorage(BlobServiceClient blobs, TableServiceClient tables)
{
    public const string JournalsContainer = "journals";
    public const string StateContainer = "state";
    public const string AlertsTable = "alerts";
    public const string RunsTable = "runs";

    public BlobContainerClient Journals { get; } = blobs.GetBlobContainerClient(JournalsContainer);

    public BlobContainerClient State { get; } = blobs.GetBlobContainerClient(StateContainer);

    public TableClient Alerts { get; } = tables.GetTableClient(AlertsTable);

    public TableClient Runs { get; } = tables.GetTableClient(RunsTable);

    /// <summary>Makes what is not there.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await Journals.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await State.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await Alerts.CreateIfNotExistsAsync(cancellationToken).ConfigureAwait(false);
        await Runs.CreateIfNotExistsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when there is none.</summary>
    internal async Task<BlobDownloadResult?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await State.GetBlobClient(name).DownloadContentAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    internal async Task<string?> FindTextAsync(string name, CancellationToken cancellationToken) =>
        (await FindAsync(name, cancellationToken).ConfigureAwait(false))?.Content.ToString();

    /// <summary>Makes a blob that is never changed.</summary>
    /// <returns>The text that was first.</returns>
    internal async Task<string> KeepAsync(string name, string text, CancellationToken cancellationToken)
    {
        try
        {
            await State.GetBlobClient(name).UploadAsync(BinaryData.FromString(text), new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken).ConfigureAwait(false);
            return text;
        }
        // 409 where it exists, 412 where it came into being meanwhile. Of a write whose answer was lost, the text is our own.
        catch (RequestFailedException taken) when (taken.Status is 409 or 412)
        {
            return await FindTextAsync(name, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"The blob {name} came and went.", taken);
        }
    }

    /// <summary>A name that any store takes, for whatever somebody has called something.</summary>
    internal static string NameOf(string anything) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(anything)));
}
