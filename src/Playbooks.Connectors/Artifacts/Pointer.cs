using System.Globalization;
using Azure;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts;

/// <summary>Which version is current: the one small blob that changes. Moved by If-Match, so that of two movers one finds out.</summary>
/// <param name="Digest">Manifest digest of the version.</param>
/// <param name="Key">The effect that moved it; an effect that is repeated finds its own success here.</param>
/// <param name="MovedBy">Run or person.</param>
public sealed record Pointer(int Version, string Digest, string Key, string MovedBy, DateTimeOffset MovedAt, int? Previous, string? PreviousDigest)
{
    public ChaosNote? Chaos { get; init; }
    /// <summary>Fixed paths only: files are being copied, so that what lies there may be a mix. Readers must not load.</summary>
    public bool Moving { get; init; }

    /// <summary>What a reader whose clock shows <paramref name="now"/> must read.</summary>
    public int VersionAt(DateTimeOffset now) => Chaos is { } chaos && now >= chaos.Until ? chaos.RevertTo : Version;

    public byte[] Bytes()
    {
        List<(string, JsonData)> properties =
        [
            ("version", JsonData.Of(Version)), ("digest", JsonData.Of(Digest)), ("key", JsonData.Of(Key)), ("movedBy", JsonData.Of(MovedBy)),
            ("movedAt", JsonData.Of(MovedAt.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture))),
        ];
        if (Previous is { } previous)
            properties.Add(("previous", JsonData.Of(previous)));
        if (PreviousDigest is not null)
            properties.Add(("previousDigest", JsonData.Of(PreviousDigest)));
        if (Chaos is not null)
            properties.Add(("chaos", Chaos.ToJson()));
        if (Moving)
            properties.Add(("moving", JsonData.True));
        return JsonData.Object([.. properties]).Canonical();
    }

    public static Pointer Read(ReadOnlySpan<byte> bytes)
    {
        var read = new RecordReader("pointer", RecordReader.Parse("pointer", bytes));
        return new Pointer(read.Number("version"), read.Text("digest"), read.Text("key"), read.Text("movedBy"), read.Instant("movedAt"),
            read.OptionalNumber("previous"), read.OptionalText("previousDigest"))
        {
            Chaos = read.Optional("chaos") is { } chaos ? ChaosNote.Read(chaos) : null,
            Moving = read.Optional("moving")?.AsBoolean() ?? false,
        };
    }
}

/// <summary>A pointer with the tag that a change of it must match.</summary>
public sealed record SeenPointer(Pointer Pointer, ETag Tag);
