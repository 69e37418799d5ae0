using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Playbooks.Core.Evidence.Html;

/// <summary>
/// Markup. It can only be made of literals in our code and of text that is escaped on its way in, so text of alerts and people never becomes markup.
/// </summary>
internal readonly record struct Html(string Markup)
{
    /// <summary>What is longer is cut for display; the timeline has all of it.</summary>
    public const int TextMaxCharacters = 2_000;

    public static readonly Html Nothing = new("");

    public static Html Of(HtmlBuilder builder) => new(builder.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Markup)));

    /// <summary>Nothing unless the condition holds.</summary>
    public static Html If(bool condition, Func<Html> part) => condition ? part() : Nothing;

    public static string Escape(string text)
    {
        var shown = text.Length > TextMaxCharacters ? text[..TextMaxCharacters] : text;
        var escaped = new StringBuilder(shown.Length + 16);
        foreach (var rune in shown.EnumerateRunes())
            Append(escaped, rune);
        if (shown.Length < text.Length)
            escaped.Append(CultureInfo.InvariantCulture, $"… ({text.Length - shown.Length} more characters in the timeline)");
        return escaped.ToString();
    }

    private static void Append(StringBuilder escaped, Rune rune)
    {
        switch (rune.Value)
        {
            case '<':
                escaped.Append("&lt;");
                break;
            case '>':
                escaped.Append("&gt;");
                break;
            case '&':
                escaped.Append("&amp;");
                break;
            case '"':
                escaped.Append("&quot;");
                break;
            case '\'':
                escaped.Append("&#39;");
                break;
            case '\n' or '\r' or '\t':
                escaped.Append(' ');
                break;
            default:
                // What cannot be seen could turn the words around it about: it is shown by its number.
                if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                    escaped.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
                else
                    escaped.Append(rune.ToString());
                break;
        }
    }
}

/// <summary>Escapes every hole of an interpolated string but those that are markup already.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlBuilder(int literalLength, int formattedCount)
{
    private readonly StringBuilder text = new(literalLength + (formattedCount * 16));

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(Html markup) => text.Append(markup.Markup);

    public void AppendFormatted(IEnumerable<Html> parts) => text.Append(Html.Join(parts).Markup);

    public void AppendFormatted(string? value) => text.Append(Html.Escape(value ?? ""));

    public void AppendFormatted(long value) => text.Append(value.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(double value) => text.Append(value.ToString("0.##", CultureInfo.InvariantCulture));

    public override string ToString() => text.ToString();
}
