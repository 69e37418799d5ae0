using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Playbooks.Core.Evidence.Signing;

namespace Playbooks.Core.Evidence;

/// <summary>What is signed: every file by its digest, and where the chain stood.</summary>
/// <param name="Format">Changes when the meaning of a field does.</param>
/// <param name="Head">Hash of the last event in the timeline.</param>
/// <param name="Sequence">Of that event.</param>
/// <param name="At">When that event happened; the pack itself has no other time, so that it can be made again.</param>
internal sealed record PackManifest(string Format, string Run, string Head, long Sequence, DateTimeOffset At, PackSigner Signer, ImmutableArray<PackFile> Files)
{
    public const string CurrentFormat = "playbooks-evidence/1";
    public const string PayloadType = "application/vnd.playbooks.evidence+json";

    public static PackManifest Of(string run, StoredEvent last, EvidenceKey key, IEnumerable<KeyValuePair<string, byte[]>> files) => new(
        CurrentFormat, run, last.Hash, last.Sequence, last.Event.At, new(key.Id, key.Pem),
        [.. files.Select(file => PackFile.Of(file.Key, file.Value)).OrderBy(file => file.Name, StringComparer.Ordinal)]);

    public byte[] Write() => PackJson.Write(this);

    /// <summary>Null when the bytes are no manifest that this version knows.</summary>
    public static PackManifest? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            return JsonSerializer.Deserialize<PackManifest>(file, PackJson.Options) is { Format: CurrentFormat, Signer.PublicKey: not null } manifest
                && !manifest.Files.IsDefault && manifest.Files.All(listed => listed?.Name is not null) ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <param name="KeyId">SHA-256 of the public key's SubjectPublicKeyInfo, lower hex.</param>
/// <param name="PublicKey">PEM. It shows that the pack is of one piece; whose piece, only a key from outside shows.</param>
internal sealed record PackSigner(string KeyId, string PublicKey);

internal sealed record PackFile(string Name, long Bytes, string Sha256)
{
    public static PackFile Of(string name, byte[] content) => new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
}
