using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Definitions;

/// <summary>What an alert does to a playbook.</summary>
public class AlertVerdictTests
{
    private static readonly Alert Drift = new("alert-1", "grading-model-drift", "Sev1", "Platform", new DateTimeOffset(2026, 1, 12, 3, 0, 0, TimeSpan.Zero), new AlertCondition.Fired(),
        ["grading"], null, JsonData.Object(("model", JsonData.Of("grading"))));

    private static readonly Playbook Two = With("""
        [ { "schedule": "0 4 * * 2", "inputs": { "model": "grading" } }, { "alert": { "rule": "enrolment-*" }, "inputs": { "model": "enrolment" } },
          { "alert": { "rule": "grading-*" }, "inputs": { "model": "${ alert.customProperties.model }" } }, { "alert": {}, "inputs": { "model": "any" } } ]
        """);

    [Fact]
    public void The_first_trigger_that_takes_it_starts_a_run_with_its_inputs() =>
        Assert.Equal(new AlertVerdict.Starts(2, JsonData.Object(("model", JsonData.Of("grading"))), DrillOnly: false), AlertVerdict.Of(Two, Drift));

    [Fact]
    public void A_test_payload_starts_drills_only() => Assert.True(Assert.IsType<AlertVerdict.Starts>(AlertVerdict.Of(Two, Drift with { IsTest = true })).DrillOnly);

    [Fact]
    public void A_resolved_alert_starts_nothing() =>
        Assert.Equal(new AlertVerdict.Resolves(2), AlertVerdict.Of(Two, Drift with { Condition = new AlertCondition.Resolved(null), CustomProperties = JsonData.EmptyObject }));

    [Fact]
    public void Inputs_that_do_not_fit_are_said_and_no_later_trigger_is_tried()
    {
        var refused = Assert.IsType<AlertVerdict.InputsRefused>(AlertVerdict.Of(Two, Drift with { CustomProperties = JsonData.EmptyObject }));
        Assert.Equal((2, "The input 'model' is missing."), (refused.Trigger, Assert.Single(refused.Reasons)));
    }

    [Fact]
    public void Inputs_that_are_too_large_beside_the_alert_are_refused()
    {
        var playbook = With("""[ { "alert": {}, "inputs": { "model": "${ join('', [alert.description, alert.description, alert.description, alert.description, alert.description]) }" } } ]""");
        var refused = Assert.IsType<AlertVerdict.InputsRefused>(AlertVerdict.Of(playbook, Drift with
        {
            Description = new string('x', 700),
            CustomProperties = JsonData.Object(("notes", JsonData.Of(new string('n', 4_000)))),
        }));
        Assert.Contains("at most 8192 are taken", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void No_trigger_on_alerts_is_no_reason_more_and_every_other_has_its_reasons()
    {
        Assert.Empty(Assert.IsType<AlertVerdict.NotTaken>(AlertVerdict.Of(With("""[ { "schedule": "0 4 * * 2", "inputs": { "model": "grading" } } ]"""), Drift)).Missed);
        var missed = Assert.IsType<AlertVerdict.NotTaken>(AlertVerdict.Of(With("""[ { "alert": { "rule": "a" }, "inputs": { "model": "m" } }, { "alert": { "severity": "Sev0", "rule": "b" }, "inputs": { "model": "m" } } ]"""), Drift)).Missed;
        Assert.Equal([(0, "rule"), (1, "rule severity")], missed.Select(trigger => (trigger.Trigger, string.Join(' ', trigger.Mismatches.Select(mismatch => mismatch.What)))));
    }

    private static Playbook With(string triggers) => Assert.IsType<ReadResult<Playbook>.Valid>(PlaybookReader.Read($$"""
        { "playbook": "p", "version": "1.0.0", "title": "P", "objectives": {}, "inputs": { "model": { "type": "string" } }, "triggers": {{triggers}},
          "steps": [ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/" } } ] }
        """, "p.json")).Value;
}
