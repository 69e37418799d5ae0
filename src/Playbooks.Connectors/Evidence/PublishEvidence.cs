using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Evidence;

/// <summary>
/// <c>evidence.publish</c>: writes the journal so far to the evidence container, once for each key. It is no pack: the run is not over, and what
/// follows is not in it.
/// </summary>
/// <param name="readJournal">A run's events so far, in order.</param>
public sealed class PublishEvidence(StorageClients storage, Func<string, CancellationToken, Task<IReadOnlyList<StoredEvent>>> readJournal) : IAction, IProbe
{
    private const int KeyChars = 16;
    private const string EventsMetadata = "events";

    public string Name => "evidence.publish";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var target = call.Environment.Evidence;
        var prefix = target.Prefix.Length == 0 ? "" : target.Prefix.TrimEnd('/') + "/";
        var key = call.Command.Key.Length > KeyChars ? call.Command.Key[..KeyChars] : call.Command.Key;
        var blob = storage.Container(call.Environment, target).GetBlobClient($"{prefix}{call.RunId}/journal-{key}.ndjson");
        var events = await readJournal(call.RunId, cancellationToken);
        try
        {
            await blob.UploadAsync(new BinaryData(TimelineFile.Write(events)), new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/x-ndjson" },
                Metadata = new Dictionary<string, string> { [EventsMetadata] = events.Count.ToString(CultureInfo.InvariantCulture) },
            }, cancellationToken);
            return Done(blob.Uri, events.Count);
        }
        catch (RequestFailedException there) when (there.Status is 409 or 412 && there.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // An earlier attempt wrote it; the journal has grown since, and what was published stays what it was.
            var written = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.Metadata[EventsMetadata];
            return Done(blob.Uri, int.Parse(written, NumberStyles.None, CultureInfo.InvariantCulture));
        }
    }

    private static Outcome.Succeeded Done(Uri at, int events) => new(JsonData.Object(
        ("location", JsonData.Of(at.GetLeftPart(UriPartial.Path))), ("events", JsonData.Of(events))));

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        await storage.Container(call.Environment, call.Environment.Evidence).GetPropertiesAsync(cancellationToken: cancellationToken);
        return new Probed($"the evidence container {call.Environment.Evidence.Container} is there", "the journal so far is in it");
    }
}
