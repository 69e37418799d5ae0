using System.Globalization;
using Azure;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Serving;

/// <summary>
/// A model's state as the gateway's contract has it. Fields that we do not know are kept where they stand, because the whole is replaced.
/// </summary>
/// <param name="Current">The change that counts.</param>
/// <param name="Earlier">The changes before it, oldest first.</param>
/// <param name="Tag">What a write must match.</param>
internal sealed record GatewayState(JsonData Current, IReadOnlyList<JsonData> Earlier, ETag Tag)
{
    public const int MaxBytes = 256 * 1024;
    public const int EarlierMax = 63;
    public const int ReasonMaxChars = 500;

    public const string ModelRung = "model";
    public const string FallbackRung = "previous";

    public long Generation => Current["generation"]!.AsInt64()!.Value;
    public string Mode => Current["mode"]!.AsString()!;
    public long Percent => Current["percent"]!.AsInt64()!.Value;
    public string? Key => Current["key"]?.AsString();
    public string ChangedBy => Current["changedBy"]?.AsString() ?? "somebody";

    public bool EverHadKey(string key) => Key == key || Earlier.Any(change => change["key"]?.AsString() == key);

    /// <summary>Null where the text is no state of the model; a gateway treats it like silence, and nothing can be built on it.</summary>
    public static GatewayState? Parse(string model, ReadOnlySpan<byte> json, ETag tag)
    {
        if (StrictJson.Read(json, new StrictJsonLimits(MaxBytes)) is not StrictJsonResult.Accepted { Value: var state })
            return null;
        var current = state["current"];
        return state["model"]?.AsString() == model && current?["generation"]?.AsInt64() >= 1 && current["mode"]?.AsString() is not null
            && current["percent"]?.AsInt64() is not null && state["earlier"] is { Kind: System.Text.Json.JsonValueKind.Array } earlier
            ? new GatewayState(current, earlier.Elements, tag) : null;
    }

    /// <summary>A run, as the state names who changed it.</summary>
    public static string By(string runId) => "run:" + runId;

    /// <summary>The text of the state after a change.</summary>
    public static byte[] Write(string model, JsonData change, GatewayState? before) => JsonData.Object(
        ("model", JsonData.Of(model)),
        ("current", change),
        ("earlier", JsonData.Array(before is null ? [] : before.Earlier.Append(before.Current).TakeLast(EarlierMax)))).Canonical();

    public static JsonData Change(long generation, string mode, long percent, string runId, DateTimeOffset at, string reason, string key) => JsonData.Object(
        ("generation", JsonData.Of(generation)), ("mode", JsonData.Of(mode)), ("percent", JsonData.Of(percent)),
        ("changedBy", JsonData.Of(By(runId))), ("changedAt", JsonData.Of(at.ToString("O", CultureInfo.InvariantCulture))),
        ("reason", JsonData.Of(Shortened(reason))), ("key", JsonData.Of(key)));

    private static string Shortened(string reason)
    {
        if (reason.Length <= ReasonMaxChars)
            return reason;
        // Half of a surrogate pair would make the state unreadable.
        var end = char.IsHighSurrogate(reason[ReasonMaxChars - 1]) ? ReasonMaxChars - 1 : ReasonMaxChars;
        return reason[..end];
    }
}
