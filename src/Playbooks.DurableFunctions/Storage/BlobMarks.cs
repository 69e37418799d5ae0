using System.Globalization;
using Azure.Storage.Blobs.Models;

namespace Playbooks.DurableFunctions.Storage;

/// <summary>Small things of the host that are replaced: until when it has looked at schedules, the conversations of the bot.</summary>
public sealed class BlobMarks(StateStorage storage)
{
    private const string Folder = "marks/";

    /// <summary>Null when it was never set.</summary>
    public async Task<DateTimeOffset?> FindInstantAsync(string name, CancellationToken cancellationToken) =>
        await storage.FindTextAsync(Folder + name, cancellationToken).ConfigureAwait(false) is { } text
            && DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var instant) ? instant : null;

    public Task SetInstantAsync(string name, DateTimeOffset instant, CancellationToken cancellationToken) =>
        storage.State.GetBlobClient(Folder + name).UploadAsync(BinaryData.FromString(instant.ToString("O", CultureInfo.InvariantCulture)), overwrite: true, cancellationToken);

    /// <summary>Null when there is none.</summary>
    public byte[]? Read(string name)
    {
        var blob = storage.State.GetBlobClient(Folder + name);
        return blob.Exists() ? blob.DownloadContent().Value.Content.ToArray() : null;
    }

    public void Write(string name, byte[] bytes) => storage.State.GetBlobClient(Folder + name).Upload(BinaryData.FromBytes(bytes), new BlobUploadOptions());
}
