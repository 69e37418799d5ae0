using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>What the journal stores beside events: summaries of settled runs and answers to starts.</summary>
internal static partial class StoredJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { Named<RunMode>(), Named<RunState>(), Named<RunOutcome>(), Named<RtoVerdict>(), Named<AlertEffectKind>() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Never embedded in HTML without escaping there; an alert is JSON within JSON.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = Context.Default,
    };

    internal static string Write(RunSummary summary) => JsonSerializer.Serialize(summary, Options);

    internal static RunSummary ReadSummary(string json) => JsonSerializer.Deserialize<RunSummary>(json, Options)!;

    internal static string Write(Admission admission) => JsonSerializer.Serialize(admission, Options);

    internal static Admission ReadAdmission(string json) => JsonSerializer.Deserialize<Admission>(json, Options)!;

    internal static string Write(ReceivedAlert alert) => JsonSerializer.Serialize(alert, Options);

    internal static ReceivedAlert ReadAlert(string json) => JsonSerializer.Deserialize<ReceivedAlert>(json, Options)!;

    internal static string Write(AlertFate fate) => JsonSerializer.Serialize(fate, Options);

    internal static AlertFate ReadFate(string json) => JsonSerializer.Deserialize<AlertFate>(json, Options)!;

    internal static string Write(DateTimeOffset at) => at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    internal static DateTimeOffset ReadInstant(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);

    internal static string Write(StartResult result) => JsonSerializer.Serialize(result switch
    {
        StartResult.Started started => new Answer("started", started.RunId),
        StartResult.Attached attached => new Answer("attached", attached.RunId),
        StartResult.Queued queued => new Answer("queued", Position: queued.Position),
        StartResult.HeldBack held => new Answer("heldBack", held.EndedRunId, Until: held.Until),
        StartResult.Rejected rejected => new Answer("rejected", Reasons: rejected.Reasons),
        _ => throw new System.Diagnostics.UnreachableException(),
    }, Options);

    internal static StartResult ReadStart(string json)
    {
        var answer = JsonSerializer.Deserialize<Answer>(json, Options)!;
        return answer.Kind switch
        {
            "started" => new StartResult.Started(answer.RunId!),
            "attached" => new StartResult.Attached(answer.RunId!),
            "queued" => new StartResult.Queued(answer.Position!.Value),
            "heldBack" => new StartResult.HeldBack(answer.RunId!, answer.Until!.Value),
            "rejected" => new StartResult.Rejected(answer.Reasons!.Value),
            _ => throw new JsonException($"'{answer.Kind}' is no answer to a start."),
        };
    }

    private static JsonStringEnumConverter<T> Named<T>() where T : struct, Enum => new(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

    private sealed record Answer(string Kind, string? RunId = null, int? Position = null, DateTimeOffset? Until = null,
        ImmutableArray<string>? Reasons = null);

    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(RunSummary))]
    [JsonSerializable(typeof(Admission))]
    [JsonSerializable(typeof(Answer))]
    [JsonSerializable(typeof(ReceivedAlert))]
    [JsonSerializable(typeof(AlertFate))]
    private sealed partial class Context : JsonSerializerContext;
}
