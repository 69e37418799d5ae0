using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Playbooks.Connectors.Artifacts.Signing;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts.Stores;

/// <summary>The small blobs beside a model's files: versions and validations, each created once, and the pointer, moved by If-Match.</summary>
/// <param name="prefix">Empty, or ending with a slash.</param>
public sealed class ArtifactRecords(BlobContainerClient container, string prefix, string model)
{
    private const int NumbersTriedMax = 100;
    private const string EffectMetadata = "effect";

    public BlobClient PointerBlob => container.GetBlobClient(prefix + "current");

    public BlobClient VersionBlob(int version) => container.GetBlobClient(Path("versions", version));

    public BlobClient ValidationBlob(int version) => container.GetBlobClient(Path("validations", version));

    /// <summary>Null when nothing was ever made current.</summary>
    public async Task<SeenPointer?> ReadPointerAsync(CancellationToken cancellationToken) =>
        await ReadAsync(PointerBlob, cancellationToken) is { } read ? new SeenPointer(Pointer.Read(read.Content), read.Details.ETag) : null;

    /// <summary>
    /// Moves the pointer from what was seen. Returns normally only if the pointer now shows <paramref name="next"/>, though the answer of
    /// the move itself was lost.
    /// </summary>
    /// <exception cref="ActionFailedException">As <see cref="ErrorKind.Conflict"/>: somebody else moved it.</exception>
    public async Task<SeenPointer> MovePointerAsync(Pointer next, SeenPointer? seen, CancellationToken cancellationToken)
    {
        var conditions = seen is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = seen.Tag };
        try
        {
            var written = await PointerBlob.UploadAsync(new BinaryData(next.Bytes()), new BlobUploadOptions { Conditions = conditions }, cancellationToken);
            return new SeenPointer(next, written.Value.ETag);
        }
        catch (RequestFailedException failure) when (failure.Status is 409 or 412)
        {
            var now = await ReadPointerAsync(cancellationToken);
            return Shows(now, next) ?? throw new ActionFailedException(ErrorKind.Conflict,
                $"The current version of {model} was changed by {now?.Pointer.MovedBy ?? "somebody"} while this was under way; nothing was changed here.");
        }
        catch (Exception failure) when (FailureKinds.Of(failure) is { Kind: ErrorKind.OutcomeUnknown })
        {
            if (Shows(await TryReadPointerAsync(cancellationToken), next) is { } moved)
                return moved;
            throw;
        }
    }

    /// <summary>Numbers of all versions, rising, each with the hash of the effect that made it.</summary>
    public async Task<ImmutableArray<(int Version, string? Effect)>> ListVersionsAsync(CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<(int, string?)>();
        await foreach (var blob in ListAsync("versions", cancellationToken))
            if (NumberOf(blob.Name) is { } number)
                found.Add((number, blob.Metadata?.TryGetValue(EffectMetadata, out var effect) == true ? effect : null));
        return found.ToImmutable();
    }

    /// <exception cref="ActionFailedException">NotFound, or Integrity when the record is not as we write it.</exception>
    public async Task<VersionRecord> ReadVersionAsync(int version, CancellationToken cancellationToken) =>
        await ReadAsync(VersionBlob(version), cancellationToken) is { } read ? VersionRecord.Read(model, version, read.Content)
            : throw new ActionFailedException(ErrorKind.NotFound, $"{model} has no version {version}.");

    /// <summary>The version that the effect made, if it did.</summary>
    public async Task<VersionRecord?> FindByEffectAsync(string key, CancellationToken cancellationToken)
    {
        var effect = EffectOf(key);
        var found = (await ListVersionsAsync(cancellationToken)).FirstOrDefault(version => version.Effect == effect);
        return found.Effect is null ? null : await ReadVersionAsync(found.Version, cancellationToken);
    }

    /// <summary>Gives the version the next free number. Racing publishers get different ones.</summary>
    public async Task<VersionRecord> CreateVersionAsync(Func<int, VersionRecord> make, CancellationToken cancellationToken)
    {
        using var preparing = WritesOfCall.Preparing();
        var versions = await ListVersionsAsync(cancellationToken);
        var number = versions.Length == 0 ? 1 : versions[^1].Version + 1;
        for (var last = number + NumbersTriedMax; number < last; number++)
        {
            var record = make(number);
            var metadata = record.Manifest.Key is { } key ? new Dictionary<string, string> { [EffectMetadata] = EffectOf(key) } : null;
            if (await CreateAsync(VersionBlob(number), record.Bytes(), metadata, cancellationToken))
                return record;
            // Our own write whose answer was lost looks like somebody else's.
            if (await ReadVersionAsync(number, cancellationToken) is var there && there.Digest == record.Digest)
                return there;
        }
        throw new ActionFailedException(ErrorKind.Conflict, $"No free version number for {model} after {NumbersTriedMax} tries: others are publishing.");
    }

    /// <summary>Versions that somebody validated, rising. Says nothing about the signatures.</summary>
    public async Task<ImmutableArray<int>> ListValidatedAsync(CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<int>();
        await foreach (var blob in ListAsync("validations", cancellationToken))
            if (NumberOf(blob.Name) is { } number)
                found.Add(number);
        return found.ToImmutable();
    }

    /// <summary>Null when the version was never validated.</summary>
    /// <exception cref="ActionFailedException">Integrity: the validation is not signed by this key, or is about other content.</exception>
    public async Task<Validation?> ReadValidationAsync(VersionRecord version, ArtifactVerifier verifier, CancellationToken cancellationToken)
    {
        if (await ReadAsync(ValidationBlob(version.Version), cancellationToken) is not { } read)
            return null;
        var validation = Validation.Read(read.Content, verifier);
        return validation.Model == model && validation.Version == version.Version && validation.Digest == version.Digest ? validation
            : throw new ActionFailedException(ErrorKind.Integrity,
                $"The validation of version {version.Version} of {model} is about other content: {validation.Model} {validation.Version}.");
    }

    /// <returns>False when the version is validated already.</returns>
    public Task<bool> CreateValidationAsync(int version, byte[] signed, CancellationToken cancellationToken) =>
        CreateAsync(ValidationBlob(version), signed, null, cancellationToken);

    private static SeenPointer? Shows(SeenPointer? now, Pointer next) =>
        now is not null && now.Pointer.Key == next.Key && now.Pointer.Version == next.Version && now.Pointer.Moving == next.Moving ? now : null;

    private async Task<SeenPointer?> TryReadPointerAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadPointerAsync(cancellationToken);
        }
        catch (Exception failure) when (FailureKinds.Of(failure) is not null)
        {
            return null;
        }
    }

    private static async Task<bool> CreateAsync(BlobClient blob, byte[] bytes, IDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        try
        {
            await blob.UploadAsync(new BinaryData(bytes), new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                Metadata = metadata,
            }, cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status is 409 or 412)
        {
            return false;
        }
    }

    private static async Task<BlobDownload?> ReadAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken);
            using var content = answer.Value;
            if (content.Details.ContentLength > Manifest.RecordMaxBytes)
                throw new ActionFailedException(ErrorKind.Integrity, $"{blob.Name} is larger than {Manifest.RecordMaxBytes} bytes.");
            using var bytes = new MemoryStream();
            await content.Content.CopyToAsync(bytes, cancellationToken);
            return new BlobDownload(bytes.ToArray(), content.Details);
        }
        catch (RequestFailedException failure) when (failure.Status == 404 && failure.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            return null;
        }
    }

    private sealed record BlobDownload(byte[] Content, BlobDownloadDetails Details);

    private AsyncPageable<BlobItem> ListAsync(string folder, CancellationToken cancellationToken) =>
        container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{prefix}{folder}/", Traits = BlobTraits.Metadata }, cancellationToken);

    // Eight digits, so that the store's order is the numbers' order.
    private string Path(string folder, int version) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{folder}/{version:D8}.json");

    private static int? NumberOf(string name) =>
        int.TryParse(name.AsSpan(name.LastIndexOf('/') + 1).TrimEnd(".json"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    private static string EffectOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
