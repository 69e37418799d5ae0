using System.Text.RegularExpressions;
using Playbooks.Core.Renderings;

namespace Playbooks.Core.Cards;

/// <summary>
/// Text from outside, fit for a card: it stays readable and becomes no link, mention, image, markup or template in any host. On our cards it stands in
/// text runs only, which know no markdown; what is done here holds also where a client treats them otherwise, and for previews and mail.
/// </summary>
public static partial class CardText
{
    public const string Ellipsis = "…";

    /// <summary>On one line. Where characters together would mean something to a client, a space stands between them.</summary>
    public static string Safe(string text) => TagBegin().Replace(Joint().Replace(Printable.Line(text), " "), "‹");

    /// <summary>At most so many characters, the last of them an ellipsis where something was left out. Never half a character.</summary>
    public static string Short(string text, int charactersMax)
    {
        if (text.Length <= charactersMax)
            return text;
        var length = charactersMax - 1;
        if (char.IsHighSurrogate(text[length - 1]))
            length--;
        return string.Concat(text.AsSpan(0, length), Ellipsis);
    }

    /// <summary>Between scheme and authority, www and its dot, the halves of a markdown link or image, an entity and a template.</summary>
    [GeneratedRegex(@"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\])(?=[(\[:])|(?<=!)(?=\[)|(?<=&)(?=#?\w{1,32};)|(?<=\{)(?=\{)|(?<=\$)(?=\{)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Joint();

    [GeneratedRegex(@"<(?=[A-Za-z/!?])")]
    private static partial Regex TagBegin();
}
