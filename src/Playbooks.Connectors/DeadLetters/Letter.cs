using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>A dead letter as it was found, and what can be read in it.</summary>
/// <param name="Id">The message's id: the same whenever it is received.</param>
/// <param name="Text">Exactly as it lay in the queue.</param>
/// <param name="IsBase64">Whether <paramref name="Text"/> is JSON in Base64, as Azure Functions writes it.</param>
/// <param name="Body">The envelope's body, else all of it; a string where it is not JSON.</param>
/// <param name="Key">Of the envelope, else of the environment's expression, else made from the text: equal letters are then one.</param>
/// <param name="InsertedOn">When it became a dead letter, by the queue's clock, in whole seconds.</param>
/// <param name="EnqueuedAt">When the work was first asked for, as far as known.</param>
/// <param name="Attempts">Replays before; null if the letter does not say.</param>
internal sealed record Letter(string Id, string Text, bool IsBase64, Envelope? Envelope, JsonData Body, string Key, string? Order, string? Subject,
    string Reason, DateTimeOffset InsertedOn, DateTimeOffset EnqueuedAt, int? Attempts)
{
    public const string UnknownReason = "unknown";
    /// <summary>Longer keys are kept as their digest: they only have to be compared.</summary>
    public const int KeyMaxChars = 512;
    private const int MessageMaxBytes = 64 * 1024;

    public static Letter Read(string id, string text, DateTimeOffset insertedOn, QueueTarget target)
    {
        var (json, isBase64) = Look(text);
        var envelope = json is null ? null : Envelope.Find(json);
        var body = envelope?.Body ?? json ?? JsonData.Of(text);
        var reason = envelope is null ? Ask(target.Classifier, body) : envelope.Reason;
        return new Letter(id, text, isBase64, envelope, body,
            Short(envelope?.Key ?? Ask(target.Key, body)) ?? "text:" + Digest(text),
            Short(envelope?.Order ?? Ask(target.Order, body)), envelope?.Subject ?? Ask(target.Subject, body),
            Short(reason) ?? UnknownReason, insertedOn, envelope?.EnqueuedAt ?? insertedOn, envelope?.Attempts);
    }

    /// <summary>What a filter sees.</summary>
    public JsonData ToJson() => JsonData.Object(("id", JsonData.Of(Id)), ("key", JsonData.Of(Key)), ("order", Of(Order)), ("subject", Of(Subject)),
        ("reason", JsonData.Of(Reason)), ("enqueuedAt", JsonData.Of(EnqueuedAt.ToString("O", CultureInfo.InvariantCulture))),
        ("attempts", JsonData.Of(Attempts ?? 0)), ("body", Body));

    /// <summary>What is sent to the work queue: in the encoding it was found in; an envelope says that it is a replay, all else is unchanged.</summary>
    public string Replayed(int attempts)
    {
        if (Envelope is null)
            return Text;
        var json = Envelope.Replayed(Id, attempts).ToJson().Text;
        var text = IsBase64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(json)) : json;
        // The few bytes that we add must not make a letter unsendable.
        return Encoding.UTF8.GetByteCount(text) <= MessageMaxBytes ? text : Text;
    }

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static (JsonData? Json, bool IsBase64) Look(string text)
    {
        var limits = new StrictJsonLimits(MessageMaxBytes);
        if (StrictJson.Read(text, limits) is StrictJsonResult.Accepted raw && raw.Value.Kind is System.Text.Json.JsonValueKind.Object
            or System.Text.Json.JsonValueKind.Array)
            return (raw.Value, false);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count)
            && StrictJson.Read(bytes.AsSpan(0, count), limits) is StrictJsonResult.Accepted decoded ? (decoded.Value, true) : (null, false);
    }

    /// <summary>A text, or a number or boolean as its text; null for everything else and for an expression that fails on this body.</summary>
    private static string? Ask(Expression? expression, JsonData body) => expression?.Evaluate(body).Value switch
    {
        null or { IsNull: true } => null,
        { Kind: System.Text.Json.JsonValueKind.Object or System.Text.Json.JsonValueKind.Array } => null,
        var scalar => scalar.AsString() ?? scalar.Text,
    };

    private static string? Short(string? text) => text is { Length: > KeyMaxChars } ? "sha256:" + Digest(text) : text is { Length: 0 } ? null : text;

    private static JsonData Of(string? text) => text is null ? JsonData.Null : JsonData.Of(text);
}
