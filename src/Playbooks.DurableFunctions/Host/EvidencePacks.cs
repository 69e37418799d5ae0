using Azure;
using Azure.Storage.Blobs.Models;
using Playbooks.Connectors;
using Playbooks.Connectors.Evidence;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.DurableFunctions.Activities;

namespace Playbooks.DurableFunctions.Host;

/// <summary>
/// Makes the pack of each run that is over, into the environment's evidence container under <c>packs/RUN/</c>: the same bytes as anybody else's from the same
/// journal, so that two hosts that make it at once disturb nobody. The signature comes last and says that the pack is whole.
/// </summary>
public sealed class EvidencePacks(IRuns runs, IRunIndex index, StorageClients clients, Secrets secrets, DeploymentEnvironment environment, Action<string> say)
{
    /// <summary>Older ones were made, or could not be made for days; <c>playbooks evidence make</c> does it from the journal.</summary>
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(7);

    private readonly HashSet<string> made = new(StringComparer.Ordinal);

    /// <summary>Makes those that are missing.</summary>
    public async Task MakeMissingAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var run in await index.ListAsync(cancellationToken))
        {
            if (run.State != RunState.Ended || run.EndedAt < now - LooksBack || run.Environment != environment.Name || made.Contains(run.RunId)
                || await runs.FindAsync(run.RunId, cancellationToken) is not { IsQuiet: true })
                continue;
            try
            {
                await MakeAsync(run.RunId, cancellationToken);
                made.Add(run.RunId);
            }
            catch (Exception failure) when (failure is RequestFailedException or ActionFailedException)
            {
                say($"The evidence of {run.RunId} could not be written and is tried again: {failure.Message}");
            }
        }
    }

    private async Task MakeAsync(string runId, CancellationToken cancellationToken)
    {
        var container = clients.Container(environment, environment.Evidence);
        var folder = $"{environment.Evidence.Prefix}packs/{runId}/";
        if (await container.GetBlobClient(folder + PackFiles.Signature).ExistsAsync(cancellationToken))
            return;
        var pack = Pack.Make(await runs.ReadAsync(runId, 1, cancellationToken), EvidenceKeys.Load(environment, secrets));
        foreach (var (name, bytes) in pack.OrderBy(file => file.Key == PackFiles.Signature))
        {
            try
            {
                await container.GetBlobClient(folder + name).UploadAsync(BinaryData.FromBytes(bytes), new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken);
            }
            // Somebody else has made it, or this one before it was killed: it is the same.
            catch (RequestFailedException there) when (there.Status is 409 or 412)
            {
            }
        }
        say($"The evidence of {runId} lies in {container.Name}/{folder}");
    }
}
