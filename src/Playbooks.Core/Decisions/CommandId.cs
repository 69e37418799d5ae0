using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playbooks.Core.Decisions;

/// <summary>
/// Names one attempt's poll: step path, purpose, redo, attempt, poll. Written <c>ramp[0]/shift~do.0.1.0</c>.
/// The same decision always gives the same id.
/// </summary>
[JsonConverter(typeof(CommandIdConverter))]
public readonly record struct CommandId(string Path, Purpose Purpose, int Redo, int Attempt, int Poll)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Path}~{(char)Purpose}.{Redo}.{Attempt}.{Poll}");

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static CommandId Parse(string text)
    {
        var tilde = text.LastIndexOf('~');
        var parts = tilde < 1 ? [] : text[(tilde + 1)..].Split('.');
        if (parts.Length != 4 || parts[0].Length != 1 || parts[0][0] is not ('d' or 'u' or 's'))
            throw new FormatException($"'{text}' is not a command id.");
        return new(text[..tilde], (Purpose)parts[0][0], Number(parts[1]), Number(parts[2]), Number(parts[3]));
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>Why an action runs.</summary>
public enum Purpose
{
    /// <summary>The step itself.</summary>
    Do = 'd',
    /// <summary>Takes the step back.</summary>
    Undo = 'u',
    /// <summary>Isolates a model because the run failed.</summary>
    Safety = 's',
}

internal sealed class CommandIdConverter : JsonConverter<CommandId>
{
    public override CommandId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return CommandId.Parse(reader.GetString() ?? "");
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new JsonException(error.Message, error);
        }
    }

    public override void Write(Utf8JsonWriter writer, CommandId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
