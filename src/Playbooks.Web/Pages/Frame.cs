using System.Text;
using Playbooks.Core.Definitions;
using Playbooks.Core.Renderings;

namespace Playbooks.Web.Pages;

/// <summary>What stands around every page.</summary>
/// <param name="Place">Path of the page; its part of the navigation is marked.</param>
/// <param name="Answer">What became of what the person did last.</param>
/// <param name="Trouble">What the engine waits for.</param>
/// <param name="Token">Antiforgery token of every form on the page, in the field of that name.</param>
/// <param name="Nonce">New for each page: ids of votes and orders are made of it, so that a form that is sent twice says one thing.</param>
public sealed record Frame(Visitor? Visitor, string Place, PageAnswer? Answer, string? Trouble, string TokenField, string Token, string Nonce, DateTimeOffset Now, string Environment, EnvironmentKind Kind, string? SignOut);

/// <summary>What became of what a person did.</summary>
/// <param name="Good">Taken; false for refused.</param>
public sealed record PageAnswer(bool Good, string Text);

/// <summary>Text of strangers as pages show it: on one line, in the order stored, and cut.</summary>
public static class Shown
{
    public const int TextMaxCharacters = 600;

    /// <summary>Empty for null. Pages encode it; it never becomes markup or a link.</summary>
    public static string Text(string? text, int atMost = TextMaxCharacters)
    {
        if (text is null)
            return "";
        if (text.Length <= atMost)
            return Printable.Line(text);
        var cut = char.IsHighSurrogate(text[atMost - 1]) ? atMost - 1 : atMost;
        return new StringBuilder(Printable.Line(text[..cut])).Append(System.Globalization.CultureInfo.InvariantCulture, $"… ({text.Length - cut} more characters)").ToString();
    }

    /// <summary>Of instants: in UTC, the day only where it is not today.</summary>
    public static string Instant(DateTimeOffset at, DateTimeOffset now) =>
        at.UtcDateTime.ToString(at.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm 'UTC'" : "yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>For the machine-readable side of a <c>time</c> element and for the script.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A name and what stands beside it.</summary>
public sealed record Fact(string Name, string Value);
