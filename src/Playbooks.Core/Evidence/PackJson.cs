using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Evidence;

/// <summary>How a pack's JSON files are written: for people too, so indented; always the same, so with line feeds on every system.</summary>
internal static class PackJson
{
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    public static byte[] Write<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Options), (byte)'\n'];

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerOptions.Strict)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            PropertyNameCaseInsensitive = false,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = true,
            NewLine = "\n",
        };
        options.Converters.Add(new WireNameConverter<RunMode>());
        options.Converters.Add(new WireNameConverter<RunOutcome>());
        options.Converters.Add(new WireNameConverter<RtoVerdict>());
        options.Converters.Add(new DurationConverter());
        options.TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver();
        options.MakeReadOnly();
        return options;
    }

    /// <summary>As the language writes durations: <c>PT4H</c>.</summary>
    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            IsoDuration.Parse(reader.GetString() ?? "") ?? throw new JsonException("A duration was expected.");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(IsoDuration.Format(value));
    }
}
