using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Definitions;

/// <summary>Which alert starts a playbook, and with what.</summary>
public class TriggerMatchTests
{
    private static readonly Alert Drift = new("alert-1", "grading-model-drift", "Sev1", "Platform", new DateTimeOffset(2026, 1, 12, 3, 0, 0, TimeSpan.Zero), null,
        ["/subscriptions/s/resourceGroups/ml/providers/x/grading"], null, JsonData.Object(("model", JsonData.Of("grading"))));

    private static Playbook With(string alert, string inputs = """{ "model": "${ alert.customProperties.model }" }""") =>
        Assert.IsType<ReadResult<Playbook>.Valid>(PlaybookReader.Read($$"""
            { "playbook": "p", "version": "1.0.0", "title": "P", "objectives": {}, "inputs": { "model": { "type": "string", "pattern": "[a-z]+" } },
              "triggers": [ { "alert": {{alert}}, "inputs": {{inputs}} } ],
              "steps": [ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/" } } ] }
            """, "p.json")).Value;

    [Theory]
    [InlineData("""{ "rule": "grading-model-*" }""", true)]
    [InlineData("""{ "rule": "GRADING-model-DRIFT" }""", true)]
    [InlineData("""{ "rule": "grading-model" }""", false)]
    [InlineData("""{ "rule": "*-drift", "severity": ["Sev0", "Sev1"] }""", true)]
    [InlineData("""{ "rule": "*-drift", "severity": ["Sev2"] }""", false)]
    [InlineData("""{ "rule": "*", "service": "platform" }""", true)]
    [InlineData("""{ "rule": "*", "service": "Log*" }""", false)]
    [InlineData("""{ "rule": "*", "target": "*/grading" }""", true)]
    [InlineData("""{ "rule": "*", "target": "*/enrolment" }""", false)]
    [InlineData("""{ "rule": "*", "customProperties": { "model": "gr*" } }""", true)]
    [InlineData("""{ "rule": "*", "customProperties": { "model": "enrol*" } }""", false)]
    [InlineData("""{ "rule": "*", "customProperties": { "faculty": "*" } }""", false)]
    public void Everything_that_the_trigger_names_must_fit(string alert, bool starts) =>
        Assert.Equal(starts, TriggerMatch.Find(With(alert), Drift) is not null);

    [Fact]
    public void What_the_alert_does_not_say_fits_no_name()
    {
        var bare = Drift with { Severity = null, Service = null, Targets = [], CustomProperties = JsonData.EmptyObject };
        Assert.NotNull(TriggerMatch.Find(With("""{ "rule": "*" }"""), bare));
        Assert.Null(TriggerMatch.Find(With("""{ "rule": "*", "severity": ["Sev1"] }"""), bare));
        Assert.Null(TriggerMatch.Find(With("""{ "rule": "*", "service": "Platform" }"""), bare));
        Assert.Null(TriggerMatch.Find(With("""{ "rule": "*", "target": "*" }"""), bare));
    }

    [Theory]
    [InlineData("a*b*c", "abc", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("ab*ba", "abba", true)]
    [InlineData("*b*", "abc", true)]
    [InlineData("*b*", "ac", false)]
    [InlineData("*", "", true)]
    [InlineData("**", "x", true)]
    [InlineData("a*a*a", "aa", false)]
    [InlineData("", "x", false)]
    [InlineData("b*", "ab", false)]
    [InlineData("*b", "ba", false)]
    public void A_star_stands_for_anything_and_no_letter_counts_twice(string pattern, string text, bool fits) => Assert.Equal(fits, TriggerMatch.Like(pattern, text));

    [Fact]
    public void The_inputs_are_made_of_the_alert()
    {
        var playbook = With("""{ "rule": "*" }""");
        var accepted = Assert.IsType<RunInputs.Accepted>(TriggerMatch.Inputs(playbook, TriggerMatch.Find(playbook, Drift)!, Drift));
        Assert.Equal("grading", accepted.Values["model"]!.AsString());
    }

    [Theory]
    [InlineData("""{ "model": "${ abs(alert.rule) }" }""", "The inputs cannot be made of the alert: ")]
    [InlineData("""{ "model": "${ alert.customProperties.faculty }" }""", "The input 'model' is missing.")]
    [InlineData("""{ "model": "${ alert.severity }" }""", "The input 'model' must match [a-z]+.")]
    public void Inputs_that_do_not_fit_say_why_nothing_starts(string inputs, string reason)
    {
        var playbook = With("""{ "rule": "*" }""", inputs);
        var refused = Assert.IsType<RunInputs.Refused>(TriggerMatch.Inputs(playbook, TriggerMatch.Find(playbook, Drift)!, Drift));
        Assert.StartsWith(reason, Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }
}
