using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class PlaybookSetTests
{
    private const string Text = """{ "playbook": "p", "version": "1.0.0", "title": "t", "steps": [ { "id": "pause", "wait": { "for": "PT1S" } } ] }""";

    [Fact]
    public void The_same_version_with_another_text_is_refused()
    {
        var (one, same, other) = (Read.Valid(Text), Read.Valid(Text), Read.Valid(Text.Replace("PT1S", "PT2S", StringComparison.Ordinal)));

        Assert.Empty(PlaybookSet.Check([new(one, "a.json"), new(same, "b.json")]));
        Assert.Equal("b.json", Assert.Single(PlaybookSet.Check([new(one, "a.json"), new(other, "b.json")])).File);
        Assert.Equal(("PB1705", "$.version"), Assert.Single(PlaybookSet.Check([new(other, "b.json")], (_, _) => one.Digest)) is var error ? (error.Code, error.Path) : default);
    }
}
