using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>
/// Our own wrapping of a letter: <c>{"letter": 1, "key", "order", "subject", "reason", "enqueuedAt", "attempts", "origin", "body"}</c>, of which
/// only <c>letter</c>, <c>key</c> and <c>body</c> must be there. What it does not know it carries on untouched.
/// </summary>
/// <param name="Key">The letters of one key have one effect together.</param>
/// <param name="Order">The letters of one order key are sent in the order of <paramref name="EnqueuedAt"/>.</param>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Reason">Why it was dead-lettered, a word.</param>
/// <param name="Attempts">How often it was replayed; null if the sender does not say.</param>
/// <param name="Origin">Id of the dead letter that the first replay was made from.</param>
public sealed record Envelope(string Key, string? Order, string? Subject, string? Reason, DateTimeOffset? EnqueuedAt, int? Attempts, string? Origin,
    JsonData Body)
{
    public const int Version = 1;

    private const string Mark = "letter";
    private JsonData Written { get; init; } = JsonData.EmptyObject;

    /// <summary>Null when the JSON is not an envelope.</summary>
    public static Envelope? Find(JsonData json)
    {
        if (json[Mark]?.AsInt64() != Version || json["key"]?.AsString() is not { Length: > 0 } key || json["body"] is not { } body)
            return null;
        var attempts = json["attempts"]?.AsInt64();
        return new Envelope(key, json["order"]?.AsString(), json["subject"]?.AsString(), json["reason"]?.AsString(), Instant(json["enqueuedAt"]),
            attempts is >= 0 and <= int.MaxValue ? (int)attempts : null, json["origin"]?.AsString(), body) { Written = json };
    }

    /// <summary>The same letter as it is sent again.</summary>
    /// <param name="origin">Written only if the letter has none yet.</param>
    /// <param name="attempts">Replays including this one.</param>
    public Envelope Replayed(string origin, int attempts) => this with { Attempts = attempts, Origin = Origin ?? origin };

    public JsonData ToJson()
    {
        var properties = ImmutableArray.CreateBuilder<KeyValuePair<string, JsonData>>();
        properties.AddRange(Written.Properties);
        Put(Mark, JsonData.Of(Version));
        Put("key", JsonData.Of(Key));
        Put("order", Of(Order));
        Put("subject", Of(Subject));
        Put("reason", Of(Reason));
        Put("enqueuedAt", EnqueuedAt is { } at ? JsonData.Of(at.ToString("O", CultureInfo.InvariantCulture)) : null);
        Put("attempts", Attempts is { } count ? JsonData.Of(count) : null);
        Put("origin", Of(Origin));
        Put("body", Body);
        return JsonData.Object(properties);

        void Put(string name, JsonData? value)
        {
            if (value is not null)
                properties.Add(KeyValuePair.Create(name, value));
        }
    }

    private static JsonData? Of(string? text) => text is null ? null : JsonData.Of(text);

    private static DateTimeOffset? Instant(JsonData? value) => DateTimeOffset.TryParse(value?.AsString(), CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
