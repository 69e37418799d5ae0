using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Chaos;

/// <summary>
/// What is known of one planting: a blob from before its first letter, and one from after its last. Both are created and never changed, in the
/// drill environment's evidence container, as <c>chaos/EFFECT-begun.json</c> and <c>chaos/EFFECT-added.json</c>.
/// </summary>
/// <param name="At">When it began; the letters are made from it.</param>
/// <param name="Until">When the letters end, fixed by the first try.</param>
/// <param name="IsNew">Nothing was sent before.</param>
internal sealed record Planting(BlobContainerClient Container, string Path, DateTimeOffset At, DateTimeOffset Until, bool IsNew)
{
    public static async Task<Planting> BeginAsync(BlobContainerClient container, string prefix, string effect, DateTimeOffset now, TimeSpan timeToLive,
        CancellationToken cancellationToken)
    {
        var path = $"{prefix}chaos/{PlantedLetters.Id(effect)}";
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var begun = container.GetBlobClient(path + "-begun.json");
        if (await CreateAsync(begun, JsonData.Object(("at", TimeToLive.Json(now)), ("until", TimeToLive.Json(now + timeToLive))), cancellationToken))
            return new Planting(container, path, now, now + timeToLive, IsNew: true);
        var written = JsonData.Parse((await begun.DownloadContentAsync(cancellationToken)).Value.Content.ToString());
        return new Planting(container, path, Instant(written["at"]), Instant(written["until"]), IsNew: false);
    }

    public async Task<bool> IsAddedAsync(CancellationToken cancellationToken) => await Added.ExistsAsync(cancellationToken);

    public async Task MarkAddedAsync(int count, CancellationToken cancellationToken) =>
        await CreateAsync(Added, JsonData.Object(("added", JsonData.Of(count)), ("until", TimeToLive.Json(Until))), cancellationToken);

    private BlobClient Added => Container.GetBlobClient(Path + "-added.json");

    private static async Task<bool> CreateAsync(BlobClient blob, JsonData content, CancellationToken cancellationToken)
    {
        try
        {
            await blob.UploadAsync(new BinaryData(content.Text), new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            }, cancellationToken);
            return true;
        }
        catch (RequestFailedException there) when (there.Status is 409 or 412)
        {
            return false;
        }
    }

    private static DateTimeOffset Instant(JsonData? value) => DateTimeOffset.Parse(value!.AsString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
