using System.Collections.Concurrent;
using NJsonSchema;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Cards;

/// <summary>The official schema of Adaptive Cards 1.5, which refuses every field that it does not know.</summary>
internal static class CardSchema
{
    private static readonly ConcurrentDictionary<string, Lazy<JsonSchema>> Read = new();

    /// <summary>Skips the test where the schema is not there.</summary>
    public static void Check(JsonData card)
    {
        var folder = SharedData.FolderOrSkip("contracts");
        var errors = Read.GetOrAdd(folder, _ => new Lazy<JsonSchema>(() => JsonSchema.FromFileAsync(Path.Combine(folder, "adaptive-card-1.5.0.patched.schema.json")).GetAwaiter().GetResult()))
            .Value.Validate(card.Text);
        Assert.True(errors.Count == 0, string.Join('\n', errors) + "\n" + card.Text);
    }

    /// <summary>Every object in a card, the card first.</summary>
    public static IEnumerable<JsonData> Objects(JsonData value)
    {
        if (value.Kind == System.Text.Json.JsonValueKind.Object)
            yield return value;
        foreach (var inner in value.Elements.Concat(value.Properties.Select(property => property.Value)).SelectMany(Objects))
            yield return inner;
    }

    public static IEnumerable<JsonData> OfType(JsonData card, string type) => Objects(card).Where(element => element["type"]?.AsString() == type);

    /// <summary>All that people read on a card, one line an element.</summary>
    public static string Words(JsonData card) => string.Join('\n', Objects(card).Select(element => element["inlines"] is { } runs
        ? string.Concat(runs.Elements.Select(run => run["text"]!.AsString())) : element["type"]?.AsString() == "TextBlock" ? element["text"]!.AsString() : null).OfType<string>());
}
