using System.Text.Json;
using System.Text.RegularExpressions;

namespace Playbooks.Gateway.Configuration;

/// <summary>
/// An object of the configuration file being read. It never throws for what the author wrote: every error goes to the
/// list with its JSON path, and reading goes on with a value that fits, so that all errors are told at once.
/// </summary>
internal sealed class ConfigSection(JsonElement json, string path, List<string> errors)
{
    private readonly HashSet<string> _known = [];

    public string Path => path;

    public bool Has(string name) => json.TryGetProperty(name, out _);

    public string Text(string name, string? otherwise = null, string? pattern = null) =>
        OptionalText(name, pattern) ?? otherwise ?? Missing(name, "");

    public string? OptionalText(string name, string? pattern = null)
    {
        if (!Find(name, JsonValueKind.String, "a text", out var value)) return null;
        var text = value.GetString()!;
        if (text.Length == 0) Error(name, "must not be empty");
        else if (pattern is not null && !Regex.IsMatch(text, pattern)) Error(name, $"\"{text}\" must match {pattern}");
        return text;
    }

    public int Number(string name, int least, int most, int otherwise)
    {
        if (!Find(name, JsonValueKind.Number, "a number", out var value)) return otherwise;
        if (value.TryGetInt32(out var number) && number >= least && number <= most) return number;
        Error(name, $"must be a whole number between {least} and {most}");
        return otherwise;
    }

    public TimeSpan Seconds(string name, double least, double most, double otherwise)
    {
        if (!Find(name, JsonValueKind.Number, "a number of seconds", out var value)) return TimeSpan.FromSeconds(otherwise);
        if (value.TryGetDouble(out var seconds) && seconds >= least && seconds <= most) return TimeSpan.FromSeconds(seconds);
        Error(name, FormattableString.Invariant($"must be between {least} and {most} seconds"));
        return TimeSpan.FromSeconds(otherwise);
    }

    public bool Flag(string name)
    {
        _known.Add(name);
        if (!json.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.False) return false;
        if (value.ValueKind is not JsonValueKind.True) Error(name, "must be true or false");
        return true;
    }

    public Uri? Address(string name)
    {
        var text = Text(name);
        if (text.Length == 0) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query is "" && uri.UserInfo is "") return uri;
        Error(name, $"\"{text}\" must be an http or https address without user or query");
        return null;
    }

    public JsonElement? Any(string name)
    {
        _known.Add(name);
        return json.TryGetProperty(name, out var value) ? value : null;
    }

    public T? Section<T>(string name, Func<ConfigSection, T?> read) where T : class =>
        Find(name, JsonValueKind.Object, "an object", out var value) ? Read(value, $"{path}.{name}", read) : null;

    public T? Required<T>(string name, Func<ConfigSection, T?> read) where T : class
    {
        if (!Has(name)) Missing(name, "");
        return Section(name, read);
    }

    public IReadOnlyList<T> Sections<T>(string name, int limit, Func<ConfigSection, T?> read) where T : class
    {
        if (!Find(name, JsonValueKind.Array, "a list", out var list))
        {
            if (!Has(name)) Missing(name, "");
            return [];
        }
        if (list.GetArrayLength() is var count && (count == 0 || count > limit)) Error(name, $"must have between 1 and {limit} items");
        var items = new List<T>();
        foreach (var (index, item) in list.EnumerateArray().Take(limit).Index())
        {
            if (item.ValueKind is not JsonValueKind.Object) Error($"{name}[{index}]", "must be an object");
            else if (Read(item, $"{path}.{name}[{index}]", read) is { } value) items.Add(value);
        }
        return items;
    }

    /// <summary>The list of texts, or none.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (!Find(name, JsonValueKind.Array, "a list of texts", out var list)) return [];
        var texts = list.EnumerateArray().Where(t => t.ValueKind is JsonValueKind.String).Select(t => t.GetString()!).ToList();
        if (texts.Count != list.GetArrayLength()) Error(name, "must hold texts only");
        return texts;
    }

    public void Error(string name, string problem) => errors.Add($"{path}.{name}: {problem}");

    public static T? Read<T>(JsonElement json, string path, List<string> errors, Func<ConfigSection, T?> read) where T : class
    {
        var section = new ConfigSection(json, path, errors);
        var value = read(section);
        foreach (var name in json.EnumerateObject().Select(p => p.Name).Where(n => !section._known.Contains(n)))
            section.Error(name, $"is not known here; known are {string.Join(", ", section._known.Order(StringComparer.Ordinal))}");
        return value;
    }

    private T? Read<T>(JsonElement value, string at, Func<ConfigSection, T?> read) where T : class => Read(value, at, errors, read);

    private bool Find(string name, JsonValueKind kind, string what, out JsonElement value)
    {
        _known.Add(name);
        if (!json.TryGetProperty(name, out value)) return false;
        if (value.ValueKind == kind) return true;
        Error(name, $"must be {what}");
        return false;
    }

    private string Missing(string name, string value)
    {
        _known.Add(name);
        if (!Has(name)) Error(name, "is missing");
        return value;
    }
}
