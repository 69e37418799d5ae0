using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Scenarios;

/// <summary>Reads scenario files. Unknown fields are errors; the message says where.</summary>
public static class ScenarioReader
{
    public const int TextMaxBytes = 64 * 1024;
    private static readonly TimeSpan TakesDefault = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters =
        {
            new DurationConverter(), new WireNameConverter<ErrorKind>(), new WireNameConverter<RunMode>(), new WireNameConverter<RunOutcome>(),
            new WireNameConverter<RtoVerdict>(),
        },
    };

    /// <exception cref="FormatException">The text is no scenario; the message says what and where.</exception>
    public static Scenario Read(string text)
    {
        var json = StrictJson.Read(text, new StrictJsonLimits(TextMaxBytes));
        if (json is StrictJsonResult.Refused refused)
            throw new FormatException($"Line {refused.Errors[0].At.Line}: {refused.Errors[0].Message} {refused.Errors[0].Remedy}");
        if (NullIn(((StrictJsonResult.Accepted)json).Value, JsonPath.Root) is { } path)
            throw new FormatException($"{path}: null says nothing here. Leave it out.");
        try
        {
            return Read(JsonSerializer.Deserialize<Written>(text, Options)!);
        }
        catch (JsonException error)
        {
            throw new FormatException($"Line {error.LineNumber + 1}, {error.Path}: {error.Message}", error);
        }
    }

    /// <summary>Where null stands that is no data of the scenario: the serializer lets it through inside lists and maps.</summary>
    private static JsonPath? NullIn(JsonData value, JsonPath path) => value switch
    {
        { IsNull: true } => path,
        { Kind: JsonValueKind.Object } => value.Properties.Where(property => property.Key is not ("inputs" or "succeeds"))
            .Select(property => NullIn(property.Value, path.Property(property.Key))).FirstOrDefault(found => found is not null),
        { Kind: JsonValueKind.Array } => value.Elements.Select((item, index) => NullIn(item, path.Index(index))).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static Scenario Read(Written written) => new()
    {
        Title = written.Title,
        Mode = written.Mode,
        Inputs = written.Inputs ?? JsonData.EmptyObject,
        Actions = (written.Actions ?? []).ToImmutableSortedDictionary(action => action.Key, action => action.Value.Select(Read).ToImmutableArray()),
        Votes = (written.Votes ?? []).ToImmutableSortedDictionary(vote => vote.Key,
            vote => vote.Value.Select(one => new ScriptedVote(one.Person, one.Role, one.Approves, one.After)).ToImmutableArray()),
        Orders = [.. (written.Orders ?? []).Select(Read)],
        Tasks = (written.Tasks ?? []).ToImmutableSortedDictionary(),
        Expect = new Expectation
        {
            Outcome = written.Expect.Outcome,
            Verdict = written.Expect.Verdict,
            Ran = written.Expect.Ran?.ToImmutableArray(),
            Undone = written.Expect.Undone?.ToImmutableArray(),
            Skipped = written.Expect.Skipped?.ToImmutableArray(),
            Incomplete = written.Expect.Incomplete?.ToImmutableArray(),
            Models = written.Expect.Models?.ToImmutableSortedDictionary(),
            RecoveredWithin = written.Expect.RecoveredWithin,
        },
    };

    private static Answer Read(WrittenAnswer written)
    {
        var takes = written.Takes ?? TakesDefault;
        return written switch
        {
            { Never: true } => new Answer(new Outcome.Succeeded(JsonData.EmptyObject), null),
            { Fails: { } kind } => new Answer(new Outcome.Failed(kind, written.Message ?? "The scenario says so.", written.RetryAfter), takes),
            { Pending: { } again } => new Answer(new Outcome.Pending("token", DateTimeOffset.UnixEpoch + again), takes),
            _ => new Answer(new Outcome.Succeeded(written.Succeeds ?? JsonData.EmptyObject), takes),
        };
    }

    private static ScriptedOrder Read(WrittenOrder written) => new(written.Order switch
    {
        "pause" => new Order.Pause(),
        "resume" => new Order.Resume(),
        "cancel" => new Order.Cancel(),
        "retry" => new Order.Retry(written.Path ?? "", written.Again),
        "skip" => new Order.Skip(written.Path ?? "", written.NoEffect),
        _ => throw new FormatException($"'{written.Order}' is no order. Known are pause, resume, cancel, retry, skip."),
    }, written.Path ?? "", written.After);

    private sealed record Written(string Title, WrittenExpectation Expect, RunMode Mode = RunMode.Live, JsonData? Inputs = null,
        Dictionary<string, WrittenAnswer[]>? Actions = null, Dictionary<string, WrittenVote[]>? Votes = null, WrittenOrder[]? Orders = null,
        Dictionary<string, TimeSpan>? Tasks = null);

    private sealed record WrittenAnswer(JsonData? Succeeds = null, ErrorKind? Fails = null, string? Message = null, TimeSpan? RetryAfter = null,
        TimeSpan? Pending = null, bool Never = false, TimeSpan? Takes = null);

    private sealed record WrittenVote(string Person, string Role, bool Approves, TimeSpan After);

    private sealed record WrittenOrder(string Order, string? Path = null, bool Again = false, bool NoEffect = false, TimeSpan? After = null);

    private sealed record WrittenExpectation(RunOutcome? Outcome = null, RtoVerdict? Verdict = null, string[]? Ran = null, string[]? Undone = null,
        string[]? Skipped = null, string[]? Incomplete = null, Dictionary<string, int>? Models = null, TimeSpan? RecoveredWithin = null);

    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            IsoDuration.Parse(reader.GetString() ?? "") ?? throw new JsonException("This is no duration. Write for example \"PT5M\".");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(IsoDuration.Format(value));
    }
}
