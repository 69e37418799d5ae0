using System.Text;
using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts.Azure;

/// <summary>Collects facts, each within its bound. What is missing, null or of a kind that it cannot be is passed over: a context explains, it decides nothing.</summary>
internal sealed class ContextFacts
{
    private readonly Dictionary<string, JsonData> facts = new(StringComparer.Ordinal);
    private readonly List<AlertFact> details = [];
    private readonly List<string> cut = [];

    public AlertContext Done() => new(
        [.. AlertContext.Names.Where(known => facts.ContainsKey(known.Name)).Select(known => new AlertFact(known.Name, facts[known.Name]))],
        [.. details], [.. cut.Distinct(StringComparer.Ordinal)]);

    public bool Any => facts.Count > 0;

    /// <summary>The member of that name, or, since kinds differ in their capitals, the first that has it but for those. JSON null is none.</summary>
    public static JsonData? Member(JsonData? of, string name) =>
        (of?[name] ?? of?.Properties.FirstOrDefault(property => string.Equals(property.Key, name, StringComparison.OrdinalIgnoreCase)).Value)
            is { IsNull: false } value ? value : null;

    /// <summary>A text; a number or a boolean becomes one. Of several sources of one fact the first that says something counts.</summary>
    public void Text(string name, JsonData? value, int maxBytes = AlertLimits.FactMaxBytes)
    {
        if (Scalar(value) is not { } text || facts.ContainsKey(name))
            return;
        var kept = AlertText.Cut(text, maxBytes);
        if (kept.Length != text.Length)
            cut.Add(name);
        facts.Add(name, JsonData.Of(kept));
    }

    /// <summary>A number, also one that stands in quotes; otherwise its text.</summary>
    public void Number(string name, JsonData? value)
    {
        if (value?.Kind == JsonValueKind.Number)
            facts.TryAdd(name, value);
        else if (value?.AsString() is { Length: <= AlertLimits.NameMaxCharacters } text && StrictJson.Read(text.Trim(), new StrictJsonLimits(AlertLimits.NameMaxCharacters, 0))
            is StrictJsonResult.Accepted { Value: { Kind: JsonValueKind.Number } number })
            facts.TryAdd(name, number);
        else
            Text(name, value);
    }

    /// <summary>Old kinds write US dates; one that nobody can read stays as it is.</summary>
    public void Instant(string name, JsonData? value)
    {
        if (AlertInstant.Read(value?.AsString()) is { } at)
            facts.TryAdd(name, JsonData.Of(AlertInstant.Text(at)));
        else
            Text(name, value);
    }

    /// <summary>Whole or not at all, and then the name says so.</summary>
    public void Link(string name, JsonData? value)
    {
        if (value?.AsString() is not { Length: > 0 } text)
            return;
        if (AlertText.Link(text) is { } link)
            facts.TryAdd(name, JsonData.Of(link));
        else
            cut.Add(name);
    }

    /// <summary>Dimensions come as a list of name and value, labels as an object.</summary>
    public void Dimensions(JsonData? value)
    {
        var pairs = value?.Kind == JsonValueKind.Array
            ? value.Elements.Select(element => (Name: Scalar(Member(element, "name")), Value: Scalar(Member(element, "value"))))
            : (value?.Properties ?? []).Select(property => (Name: (string?)property.Key, Value: Scalar(property.Value)));
        var known = pairs.Where(pair => pair is { Name: not null, Value: not null }).ToList();
        var kept = known.Where(pair => pair.Name!.Length <= AlertLimits.NameMaxCharacters).Take(AlertLimits.DimensionsMax).ToList();
        if (kept.Count < known.Count || kept.Exists(pair => JsonSize.OfString(pair.Value!) > AlertLimits.FactMaxBytes))
            cut.Add("dimensions");
        if (kept.Count > 0)
            facts.TryAdd("dimensions", JsonData.Object(kept.Select(pair => KeyValuePair.Create(pair.Name!, JsonData.Of(AlertText.Identity(pair.Value!, AlertLimits.FactMaxBytes))))));
    }

    public void List(string name, IEnumerable<string> texts)
    {
        var all = texts.Where(text => !string.IsNullOrWhiteSpace(text)).Take(AlertLimits.ListMax + 1).ToList();
        if (all.Count > AlertLimits.ListMax || all.Exists(text => JsonSize.OfString(text) > AlertLimits.FactMaxBytes))
            cut.Add(name);
        if (all.Count > 0)
            facts.TryAdd(name, JsonData.Array(all.Take(AlertLimits.ListMax).Select(text => JsonData.Of(AlertText.Cut(text, AlertLimits.FactMaxBytes)))));
    }

    /// <summary>A single value that has no name in the common vocabulary, under the monitor's own.</summary>
    public void Detail(string name, JsonData? value)
    {
        if (Scalar(value) is not { } text || details.Exists(known => known.Name == name))
            return;
        if (details.Count == AlertLimits.DetailsMax || name.Length > AlertLimits.NameMaxCharacters)
        {
            cut.Add("details");
            return;
        }
        if (JsonSize.OfString(text) > AlertLimits.FactMaxBytes)
            cut.Add("details." + name);
        details.Add(new AlertFact(name, value!.Kind == JsonValueKind.String ? JsonData.Of(AlertText.Cut(text, AlertLimits.FactMaxBytes)) : value));
    }

    /// <summary>Every single value of an object as a detail, except those that are named.</summary>
    public void Details(JsonData? of, params ReadOnlySpan<string> except)
    {
        foreach (var (name, value) in of?.Properties ?? [])
        {
            if (!Contains(except, name))
                Detail(name, value);
        }
    }

    /// <summary>What a text says that holds JSON, as some kinds send lists; any other value as it is.</summary>
    public static JsonData? Unfolded(JsonData? value) =>
        value?.AsString() is { } text && StrictJson.Read(text, new StrictJsonLimits(AlertLimits.TextMaxBytes)) is StrictJsonResult.Accepted accepted ? accepted.Value : value;

    /// <summary>Markup is taken out: what is sent as a mail's body is read here on one line.</summary>
    public static JsonData? WithoutMarkup(JsonData? value)
    {
        if (value?.AsString() is not { } text)
            return value;
        var plain = new StringBuilder(text.Length);
        var inside = false;
        foreach (var letter in text)
        {
            inside = letter == '<' || (inside && letter != '>');
            if (!inside)
                plain.Append(letter is '>' || char.IsWhiteSpace(letter) ? ' ' : letter);
        }
        return JsonData.Of(string.Join(' ', plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>Null for what is no single value, and for nothing but white space.</summary>
    private static string? Scalar(JsonData? value) => value?.Kind switch
    {
        JsonValueKind.String => value.AsString()!.Trim() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.Text,
        _ => null,
    };

    private static bool Contains(ReadOnlySpan<string> names, string name)
    {
        foreach (var known in names)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
