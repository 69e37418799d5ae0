using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Definitions;

/// <summary>Which alert starts a playbook, and with what.</summary>
public class TriggerMatchTests
{
    private static readonly Alert Drift = new("alert-1", "grading-model-drift", "Sev1", "Platform", new DateTimeOffset(2026, 1, 12, 3, 0, 0, TimeSpan.Zero), new AlertCondition.Fired(),
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

    [Theory]
    [InlineData("""{ "rule": "enrolment-*" }""", "rule", "enrolment-*", "grading-model-drift")]
    [InlineData("""{ "severity": ["Sev2", "Sev3"] }""", "severity", "Sev2 or Sev3", "Sev1")]
    [InlineData("""{ "service": "Log*" }""", "service", "Log*", "Platform")]
    [InlineData("""{ "target": "*/enrolment" }""", "target", "*/enrolment", "/subscriptions/s/resourceGroups/ml/providers/x/grading")]
    [InlineData("""{ "customProperties": { "model": "enrol*" } }""", "customProperties.model", "enrol*", "grading")]
    [InlineData("""{ "customProperties": { "faculty": "*" } }""", "customProperties.faculty", "*", null)]
    public void A_trigger_that_does_not_take_an_alert_says_what_it_wanted_and_found(string alert, string what, string wanted, string? found) =>
        Assert.Equal([new Mismatch(what, wanted, found)], TriggerMatch.Mismatches(With(alert).Triggers.OfType<Trigger.OnAlert>().Single(), Drift));

    [Fact]
    public void Everything_that_does_not_fit_is_said_at_once()
    {
        var bare = Drift with { Rule = null, Severity = null, Service = null, Targets = ["/a", "/b", "/c", "/d"], CustomProperties = JsonData.Object(("model", JsonData.Of(7))) };
        Assert.Equal([new("rule", "r", null), new("severity", "Sev1", null), new("service", "s", null), new("target", "t", "/a, /b, /c, …"), new Mismatch("customProperties.model", "*", "7")],
            TriggerMatch.Mismatches(With("""{ "rule": "r", "severity": "Sev1", "service": "s", "target": "t", "customProperties": { "model": "*" } }""").Triggers.OfType<Trigger.OnAlert>().Single(), bare));
    }

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
