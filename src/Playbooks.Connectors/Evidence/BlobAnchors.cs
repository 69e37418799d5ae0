using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;

namespace Playbooks.Connectors.Evidence;

/// <summary>
/// Keeps chain heads as blobs <c>runs/RUN/SEQUENCE.json</c> in the environment's anchor container, which another identity owns. The container
/// is not created here: who may create it could delete it.
/// </summary>
public sealed class BlobAnchors(StorageClients storage) : IAnchors
{
    /// <exception cref="AnchorConflictException">Another head is anchored for that sequence.</exception>
    /// <exception cref="ActionFailedException">The container cannot be reached or written.</exception>
    public async Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken)
    {
        try
        {
            return await CreateAsync(runId, environment, sequence, head, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && FailureKinds.Of(failure) is { } known)
        {
            // The journal keeps what is thrown here. The client's own message quotes the answer, and an answer may quote the address with its signature.
            throw new ActionFailedException(known.Kind, known.Message, known.RetryAfter, failure);
        }
    }

    /// <summary>All heads anchored for a run, for <c>PackVerifier</c>.</summary>
    /// <exception cref="FormatException">A blob there is no anchor.</exception>
    public async Task<IReadOnlyList<AnchorRecord>> ReadAsync(string runId, DeploymentEnvironment environment, CancellationToken cancellationToken)
    {
        var records = new List<AnchorRecord>();
        await foreach (var item in Container(environment).GetBlobsAsync(BlobTraits.None, BlobStates.None, FolderOf(environment, runId), cancellationToken))
        {
            var content = await Container(environment).GetBlobClient(item.Name).DownloadContentAsync(cancellationToken);
            records.AddRange(AnchorRecord.ReadAll(content.Value.Content.ToString()));
        }
        return [.. records.OrderBy(record => record.Sequence)];
    }

    private async Task<string> CreateAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken)
    {
        var blob = Container(environment).GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"{FolderOf(environment, runId)}{sequence}.json"));
        var record = new AnchorRecord(runId, sequence, head).Write();
        try
        {
            await blob.UploadAsync(new BinaryData(record), new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            }, cancellationToken);
        }
        catch (RequestFailedException taken) when (taken.Status is 409 or 412)
        {
            var kept = (await blob.DownloadContentAsync(cancellationToken)).Value.Content;
            if (!kept.ToMemory().Span.SequenceEqual(record))
                throw new AnchorConflictException(runId, sequence, blob.Uri, taken);
        }
        return blob.Uri.GetLeftPart(UriPartial.Path);
    }

    private BlobContainerClient Container(DeploymentEnvironment environment) => storage.Container(environment, environment.Anchor);

    private static string FolderOf(DeploymentEnvironment environment, string runId) =>
        environment.Anchor.Prefix is { Length: > 0 } prefix ? $"{prefix.TrimEnd('/')}/runs/{runId}/" : $"runs/{runId}/";
}
