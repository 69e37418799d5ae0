using System.Text.RegularExpressions;
using CsCheck;
using Playbooks.Core.Cards;
using Playbooks.Core.Json;
using Playbooks.Tests.Json;

namespace Playbooks.Tests.Cards;

/// <summary>What strangers write into alerts, on our cards.</summary>
public partial class HostileCardTests
{
    private static readonly Gen<string> Pieces = Gen.OneOf(
        AnyJson.OneOf("[press](https://evil.example)", "![x](https://evil.example/x.png)", "[a]: https://evil.example", "https://evil.example", "HTTP://EVIL", "www.evil.example", "<at>Everybody</at>",
            "<a href=\"https://evil.example\">", "&lt;at&gt;x&lt;/at&gt;", "&#91;x", "{{DATE(2026-01-01T00:00:00Z)}}", "${title}", "**bold**", "# heading", "\n\n- item", "\r", "\u202Eevil", "\0", "\ud800", "]]]((", "]\n(x)",
            "{{{{", "$${{", "漢字", "👩\u200D💻", "\"\\", "data:text/html,x", "]\u200B(javascript:x)", "<<at>>", "&&amp;amp;"),
        Gen.String[0, 40], Gen.Char.Select(letter => new string(letter, 3)));

    private static readonly Gen<string> Hostile = Gen.Select(Pieces.Array[0, 12], Gen.Int[1, 60], (pieces, times) => string.Concat(Enumerable.Repeat(string.Concat(pieces), times)));

    [Fact]
    public void Whatever_strangers_write_every_card_is_valid_and_small_and_leads_nowhere_but_to_our_page()
    {
        var folder = SharedData.Find("contracts");
        // The seed is printed by the library when a sample fails.
        Hostile.Sample(words =>
        {
            // The language's limit on inputs; the reader of runs refuses more.
            foreach (var (_, card) in CardCase.All(words.Length > 6_000 ? words[..6_000] : words))
            {
                Assert.True(card.SizeBytes <= CardLimits.MaxBytes);
                if (folder is not null)
                    CardSchema.Check(card);
                Check(card);
            }
        }, iter: 40, threads: 1);
    }

    [Theory]
    [InlineData("[press](https://evil.example)", "[press] (https: //evil.example)")]
    [InlineData("![x](y)", "! [x] (y)")]
    [InlineData("see www.evil.example", "see www .evil.example")]
    [InlineData("<at>Everybody</at>", "‹at>Everybody‹/at>")]
    [InlineData("&lt;at&gt;", "& lt;at& gt;")]
    [InlineData("{{TIME(x)}} ${y}", "{ {TIME(x)}} $ {y}")]
    [InlineData("a\nb", "a b")]
    [InlineData("R&D at 3 < 4, v1.2.0, a_b*c", "R&D at 3 < 4, v1.2.0, a_b*c")]
    [InlineData("https:\u202E//evil", "https: //evil")]
    public void Text_stays_readable_and_becomes_nothing_else(string text, string shown) => Assert.Equal(shown, CardText.Safe(text));

    [Fact]
    public void What_does_not_fit_ends_with_an_ellipsis_and_the_card_says_so()
    {
        var card = CardCase.Approval(CardCase.Asked(new string('x', 5_000)));
        Assert.Contains("✂ This card is shortened.", CardSchema.Words(card), StringComparison.Ordinal);
        Assert.Contains("x…", CardSchema.Words(card), StringComparison.Ordinal);
        Assert.DoesNotContain("✂", CardSchema.Words(CardCase.Approval(CardCase.Asked())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_of_surrogates_is_not_cut_in_two() => Assert.Equal("a…", CardText.Short("a😀😀", 3));

    private static void Check(JsonData card)
    {
        foreach (var element in CardSchema.Objects(card))
        {
            Assert.Contains(element["type"]?.AsString(), Known);
            // Only our own words stand where markdown is known; nothing from outside gets there.
            if (element["type"]?.AsString() == "TextBlock")
                Assert.Matches(OurWords(), element["text"]!.AsString()!);
            else if (element["text"]?.AsString() is { } run)
                Assert.DoesNotMatch(Means(), run);
            if (element["url"]?.AsString() is { } url)
                Assert.StartsWith(CardCase.Pages.AbsoluteUri, url, StringComparison.Ordinal);
            if (element["fallbackText"]?.AsString() is { } fallback)
                Assert.DoesNotMatch(Means(), fallback);
        }
    }

    private static readonly string?[] Known =
        ["AdaptiveCard", "TextBlock", "RichTextBlock", "TextRun", "Container", "ActionSet", "Action.Execute", "Action.Submit", "Action.OpenUrl", "Input.Text", "Refresh", null];

    [GeneratedRegex(@"://|www\.|\]\(|\]\[|!\[|<[A-Za-z/!?]|\{\{|\$\{|&#?\w{1,32};|[\r\n\u202E\0]", RegexOptions.IgnoreCase)]
    private static partial Regex Means();

    [GeneratedRegex(@"\A[\w ✔✖⚠◷⊘↻↷◼▶‖✂?:;,.'()-]+\z|\AOn your clock: \{\{DATE\([0-9TZ:-]+,SHORT\)\}\}, \{\{TIME\([0-9TZ:-]+\)\}\}\.\z")]
    private static partial Regex OurWords();
}
