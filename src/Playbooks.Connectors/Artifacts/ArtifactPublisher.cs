using System.Collections.Immutable;
using System.Security.Cryptography;
using Playbooks.Connectors.Artifacts.Signing;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts;

/// <summary>What people and pipelines do with versions, and what makes a version from another one.</summary>
public sealed class ArtifactPublisher(ArtifactStores stores)
{
    /// <summary>
    /// Makes a signed version of a folder's files. It is not current until it is promoted, except at fixed paths, where what is written is
    /// live at once: isolate the model first, or let the pipeline write and publish the same files afterwards.
    /// </summary>
    /// <exception cref="ActionFailedException">Invalid: the folder has no files, too many, too large ones, or names that cannot be kept.</exception>
    public async Task<VersionRecord> PublishAsync(DeploymentEnvironment environment, string model, string folder, string madeBy, string source,
        CancellationToken cancellationToken)
    {
        var files = await FilesOf(folder, cancellationToken);
        return await MakeAsync(environment, model, files, new Making(Guid.NewGuid().ToString("N"), madeBy, source, null, Promote: false), cancellationToken);
    }

    /// <summary>
    /// Makes a version from another one with some files replaced, and makes it current. Keyed: the same effect makes one version, however
    /// often it is tried.
    /// </summary>
    /// <param name="key">Effect key.</param>
    /// <exception cref="ActionFailedException">Conflict: neither the base nor the effect's own version is current.</exception>
    public async Task<VersionRecord> DeriveAsync(DeploymentEnvironment environment, string model, VersionRecord from,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> replacements, string key, string madeBy, string source, CancellationToken cancellationToken)
    {
        if (replacements.Keys.FirstOrDefault(name => from.Manifest.Find(name) is null) is { } unknown)
            throw new ActionFailedException(ErrorKind.Invalid, $"Version {from.Version} of {model} has no file {unknown} to replace.");
        var files = from.Manifest.Files.Select(file => replacements.TryGetValue(file.Name, out var bytes)
            ? NewFile.Of(file.Name, bytes) : new NewFile(file, null));
        return await MakeAsync(environment, model, [.. files], new Making(key, madeBy, source, from.Version, Promote: true), cancellationToken);
    }

    public async Task<ImmutableArray<VersionSummary>> ListAsync(DeploymentEnvironment environment, string model, CancellationToken cancellationToken)
    {
        var artifacts = stores.Open(environment, model);
        var current = (await artifacts.Records.ReadPointerAsync(cancellationToken))?.Pointer.VersionAt(stores.Time.GetUtcNow());
        var summaries = ImmutableArray.CreateBuilder<VersionSummary>();
        foreach (var (version, _) in await artifacts.Records.ListVersionsAsync(cancellationToken))
            summaries.Add(await SummaryAsync(artifacts, version, version == current, cancellationToken));
        return summaries.ToImmutable();
    }

    /// <summary>Checks signature, lengths and digests to the last byte, however long it takes.</summary>
    /// <exception cref="ActionFailedException">Integrity, with the file and what is wrong.</exception>
    public async Task<VersionRecord> VerifyAsync(DeploymentEnvironment environment, string model, int? version, CancellationToken cancellationToken)
    {
        var artifacts = stores.Open(environment, model);
        var number = version ?? (await artifacts.RequirePointerAsync(cancellationToken)).Pointer.VersionAt(stores.Time.GetUtcNow());
        var record = await artifacts.Records.ReadVersionAsync(number, cancellationToken);
        record.RequireSignature(artifacts.Verifier);
        await VersionCheck.ReadinessAsync(artifacts.Store, record, cancellationToken);
        int? next = 0;
        while (next is { } from)
            next = await VersionCheck.BytesAsync(artifacts.Store, record, from, new Slice(stores.Time), cancellationToken);
        return record;
    }

