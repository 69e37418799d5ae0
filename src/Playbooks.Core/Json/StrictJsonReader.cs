using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Playbooks.Core.Json;

/// <summary>Reads one text, already known to be UTF-8: the framework's reader for the grammar, our own checks for what it lets through.</summary>
internal sealed class StrictJsonReader(byte[] utf8, StrictJsonLimits limits)
{
    private readonly ImmutableArray<JsonTextError>.Builder errors = ImmutableArray.CreateBuilder<JsonTextError>();
    private readonly int maxDepthLevels = int.Clamp(limits.MaxDepthLevels, 0, JsonDataReader.MaxDepth);

    /// <summary>True once reading cannot go on: what follows would be guesswork.</summary>
    private bool stopped;

    public StrictJsonResult Read()
    {
        // One level more than allowed: our own check comes first and knows what to say.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepthLevels + 1 });
        Advance(ref reader, JsonPath.Root);
        var (value, node) = stopped ? (JsonData.Null, Leaf(null, 0)) : ReadValue(ref reader, JsonPath.Root, null);
        // Once more, so that the framework's reader meets trailing text.
        if (!stopped)
            Advance(ref reader, JsonPath.Root, endIsFine: true);
        return errors.Count > 0
            ? new StrictJsonResult.Refused(errors.ToImmutable())
            : new StrictJsonResult.Accepted(value, new JsonPositions(utf8, value, node));
    }

    private (JsonData, JsonPositions.Node) ReadValue(ref Utf8JsonReader reader, JsonPath path, int? nameOffset)
    {
        var offset = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when HasRoom(ref reader, path):
                return ReadObject(ref reader, path, nameOffset);
            case JsonTokenType.StartArray when HasRoom(ref reader, path):
                return ReadArray(ref reader, path, nameOffset);
            case JsonTokenType.String:
                return (JsonData.Of(ReadString(ref reader, path)), Leaf(nameOffset, offset));
            case JsonTokenType.Number:
                if (JsonNumber.TryParse(Encoding.UTF8.GetString(reader.ValueSpan), out var number))
                    return (JsonData.Of(number), Leaf(nameOffset, offset));
                Report(offset, path, "The number is out of range.", string.Create(CultureInfo.InvariantCulture,
                    $"Use at most {JsonNumber.MaxSignificantDigits} digits and an exponent up to {JsonNumber.MaxExponentMagnitude}, or a string."));
                break;
            case JsonTokenType.True or JsonTokenType.False:
                return (JsonData.Of(reader.TokenType == JsonTokenType.True), Leaf(nameOffset, offset));
            default:
                break;
        }
        return (JsonData.Null, Leaf(nameOffset, offset));
    }

    private (JsonData, JsonPositions.Node) ReadObject(ref Utf8JsonReader reader, JsonPath path, int? nameOffset)
    {
        var start = (int)reader.TokenStartIndex;
        var properties = new List<KeyValuePair<string, JsonData>>();
        var nodes = new List<JsonPositions.Node>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        while (Advance(ref reader, path) && reader.TokenType != JsonTokenType.EndObject)
        {
            var offset = (int)reader.TokenStartIndex;
            var name = ReadString(ref reader, path);
            var child = path.Property(name);
            if (!seen.TryAdd(name, offset))
                Report(offset, child, $"The property '{Shorten(name)}' is repeated; it first stands on line {TextPosition.Of(utf8, seen[name]).Line}.",
                    "Remove one of the two.");
            if (!Advance(ref reader, child))
                break;
            var (value, node) = ReadValue(ref reader, child, offset);
            if (stopped)
                break;
            properties.Add(KeyValuePair.Create(name, value));
            nodes.Add(node);
        }
        return (JsonData.Object(properties), new JsonPositions.Node(nameOffset, start, nodes));
    }

    private (JsonData, JsonPositions.Node) ReadArray(ref Utf8JsonReader reader, JsonPath path, int? nameOffset)
    {
        var start = (int)reader.TokenStartIndex;
        var elements = new List<JsonData>();
        var nodes = new List<JsonPositions.Node>();
        while (Advance(ref reader, path) && reader.TokenType != JsonTokenType.EndArray)
        {
            var (value, node) = ReadValue(ref reader, path.Index(elements.Count), null);
            if (stopped)
                break;
            elements.Add(value);
            nodes.Add(node);
        }
        return (JsonData.Array(elements), new JsonPositions.Node(nameOffset, start, nodes));
    }

    /// <summary>False, with the reason reported, when there is no further token.</summary>
    private bool Advance(ref Utf8JsonReader reader, JsonPath path, bool endIsFine = false)
    {
        if (stopped)
            return false;
        try
        {
            if (reader.Read() || endIsFine)
                return true;
            ReportSyntax(utf8.Length, path);
        }
        catch (JsonException exception)
        {
            ReportSyntax(OffsetOf(exception), path);
        }
        return false;
    }

    private bool HasRoom(ref Utf8JsonReader reader, JsonPath path)
    {
        if (reader.CurrentDepth < maxDepthLevels)
            return true;
        Report((int)reader.TokenStartIndex, path, $"The text nests deeper than {maxDepthLevels} levels.", "Make it flatter.");
        stopped = true;
        return false;
    }

    private string ReadString(ref Utf8JsonReader reader, JsonPath path)
    {
        // Reading it would throw InvalidOperationException, so look first. Escapes are the only way in: the bytes are UTF-8.
        if (!reader.ValueIsEscaped || SurrogateEscapes.FirstLone(reader.ValueSpan) is not { } lone)
            return reader.GetString()!;
        Report((int)reader.TokenStartIndex + 1 + lone, path, "The escape is half of a surrogate pair.", "Write both halves, or the character itself.");
        return "";
    }

    private void ReportSyntax(int offset, JsonPath path)
    {
        var (message, remedy) = JsonSyntaxAdvice.For(utf8, offset);
        Report(offset, path, message, remedy);
        stopped = true;
    }

    private void Report(int offset, JsonPath path, string message, string remedy)
    {
        errors.Add(new JsonTextError(TextPosition.Of(utf8, offset), path, message, remedy));
        stopped |= errors.Count >= StrictJson.MaxErrors;
    }

    private int OffsetOf(JsonException exception)
    {
        var lineStart = 0;
        for (var line = 0L; line < exception.LineNumber; line++)
            lineStart += utf8.AsSpan(lineStart).IndexOf((byte)'\n') + 1;
        return (int)long.Min(utf8.Length, lineStart + (exception.BytePositionInLine ?? 0));
    }

    private static JsonPositions.Node Leaf(int? nameOffset, int offset) => new(nameOffset, offset, []);

    private static string Shorten(string name) => name.Length <= 64 ? name : name[..(char.IsHighSurrogate(name[63]) ? 63 : 64)] + "…";
}
