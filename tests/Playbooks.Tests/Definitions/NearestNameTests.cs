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
}
