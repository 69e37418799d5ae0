using Playbooks.Connectors.Artifacts.Signing;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts;

/// <summary>A version as it lies in the store: manifest and signature in one blob, so that neither can exist without the other.</summary>
/// <param name="Signature">A Sigstore bundle; null for a version that nobody vouches for.</param>
public sealed record VersionRecord(Manifest Manifest, JsonData? Signature)
{
    /// <summary>The manifest digest, see <see cref="ModelSignature.Root"/>.</summary>
    public string Digest { get; } = ModelSignature.Root(Manifest);

    public int Version => Manifest.Version;

    public byte[] Bytes() => JsonData.Object(("manifest", Manifest.ToJson()), ("signature", Signature ?? JsonData.Null)).Canonical();

    /// <exception cref="ActionFailedException">As <see cref="ErrorKind.Integrity"/>.</exception>
    public static VersionRecord Read(string model, int version, ReadOnlySpan<byte> bytes)
    {
        var json = RecordReader.Parse("version", bytes);
        var record = new VersionRecord(Manifest.Read(json["manifest"] ?? JsonData.Null), json["signature"] is { IsNull: false } bundle ? bundle : null);
        return record.Version == version && record.Manifest.Model == model ? record
            : throw new ActionFailedException(ErrorKind.Integrity,
                $"The record of version {version} of {model} speaks of version {record.Version} of {record.Manifest.Model}.");
    }

    /// <exception cref="ActionFailedException">As <see cref="ErrorKind.Integrity"/>: unsigned, or not signed by this environment's key.</exception>
    public void RequireSignature(ArtifactVerifier verifier)
    {
        if (ModelSignature.Error(Manifest, Signature, verifier) is { } wrong)
            throw new ActionFailedException(ErrorKind.Integrity, $"Version {Version} of {Manifest.Model} cannot be trusted: {wrong}.");
    }
}
