using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts;

/// <summary>Reads our own small blobs. What is not as we write it was changed by somebody else, which is a matter of integrity.</summary>
internal readonly struct RecordReader(string what, JsonData json)
{
    public static JsonData Parse(string what, ReadOnlySpan<byte> utf8) =>
        StrictJson.Read(utf8, new StrictJsonLimits(Manifest.RecordMaxBytes)) switch
        {
            StrictJsonResult.Accepted accepted => accepted.Value,
            StrictJsonResult.Refused refused => throw new ActionFailedException(ErrorKind.Integrity, $"The {what} cannot be read: {refused.Errors[0].Message}"),
            var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
        };

    public JsonData? Optional(string name) => json[name] is { IsNull: false } value ? value : null;

    public string Text(string name) => OptionalText(name) ?? throw Wrong(name);

    public string? OptionalText(string name) => Optional(name) is { } value ? value.AsString() ?? throw Wrong(name) : null;

    public int Number(string name) => OptionalNumber(name) ?? throw Wrong(name);

    public int? OptionalNumber(string name) =>
        Optional(name) is { } value ? value.AsInt64() is { } number and > 0 and <= int.MaxValue ? (int)number : throw Wrong(name) : null;

    public DateTimeOffset Instant(string name) =>
        DateTimeOffset.TryParseExact(Text(name), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : throw Wrong(name);

    public ImmutableArray<JsonData> Array(string name) =>
        Optional(name) is { Kind: JsonValueKind.Array } array ? array.Elements : throw Wrong(name);

    public ActionFailedException Wrong(string name) =>
        new(ErrorKind.Integrity, $"The {what} is not as it was written: {name} is missing or not what it must be.");
}