    /// <summary>Verifies a version and makes it current.</summary>
    public async Task<VersionRecord> PromoteAsync(DeploymentEnvironment environment, string model, int version, string by, CancellationToken cancellationToken)
    {
        var artifacts = stores.Open(environment, model);
        var record = await VerifyAsync(environment, model, version, cancellationToken);
        await MakeCurrentAsync(artifacts, record, Guid.NewGuid().ToString("N"), by, cancellationToken);
        return record;
    }

    /// <summary>Verifies a version and records that it passed a suite: from now on it is known good.</summary>
    /// <exception cref="ActionFailedException">Conflict: it is validated already; a validation is never changed.</exception>
    public async Task<Validation> ValidateAsync(DeploymentEnvironment environment, string model, int version, string by, string suite,
        CancellationToken cancellationToken)
    {
        var artifacts = stores.Open(environment, model);
        var signer = stores.Signer(environment);
        var record = await VerifyAsync(environment, model, version, cancellationToken);
        var validation = new Validation(model, version, record.Digest, by, stores.Time.GetUtcNow(), suite);
        return await artifacts.Records.CreateValidationAsync(version, validation.Sign(signer), cancellationToken) ? validation
            : throw new ActionFailedException(ErrorKind.Conflict, $"Version {version} of {model} is validated already.");
    }

    private async Task<VersionRecord> MakeAsync(DeploymentEnvironment environment, string model, ImmutableArray<NewFile> files, Making making,
        CancellationToken cancellationToken)
    {
        var artifacts = stores.Open(environment, model);
        var signer = stores.Signer(environment);
        var record = await artifacts.Records.FindByEffectAsync(making.Key, cancellationToken);
        var seen = await artifacts.Records.ReadPointerAsync(cancellationToken);
        if (record is not null && seen?.Pointer is { Moving: false } pointer && pointer.Key == making.Key)
            return record;
        if (making.DerivedFrom is { } from && !(seen?.Pointer is { } at && (at.Key == making.Key || at.VersionAt(stores.Time.GetUtcNow()) == from)))
            throw new ActionFailedException(ErrorKind.Conflict, $"Version {from} of {model} is not current any more; nothing was changed.");
        if (record is null)
        {
            if (artifacts.Store.WritesInPlace)
                seen = await SayMovingAsync(artifacts, files, seen, making, cancellationToken);
            var put = ImmutableArray.CreateBuilder<ManifestFile>();
            foreach (var file in files.OrderBy(file => file.File.Name, StringComparer.Ordinal))
                put.Add(file.Open is { } open ? await artifacts.Store.PutAsync(file.File, open, cancellationToken) : file.File);
            record = await artifacts.Records.CreateVersionAsync(number => Record(model, number, put.ToImmutable(), making, signer), cancellationToken);
        }
        if (making.Promote || artifacts.Store.WritesInPlace)
            await MakeCurrentAsync(artifacts, record, seen, making.Key, making.MadeBy, cancellationToken);
        return record;
    }

    private VersionRecord Record(string model, int number, ImmutableArray<ManifestFile> files, Making making, ArtifactSigner signer)
    {
        var manifest = new Manifest(model, number, making.MadeBy, stores.Time.GetUtcNow(), making.Source, files)
        {
            Key = making.Key,
            DerivedFrom = making.DerivedFrom,
        };
        return new VersionRecord(manifest, ModelSignature.Sign(manifest, signer));
    }

    /// <summary>At fixed paths the first byte written is live, so readers are told before it.</summary>
    private async Task<SeenPointer?> SayMovingAsync(ModelArtifacts artifacts, ImmutableArray<NewFile> files, SeenPointer? seen, Making making,
        CancellationToken cancellationToken)
    {
        // The very first version: nobody can read yet.
        if (seen is null)
            return null;
        var planned = new VersionRecord(new Manifest(artifacts.Model, seen.Pointer.Version, making.MadeBy, stores.Time.GetUtcNow(), making.Source,
            [.. files.Select(file => file.File)]), null);
        return await artifacts.Records.MovePointerAsync(artifacts.Next(planned, seen, making.Key, making.MadeBy) with { Moving = true }, seen,
            cancellationToken);
    }

