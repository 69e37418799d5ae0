using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts;

/// <summary>What a numbered version of a model consists of and where it comes from. Written once, never changed.</summary>
/// <param name="Version">From 1; numbers may be missing, never repeated.</param>
/// <param name="MadeBy">Person, pipeline or run.</param>
/// <param name="Source">For people, for example a commit or a training run.</param>
/// <param name="Files">In ordinal order of their names.</param>
public sealed record Manifest(string Model, int Version, string MadeBy, DateTimeOffset MadeAt, string Source, ImmutableArray<ManifestFile> Files)
{
    /// <summary>The manifest's own name among the signed resources; no file of a model may be called so.</summary>
    public const string FileName = "playbooks.manifest.json";
    public const int FilesMax = 5_000;
    /// <summary>Of a version with its signature, and of every other small blob beside it.</summary>
    public const int RecordMaxBytes = 8 * 1024 * 1024;
    public const int TextMaxChars = 1_000;

    private const string Form = "playbooks/artifact/v1";

    /// <summary>The effect that made it, when an action did; the same effect finds its own version again.</summary>
    public string? Key { get; init; }
    /// <summary>The version whose files it repeats but for those that were changed.</summary>
    public int? DerivedFrom { get; init; }
    /// <summary>Set in a drill's corrupted versions, which are never signed.</summary>
    public ChaosNote? Chaos { get; init; }

    public long TotalBytes => Files.Sum(file => file.Size);

    public ManifestFile? Find(string name) => Files.FirstOrDefault(file => file.Name == name);

    /// <summary>The same value always gives the same bytes (RFC 8785).</summary>
    public byte[] Bytes() => ToJson().Canonical();

    public JsonData ToJson()
    {
        List<(string, JsonData)> properties =
        [
            ("form", JsonData.Of(Form)), ("model", JsonData.Of(Model)), ("version", JsonData.Of(Version)), ("madeBy", JsonData.Of(MadeBy)),
            ("madeAt", JsonData.Of(MadeAt.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture))), ("source", JsonData.Of(Source)),
            ("files", JsonData.Array(Files.Select(file => file.ToJson()))),
        ];
        if (Key is not null)
            properties.Add(("key", JsonData.Of(Key)));
        if (DerivedFrom is { } from)
            properties.Add(("derivedFrom", JsonData.Of(from)));
        if (Chaos is not null)
            properties.Add(("chaos", Chaos.ToJson()));
        return JsonData.Object([.. properties]);
    }

    /// <exception cref="ActionFailedException">As <see cref="ErrorKind.Integrity"/>: this is not a manifest that we could have written.</exception>
    public static Manifest Read(JsonData json)
    {
        var read = new RecordReader("manifest", json);
        if (read.Text("form") != Form)
            throw read.Wrong("form");
        var manifest = new Manifest(read.Text("model"), read.Number("version"), read.Text("madeBy"), read.Instant("madeAt"), read.Text("source"),
            [.. read.Array("files").Select(ManifestFile.Read)])
        {
            Key = read.OptionalText("key"),
            DerivedFrom = read.OptionalNumber("derivedFrom"),
            Chaos = read.Optional("chaos") is { } chaos ? ChaosNote.Read(chaos) : null,
        };
        if (manifest.Files.Length is 0 or > FilesMax)
            throw read.Wrong("files");
        for (var index = 1; index < manifest.Files.Length; index++)
            if (string.CompareOrdinal(manifest.Files[index - 1].Name, manifest.Files[index].Name) >= 0)
                throw read.Wrong("files");
        // Anything that we did not read would be outside what we sign and compare.
        return manifest.ToJson() == json ? manifest : throw read.Wrong("form");
    }
}

/// <summary>One file of a version.</summary>
/// <param name="Name">Relative, with <c>/</c> between folders.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Lower hex.</param>
/// <param name="VersionId">The blob's version, where the account keeps versions; null otherwise.</param>
/// <param name="Tier">Access tier when it was written, for example <c>Hot</c>; null where the store does not say.</param>
public sealed record ManifestFile(string Name, long Size, string Sha256, string? VersionId = null, string? Tier = null)
{
    /// <summary>So that one file can be read and checked within one call.</summary>
    public const long MaxBytes = 4L * 1024 * 1024 * 1024;
    public const int NameMaxChars = 400;

    internal JsonData ToJson()
    {
        List<(string, JsonData)> properties = [("name", JsonData.Of(Name)), ("size", JsonData.Of(Size)), ("sha256", JsonData.Of(Sha256))];
        if (VersionId is not null)
            properties.Add(("versionId", JsonData.Of(VersionId)));
        if (Tier is not null)
            properties.Add(("tier", JsonData.Of(Tier)));
        return JsonData.Object([.. properties]);
    }

    internal static ManifestFile Read(JsonData json)
    {
        var read = new RecordReader("manifest", json);
        var file = new ManifestFile(read.Text("name"), read.Optional("size")?.AsInt64() ?? -1, read.Text("sha256"), read.OptionalText("versionId"),
            read.OptionalText("tier"));
        return NameError(file.Name) is null && file.Size is >= 0 and <= MaxBytes && IsDigest(file.Sha256) ? file : throw read.Wrong("files");
    }

    /// <summary>Null for a name that can neither leave its folder nor be taken for one of our own blobs.</summary>
    public static string? NameError(string name)
    {
        if (name.Length is 0 or > NameMaxChars)
            return $"a file name has 1 to {NameMaxChars} characters";
        if (name.Any(c => char.IsControl(c) || c is '\\' or '?' or '#') || name.Split('/').Any(part => part is "" or "." or ".."))
            return "a file name is a relative path without '.', '..', backslash, '?' and '#'";
        return name == Manifest.FileName || name.StartsWith(".playbooks/", StringComparison.Ordinal) || name == ".playbooks"
            ? "the name is taken by the store itself" : null;
    }

    internal static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>A drill's corruption: readers whose clock is past <paramref name="Until"/> read <paramref name="RevertTo"/> instead.</summary>
public sealed record ChaosNote(DateTimeOffset Until, int RevertTo)
{
    internal JsonData ToJson() => JsonData.Object(
        ("until", JsonData.Of(Until.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture))), ("revertTo", JsonData.Of(RevertTo)));

    internal static ChaosNote Read(JsonData json)
    {
        var read = new RecordReader("chaos", json);
        return new ChaosNote(read.Instant("until"), read.Number("revertTo"));
    }
}
