using System.Globalization;
using System.Text;

namespace Playbooks.Core.Renderings;

/// <summary>
/// The one place where text from outside becomes safe for a terminal or a sheet of paper: it cannot move the cursor, change colours, begin a new line,
/// or be shown in another order than it is stored.
/// </summary>
public static class Printable
{
    /// <summary>Joins letters and emoji; forbidding them would break words of some scripts, and they hide nothing.</summary>
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>On one line: a space for each control character, line separator and invisible format character.</summary>
    public static string Line(string text) => Replaced(text, _ => " ");

    /// <summary>JSON that means the same: what may not be shown is escaped. Line ends between values stay.</summary>
    public static string Json(string json) => Replaced(json, rune => rune.Value is '\n' or '\r' ? rune.ToString()
        : string.Concat(rune.ToString().Select(unit => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"))));

    private static string Replaced(string text, Func<Rune, string> replacement)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            result.Append(IsPrintable(rune) ? rune.ToString() : replacement(rune));
        return result.ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner || Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