    private async Task MakeCurrentAsync(ModelArtifacts artifacts, VersionRecord record, string key, string by, CancellationToken cancellationToken) =>
        await MakeCurrentAsync(artifacts, record, await artifacts.Records.ReadPointerAsync(cancellationToken), key, by, cancellationToken);

    private async Task MakeCurrentAsync(ModelArtifacts artifacts, VersionRecord record, SeenPointer? seen, string key, string by,
        CancellationToken cancellationToken)
    {
        var next = artifacts.Next(record, seen, key, by);
        while (await artifacts.Store.MakeCurrentAsync(record, next, seen, new Slice(stores.Time), cancellationToken) is not null)
            seen = await artifacts.Records.ReadPointerAsync(cancellationToken);
    }

    private static async Task<VersionSummary> SummaryAsync(ModelArtifacts artifacts, int version, bool current, CancellationToken cancellationToken)
    {
        try
        {
            var record = await artifacts.Records.ReadVersionAsync(version, cancellationToken);
            var wrong = ModelSignature.Error(record.Manifest, record.Signature, artifacts.Verifier);
            return new VersionSummary(version, current, record, await artifacts.Records.ReadValidationAsync(record, artifacts.Verifier, cancellationToken), wrong);
        }
        catch (ActionFailedException damaged) when (damaged.Kind == ErrorKind.Integrity)
        {
            return new VersionSummary(version, current, null, null, damaged.Message);
        }
    }

    private static async Task<ImmutableArray<NewFile>> FilesOf(string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            throw new ActionFailedException(ErrorKind.Invalid, $"There is no folder {folder}.");
        var paths = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        if (paths.Length is 0 or > Manifest.FilesMax)
            throw new ActionFailedException(ErrorKind.Invalid, $"{folder} has {paths.Length} files; a version has 1 to {Manifest.FilesMax}.");
        var files = ImmutableArray.CreateBuilder<NewFile>();
        foreach (var path in paths)
            files.Add(await NewFile.OfAsync(path, Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), cancellationToken));
        return files.ToImmutable();
    }

    private sealed record Making(string Key, string MadeBy, string Source, int? DerivedFrom, bool Promote);

    /// <param name="Open">Null for a file that is in the store already.</param>
    private sealed record NewFile(ManifestFile File, Func<Stream>? Open)
    {
        public static NewFile Of(string name, ReadOnlyMemory<byte> bytes) =>
            new(new ManifestFile(name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.Span))), () => new MemoryStream(bytes.ToArray()));

        public static async Task<NewFile> OfAsync(string path, string name, CancellationToken cancellationToken)
        {
            var info = new FileInfo(path);
            if (ManifestFile.NameError(name) is { } wrong)
                throw new ActionFailedException(ErrorKind.Invalid, $"{name} cannot be published: {wrong}.");
            if (info.LinkTarget is not null)
                throw new ActionFailedException(ErrorKind.Invalid, $"{name} cannot be published: it is a symbolic link.");
            if (info.Length > ManifestFile.MaxBytes)
                throw new ActionFailedException(ErrorKind.Invalid, $"{name} cannot be published: it has more than {ManifestFile.MaxBytes} bytes.");
            await using var content = Read(path);
            return new NewFile(new ManifestFile(name, info.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken))),
                () => Read(path));
        }

        private static FileStream Read(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }
}

/// <summary>A version in a list.</summary>
/// <param name="Record">Null when it is damaged.</param>
/// <param name="Validation">Null when nobody validated it.</param>
/// <param name="Wrong">Why it cannot be trusted; null when its signature and validation verify. Bytes are not looked at.</param>
public sealed record VersionSummary(int Version, bool IsCurrent, VersionRecord? Record, Validation? Validation, string? Wrong);
