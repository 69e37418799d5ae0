using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>Events as the journal stores them: one JSON object, <c>type</c> first, camel case, no white space, nothing left out but nulls.</summary>
public static class EventJson
{
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    public static byte[] Write(RunEvent happened) => JsonSerializer.SerializeToUtf8Bytes(happened, Options);

    /// <summary>Whether it can be written. What a shell took in from a defect of a connector may hold what no journal can.</summary>
    public static bool CanBeWritten(RunEvent happened)
    {
        try
        {
            return Write(happened).Length > 0;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or NotSupportedException or JsonException)
        {
            return false;
        }
    }

    /// <exception cref="JsonException">The bytes are no event that this version knows.</exception>
    public static RunEvent Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<RunEvent>(json, Options) ?? throw new JsonException("An event cannot be null.");

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerOptions.Strict)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            PropertyNameCaseInsensitive = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            AllowOutOfOrderMetadataProperties = true,
            // The journal is read by people; it is never embedded in HTML without escaping there.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectRequiredConstructorParameters = false,
            TypeInfoResolver = EventJsonContext.Default.WithAddedModifier(NameEvents),
        };
        options.Converters.Add(new WireNameConverter<ErrorKind>());
        options.Converters.Add(new WireNameConverter<RunMode>());
        options.Converters.Add(new WireNameConverter<RunOutcome>());
        options.Converters.Add(new WireNameConverter<RtoVerdict>());
        options.MakeReadOnly();
        return options;
    }

    private static void NameEvents(JsonTypeInfo info)
    {
        if (info.Type != typeof(RunEvent))
            return;
        info.PolymorphismOptions = new JsonPolymorphismOptions
        {
            TypeDiscriminatorPropertyName = "type",
            UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization,
        };
        foreach (var (type, name) in EventNames.ByType)
            info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(type, name));
    }
}
