using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>Brings texts from outside within a bound, counted as JSON in UTF-8.</summary>
internal static class AlertText
{
    /// <summary>For people: its beginning, and that it was cut from how much.</summary>
    public static string Cut(string text, int maxBytes)
    {
        if (JsonSize.OfString(text) <= maxBytes)
            return text;
        var mark = string.Create(CultureInfo.InvariantCulture, $"… [cut from {text.Length} characters]");
        return Beginning(text, maxBytes - (int)JsonSize.OfString(mark)) + mark;
    }

    /// <summary>For comparing: two texts that differ stay two.</summary>
    public static string Identity(string text, int maxBytes)
    {
        if (JsonSize.OfString(text) <= maxBytes)
            return text;
        var mark = "…sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return Beginning(text, maxBytes - (int)JsonSize.OfString(mark)) + mark;
    }

    /// <summary>The link if it may be shown whole, else null.</summary>
    public static string? Link(string? text) =>
        text is { Length: <= AlertLimits.LinkMaxCharacters } && text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && text.All(letter => letter is > ' ' and <= '~') ? text : null;

    /// <summary>As much of the text as the bytes hold, never half a character.</summary>
    private static string Beginning(string text, int maxBytes)
    {
        var (bytes, end) = (0L, 0);
        while (end < text.Length)
        {
            var length = char.IsHighSurrogate(text[end]) && end + 1 < text.Length ? 2 : 1;
            // Its quotes are counted once, with the mark.
            bytes += JsonSize.OfString(text.Substring(end, length)) - 2;
            if (bytes > maxBytes)
                break;
            end += length;
        }
        return text[..end];
    }
}
