using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts;

/// <summary>
/// A drill's incident: a version whose bytes are wrong but plausible takes the place of the current one. It is consistent in itself but
/// unsigned and never validated, as a bad model is that somebody pushed past the pipeline. It ends by itself, because every reader
/// whose clock is past the end reads the version before.
/// </summary>
public sealed partial class ArtifactCorruption(ArtifactStores stores)
{
    private const int FlippedEveryBytes = 64;

    /// <param name="until">When it ends by itself.</param>
    /// <param name="key">Effect key: the same effect makes one version.</param>
    /// <exception cref="ActionFailedException">
    /// Denied: this is no drill environment. Invalid: files at fixed paths cannot end by themselves. Conflict: another corruption is current.
    /// </exception>
    public async Task<VersionRecord> PutCorruptedAsync(DeploymentEnvironment environment, string model, DateTimeOffset until, string key, string by,
        CancellationToken cancellationToken)
    {
        if (environment.Kind != EnvironmentKind.Drill)
            throw new ActionFailedException(ErrorKind.Denied, $"{environment.Name} is no drill environment; nothing is corrupted there.");
        var artifacts = stores.Open(environment, model);
        if (artifacts.Target.Layout != ArtifactLayout.Pointer)
            throw new ActionFailedException(ErrorKind.Invalid,
                $"{model} lies at fixed paths: nothing there would end a corruption by itself. Only the layout pointer can be corrupted in drills.");
        var seen = await artifacts.RequirePointerAsync(cancellationToken);
        var corrupted = await artifacts.Records.FindByEffectAsync(key, cancellationToken);
        if (corrupted is null)
        {
            var good = await artifacts.ReadCurrentAsync(seen, cancellationToken);
            if (good.Manifest.Chaos is not null)
                throw new ActionFailedException(ErrorKind.Conflict, $"{model} is corrupted already, by {seen.Pointer.MovedBy}.");
            corrupted = await MakeAsync(artifacts, good, until, key, by, cancellationToken);
        }
        if (seen.Pointer.Key != key)
            await artifacts.Records.MovePointerAsync(artifacts.Next(corrupted, seen, key, by), seen, cancellationToken);
        return corrupted;
    }

    private async Task<VersionRecord> MakeAsync(ModelArtifacts artifacts, VersionRecord good, DateTimeOffset until, string key, string by,
        CancellationToken cancellationToken)
    {
        var victim = Victim(good.Manifest, artifacts.Target.DataSets);
        var source = await artifacts.Store.LocateAsync(victim, cancellationToken);
        var bytes = Corrupt((await source.DownloadContentAsync(cancellationToken)).Value.Content.ToArray());
        var replacement = await artifacts.Store.PutAsync(
            new ManifestFile(victim.Name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), () => new MemoryStream(bytes), cancellationToken);
        ImmutableArray<ManifestFile> files = [.. good.Manifest.Files.Select(file => file == victim ? replacement : file)];
        return await artifacts.Records.CreateVersionAsync(number => new VersionRecord(
            new Manifest(artifacts.Model, number, by, stores.Time.GetUtcNow(), $"drill: corrupted {victim.Name} of version {good.Version}", files)
            {
                Key = key,
                DerivedFrom = good.Version,
                Chaos = new ChaosNote(until, good.Version),
            }, Signature: null), cancellationToken);
    }

    /// <summary>The model itself, not its data sets: JSON first, because wrong numbers in it still load; else the largest file.</summary>
    private static ManifestFile Victim(Manifest manifest, ImmutableSortedDictionary<string, string> dataSets) =>
        manifest.Files.Where(file => file.Size > 0 && file.Size < ArtifactReader.VersionMaxBytes)
            .OrderBy(file => dataSets.ContainsKey(file.Name)).ThenBy(file => !IsJson(file.Name)).ThenByDescending(file => file.Size).FirstOrDefault()
            ?? throw new ActionFailedException(ErrorKind.Invalid, $"Version {manifest.Version} of {manifest.Model} has no file to corrupt.");

    private static bool IsJson(string name) => name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Turns the sign of every fraction in text, so that it still parses; else flips a bit here and there.</summary>
    internal static byte[] Corrupt(byte[] good)
    {
        var text = Encoding.UTF8.GetString(good);
        if (Fraction().IsMatch(text) && !text.Contains('\uFFFD', StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(Fraction().Replace(text, match => match.Value[0] == '-' ? match.Value[1..] : "-" + match.Value));
        var bad = good.ToArray();
        for (var at = bad.Length / 2; at < bad.Length; at += FlippedEveryBytes)
            bad[at] ^= 1;
        return bad;
    }

    // Fractions only: counts, sizes and versions are whole numbers, and turning those would keep the model from loading at all.
    [GeneratedRegex(@"(?<![\w.""-])-?\d+\.\d+(?:[eE][+-]?\d+)?(?![\w.""])", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();
}
