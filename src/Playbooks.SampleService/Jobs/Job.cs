using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.SampleService.Jobs;

/// <summary>
/// A letter of the work queue: the envelope <c>{"letter": 1, "key", …, "body"}</c> whose body is a request of the model, or a bare request,
/// which has its own digest for a key. Plain or in Base64.
/// </summary>
/// <param name="Key">The jobs of one key have one result.</param>
/// <param name="Request">Null for a letter that is no JSON; it will never be done.</param>
/// <param name="Envelope">Null for a bare letter.</param>
internal sealed record Job(string Key, JsonData? Request, JsonData? Envelope)
{
    private const int LetterMaxBytes = 64 * 1024;

    public static Job Read(string text)
    {
        var json = Parse(Encoding.UTF8.GetBytes(text)) ?? FromBase64(text);
        return json?["letter"]?.AsInt64() == 1 && json["key"]?.AsString() is { Length: > 0 } key && json["body"] is { } body
            ? new Job(key, body, json) : new Job("text:" + Digest(text), json, null);
    }

    /// <summary>The key in a form that a table takes: it may hold any character and be of any length.</summary>
    public string RowKey => Digest(Key);

    /// <summary>The letter for the dead-letter queue: as it came, but where it is in an envelope with the reason.</summary>
    public string Dead(string text, string reason) => Envelope is null || !text.StartsWith('{') ? text
        : JsonData.Object([.. Envelope.Properties, KeyValuePair.Create("reason", JsonData.Of(reason))]).Text;

    private static JsonData? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? Parse(bytes.AsSpan(0, count)) : null;
    }

    private static JsonData? Parse(ReadOnlySpan<byte> utf8) =>
        StrictJson.Read(utf8, new StrictJsonLimits(LetterMaxBytes)) is StrictJsonResult.Accepted { Value.Kind: JsonValueKind.Object } accepted
            ? accepted.Value : null;

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
