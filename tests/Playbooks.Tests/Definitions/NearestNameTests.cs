using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class NearestNameTests
{
    [Theory]
    [InlineData("model.isolat", "model.isolate")]
    [InlineData("notfy", "notify")]
    [InlineData("Notify", "notify")]
    [InlineData("noitfy", "notify")]
    [InlineData("something.else", null)]
    [InlineData("", null)]
    public void The_name_with_the_fewest_changed_letters(string written, string? expected) =>
        Assert.Equal(expected, NearestName.Of(written, Catalogue.Actions.Select(action => action.Name)));

    [Theory]
    [InlineData("ab", "ac", "ac")]
    [InlineData("ab", "cd", null)]
    [InlineData("cat", "car bat", "bat")]
    [InlineData("cat", "bat car cast cats", "bat")]
    [InlineData("abcdefghi", "xyzdefghi", "xyzdefghi")]
    [InlineData("abcdefghi", "wxyzefghi", null)]
    [InlineData("abcdefghi", "wxyzefghi abcdexghi xbcdexghi", "abcdexghi")]
    [InlineData("ab", "ba", "ba")]
    [InlineData("abcdefghi", "bacdexyzi", null)]
    public void A_third_of_the_letters_may_be_wrong_and_the_first_by_name_of_the_nearest_is_meant(string written, string known, string? expected) =>
        Assert.Equal(expected, NearestName.Of(written, known.Split(' ')));

    [Fact]
    public void A_name_of_more_than_64_characters_is_no_slip()
    {
        var (longest, longer) = (new string('a', 64), new string('a', 65));

        Assert.Equal(longest, NearestName.Of(longest, [longest]));
        Assert.Null(NearestName.Of(longer, [longest]));
        Assert.Null(NearestName.Of(longest, [longer]));
    }
}
