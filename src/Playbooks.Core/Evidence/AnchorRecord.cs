using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.Core.Evidence;

/// <summary>A chain's head as it is kept where another identity writes.</summary>
/// <param name="Head">Hash of the event with that sequence, lower hex.</param>
public sealed record AnchorRecord(string RunId, long Sequence, string Head)
{
    /// <summary>The same bytes each time, so that a repeat can be told from a contradiction.</summary>
    public byte[] Write() => Encoding.UTF8.GetBytes(JsonData.Object(
        ("run", JsonData.Of(RunId)), ("sequence", JsonData.Of(Sequence)), ("head", JsonData.Of(Head))).Text + "\n");

    /// <summary>All records of a file: one, or one a line.</summary>
    /// <exception cref="FormatException">A line is no record; the message says which.</exception>
    public static ImmutableArray<AnchorRecord> ReadAll(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. lines.Select((line, index) => Read(line)
            ?? throw new FormatException($"Line {index + 1} is no anchor: {{\"run\":…,\"sequence\":…,\"head\":…}} was expected."))];
    }

    private static AnchorRecord? Read(string line)
    {
        try
        {
            var json = JsonData.Parse(line);
            return json["run"]?.AsString() is { } run && json["sequence"]?.AsInt64() is { } sequence && json["head"]?.AsString() is { } head
                ? new(run, sequence, head) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
