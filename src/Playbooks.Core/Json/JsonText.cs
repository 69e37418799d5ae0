using System.Text;
using System.Text.Json;

namespace Playbooks.Core.Json;

/// <summary>How a value is written. Only what RFC 8259 demands is escaped, as RFC 8785 wants it, so that texts stay readable.</summary>
internal static class JsonText
{
    public static string Write(JsonData value, bool sorted)
    {
        var text = new StringBuilder();
        Append(text, value, sorted);
        return text.ToString();
    }

    /// <summary>FNV-1a over the characters. The framework's hash of a string changes from process to process.</summary>
    public static int StableHash(string text)
    {
        var hash = 2166136261u;
        foreach (var character in text)
            hash = unchecked((hash ^ character) * 16777619u);
        return unchecked((int)hash);
    }

    /// <summary>The same text, with U+FFFD for each half of a surrogate pair.</summary>
    public static string WellFormed(string text)
    {
        if (FirstLoneSurrogate(text) is null)
            return text;
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            result.Append(rune.ToString());
        return result.ToString();
    }

    public static int? FirstLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return i;
            i++;
        }
        return null;
    }

    private static void Append(StringBuilder text, JsonData value, bool sorted)
    {
        switch (value.Kind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value, sorted);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                for (var i = 0; i < value.Elements.Length; i++)
                {
                    if (i > 0)
                        text.Append(',');
                    Append(text, value.Elements[i], sorted);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendString(text, value.Scalar);
                break;
            default:
                text.Append(value.Scalar);
                break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonData value, bool sorted)
    {
        var properties = sorted ? value.Properties.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key)) : value.Properties;
        text.Append('{');
        for (var i = 0; i < properties.Length; i++)
        {
            if (i > 0)
                text.Append(',');
            AppendString(text, properties[i].Key);
            text.Append(':');
            Append(text, properties[i].Value, sorted);
        }
        text.Append('}');
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append("\\u").Append(((int)character).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)),
                _ => text.Append(character),
            };
        }
        text.Append('"');
    }
}
