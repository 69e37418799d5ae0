using System.Text;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>What stands exactly at a bound is taken, and the next beyond it is not.</summary>
public class BoundTests
{
    private static string Titled(string title) => $$"""{ "playbook": "p", "version": "1.0.0", "title": "{{title}}", "steps": [ { "id": "rest", "wait": { "for": "PT1S" } } ] }""";

    private static string[] Sentences(string text) => [.. Read.Errors(text).Select(error => $"{error.Message} {error.Remedy}")];

    [Fact]
    public void A_title_has_200_characters_at_most()
    {
        Assert.Empty(Read.Errors(Titled(new string('t', 200))));
        Assert.Equal(["The text has 201 characters. Write 1 to 200 characters."], Sentences(Titled(new string('t', 201))));
    }

    [Fact]
    public void A_document_has_256_KiB_at_most()
    {
        var text = Titled("é");
        var filled = text + new string(' ', Limits.DocumentMaxBytes - Encoding.UTF8.GetByteCount(text));
        Assert.Empty(Read.Errors(filled));
        Assert.Equal("PB1002", Assert.Single(Read.Errors(filled + " ")).Code);
        Assert.Empty(Read.Errors(Titled("e").PadRight(Limits.DocumentMaxBytes)));
    }

    [Theory]
    [InlineData("\"attempts\": 100, \"interval\": \"PT1M\", \"maxInterval\": \"PT1M\", \"backoff\": 10", true)]
    [InlineData("\"attempts\": 101", false)]
    [InlineData("\"interval\": \"PT1M\", \"maxInterval\": \"PT59S\"", false)]
    [InlineData("\"backoff\": 10.1", false)]
    public void A_retry_stays_within_its_bounds(string retry, bool taken) =>
        Assert.Equal(taken, Read.Errors(Marked.Around($$"""[ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" }, "retry": { {{retry}} } } ]""")).Count == 0);

    [Theory]
    [InlineData("P30D", true)]
    [InlineData("P30DT1S", false)]
    public void A_duration_lasts_30_days_at_most(string duration, bool taken) =>
        Assert.Equal(taken, Read.Errors(Marked.Around($$"""[ { "id": "rest", "wait": { "for": "{{duration}}" } } ]""")).Count == 0);

    [Theory]
    [InlineData("""{ "approver": "approvers", "commander": "commanders" }""", "commanders")]
    [InlineData("""{ "approver": "approvers" }""", "approvers")]
    [InlineData("{ }", null)]
    public void Those_who_command_are_told_else_the_first_role(string roles, string? group) =>
        Assert.Equal(group, Read.Valid(Titled("t").Replace("\"steps\"", $"\"roles\": {roles}, \"steps\"", StringComparison.Ordinal)).CommanderGroup);

    [Theory]
    [InlineData("PT0S")]
    [InlineData("P1D")]
    [InlineData("PT4H")]
    [InlineData("P1DT30M")]
    [InlineData("PT1H30M5.5S")]
    [InlineData("PT1M1S")]
    [InlineData("PT0.001S")]
    public void A_duration_is_written_in_its_shortest_form(string shortest) => Assert.Equal(shortest, IsoDuration.Format(IsoDuration.Parse(shortest)!.Value));

    [Fact]
    public void A_duration_backward_is_written_with_a_minus() => Assert.Equal("-PT5S", IsoDuration.Format(TimeSpan.FromSeconds(-5)));
}
