using System.Text.Json.Nodes;
using Playbooks.Core.Renderings;

namespace Playbooks.Tests.Renderings;

/// <summary>Text from outside on a terminal.</summary>
public class PrintableTests
{
    [Theory]
    [InlineData("plain é 漢 😀", "plain é 漢 😀")]
    [InlineData("\u001b[31mred\u001b[0m", " [31mred [0m")]
    [InlineData("\u009b31m", " 31m")]
    [InlineData("a\r\nb\tc\u0007\u0000\u007f", "a  b c   ")]
    [InlineData("a\u2028b\u2029c\u0085d", "a b c d")]
    [InlineData("\u202Egnp.exe\u2066x\u200B\uFEFF", " gnp.exe x  ")]
    [InlineData("\U000E0041tag", " tag")]
    [InlineData("👩\u200D💻", "👩\u200D💻")]
    public void Nothing_moves_the_cursor_or_turns_the_text(string text, string shown) => Assert.Equal(shown, Printable.Line(text));

    [Fact]
    public void Half_a_character_is_shown_as_such() => Assert.Equal("\uFFFDx", Printable.Line("\ud800x"));

    [Fact]
    public void Json_means_the_same_and_holds_nothing_that_a_terminal_obeys()
    {
        const string Text = "\u009b31m\u202E\U000E0041é\u007f";
        var json = Printable.Json($"{{\n  \"a\": \"{Text}\"\n}}");
        Assert.Equal("{\n  \"a\": \"\\u009b31m\\u202e\\udb40\\udc41é\\u007f\"\n}", json);
        Assert.Equal(Text, (string)JsonNode.Parse(json)!["a"]!);
    }
}
