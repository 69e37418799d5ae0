using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.SampleService.Predicting;

/// <summary>Reads the files of a version as JSON.</summary>
internal static class ArtifactFiles
{
    /// <exception cref="InvalidDataException">The file is missing or no JSON.</exception>
    public static JsonData Json(this ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files, string name) => Parse(name, files.Text(name));

    public static IEnumerable<JsonData> Lines(this ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files, string name) =>
        files.Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Parse(name, line));

    private static string Text(this ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files, string name) =>
        files.TryGetValue(name, out var bytes) ? Encoding.UTF8.GetString(bytes.Span) : throw new InvalidDataException($"The artifact has no {name}.");

    private static JsonData Parse(string name, string text)
    {
        try
        {
            return JsonData.Parse(text);
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{name} is no JSON: {failure.Message}");
        }
    }
}
