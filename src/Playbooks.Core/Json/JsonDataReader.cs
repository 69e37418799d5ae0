using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playbooks.Core.Json;

/// <summary>Builds values from the framework's reader. Everything it cannot hold is a <see cref="JsonException"/>, never a later surprise.</summary>
internal static class JsonDataReader
{
    /// <summary>Depth of our own texts: outside text is limited to less by its caller, and an expression may wrap it a few times.</summary>
    public const int MaxDepth = 256;

    public static JsonData Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read())
            throw new JsonException("There is no JSON value.");
        var value = ReadValue(ref reader);
        // Reads to the end, so that trailing text is refused.
        return reader.Read() ? throw new JsonException("There is text after the JSON value.") : value;
    }

    /// <summary>Reads the value that the reader stands on and leaves it on that value's last token.</summary>
    public static JsonData ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => JsonData.Null,
        JsonTokenType.True => JsonData.True,
        JsonTokenType.False => JsonData.False,
        JsonTokenType.String => JsonData.Of(ReadString(ref reader)),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.StartObject => ReadObject(ref reader),
        _ => throw new JsonException($"A value was expected, not {reader.TokenType}."),
    };

    private static JsonData ReadArray(ref Utf8JsonReader reader)
    {
        var elements = ImmutableArray.CreateBuilder<JsonData>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            elements.Add(ReadValue(ref reader));
        return JsonData.Array(elements.DrainToImmutable());
    }

    private static JsonData ReadObject(ref Utf8JsonReader reader)
    {
        var properties = new List<KeyValuePair<string, JsonData>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadString(ref reader);
            if (!names.Add(name))
                throw new JsonException($"The property '{name}' is repeated.");
            reader.Read();
            properties.Add(KeyValuePair.Create(name, ReadValue(ref reader)));
        }
        return JsonData.Object(properties);
    }

    private static JsonData ReadNumber(ref Utf8JsonReader reader)
    {
        var text = reader.HasValueSequence ? Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence))
            : Encoding.UTF8.GetString(reader.ValueSpan);
        return JsonNumber.TryParse(text, out var number) ? JsonData.Of(number)
            : throw new JsonException("A number has too many digits or too large an exponent.");
    }

    private static string ReadString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            // The framework's answer to half a surrogate pair or broken UTF-8, which it notices only here.
            throw new JsonException("A string holds half of a surrogate pair or broken UTF-8.", exception);
        }
    }
}

/// <summary>Lets records that hold a <see cref="JsonData"/> serialise as the JSON itself.</summary>
public sealed class JsonDataConverter : JsonConverter<JsonData>
{
    /// <summary>JSON null is a value here. An optional property says so by being left out (<see cref="JsonIgnoreCondition.WhenWritingNull"/>).</summary>
    public override bool HandleNull => true;

    public override JsonData Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonDataReader.ReadValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonData value, JsonSerializerOptions options) =>
        // Null only where a property was declared optional and yet written.
        writer.WriteRawValue(value is null ? "null" : value.Text, skipInputValidation: true);
}
