using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Tests.Alerts;

namespace Playbooks.Tests.Definitions;

/// <summary>Which alerts start a playbook that waits for dead letters: what the host counted, and nothing else.</summary>
public class DeadLetterTriggerTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 12, 3, 0, 0, TimeSpan.Zero);
    private static readonly Alert Ten = AzurePayload.Read(DeadLetterAlert.Fired("live", "jobs", 10, 12, At));

    [Fact]
    public void The_host_s_own_alert_says_what_was_counted()
    {
        Assert.Equal(("deadletters/live/jobs/10", "dead letters of jobs", "Playbooks dead letters", At, "fired"), (Ten.Id, Ten.Rule, Ten.Service, Ten.FiredAt, Ten.Condition.Name));
        Assert.Equal("""{"queue":"jobs","count":12,"atLeast":10}""", Ten.CustomProperties.Text);
        Assert.Equal("The dead-letter queue of jobs holds about 12 letters; 10 or more are trouble.", Ten.Description);
        var over = AzurePayload.Read(DeadLetterAlert.Over("live", "jobs", 10, 3, At, At.AddMinutes(5)));
        Assert.Equal((Ten.Id, At, new AlertCondition.Resolved(At.AddMinutes(5))), (over.Id, over.FiredAt, over.Condition));
    }

    [Fact]
    public void A_clock_that_was_set_back_cannot_make_it_unreadable() =>
        Assert.Equal(new AlertCondition.Resolved(At), AzurePayload.Read(DeadLetterAlert.Over("live", "jobs", 10, 3, At, At.AddHours(-1))).Condition);

    [Fact]
    public void The_longest_names_and_numbers_are_taken()
    {
        var name = new string('a', 64);
        Assert.Equal((name, Limits.DeadLettersAtLeastMax), DeadLetterAlert.Of(AzurePayload.Read(DeadLetterAlert.Fired(name, name, Limits.DeadLettersAtLeastMax, long.MaxValue, At))));
    }

    [Theory]
    [InlineData("""{ "deadLetters": { "queue": "jobs", "atLeast": 10 } }""")]
    [InlineData("""{ "deadLetters": { "queue": "mails", "atLeast": 10 } }""", "queue mails jobs")]
    [InlineData("""{ "deadLetters": { "queue": "jobs", "atLeast": 9 } }""", "atLeast 9 10")]
    [InlineData("""{ "deadLetters": { "queue": "mails", "atLeast": 11 } }""", "queue mails jobs", "atLeast 11 10")]
    [InlineData("""{ "alert": {} }""", "service * but not what this host counts Playbooks dead letters")]
    [InlineData("""{ "alert": { "service": "Playbooks*" } }""", "service Playbooks* but not what this host counts Playbooks dead letters")]
    public void It_is_taken_by_its_own_trigger_and_by_no_other(string trigger, params string[] mismatches)
    {
        var playbook = With(trigger);
        Assert.Equal(mismatches, TriggerMatch.Mismatches(playbook.Triggers[0], Ten).Select(mismatch => $"{mismatch.What} {mismatch.Wanted} {mismatch.Found}"));
        Assert.Equal(mismatches.Length == 0, TriggerMatch.Find(playbook, Ten) is not null);
        Assert.Equal(mismatches.Length == 0, AlertVerdict.Of(playbook, Ten) is AlertVerdict.Starts);
    }

    [Theory]
    [InlineData("a-1", "Platform")]
    [InlineData("a-1", DeadLetterAlert.Service)]
    [InlineData("deadletters/live/jobs/10", "Platform")]
    [InlineData("deadletters/live/jobs/10", null)]
    [InlineData("Deadletters/live/jobs/10", DeadLetterAlert.Service)]
    [InlineData("deadletters/live/jobs/10", "playbooks dead letters")]
    public void What_only_looks_like_it_starts_nothing(string id, string? service) =>
        Assert.Equal([new Mismatch("service", DeadLetterAlert.Service, service)],
            TriggerMatch.Mismatches(With("""{ "deadLetters": { "queue": "jobs", "atLeast": 10 } }""").Triggers[0], Ten with { Id = id, Service = service }));

    [Fact]
    public void Its_inputs_may_read_what_was_counted()
    {
        var starts = Assert.IsType<AlertVerdict.Starts>(AlertVerdict.Of(With("""
            { "deadLetters": { "queue": "jobs", "atLeast": 10 }, "inputs": { "queue": "${ alert.customProperties.queue }", "count": "${ alert.customProperties.count }" } }
            """), Ten));
        Assert.Equal("""{"count":12,"queue":"jobs"}""", JsonData.Object(starts.Inputs.Properties.OrderBy(input => input.Key, StringComparer.Ordinal)).Text);
    }

    [Fact]
    public void Its_end_starts_nothing() =>
        Assert.Equal(new AlertVerdict.Resolves(0), AlertVerdict.Of(With("""{ "deadLetters": { "queue": "jobs", "atLeast": 10 } }"""), Ten with { Condition = new AlertCondition.Resolved(At) }));

    private static Playbook With(string trigger) => Read.Valid($$"""
        { "playbook": "p", "version": "1.0.0", "title": "P", "inputs": { "queue": { "type": "string", "default": "q" }, "count": { "type": "integer", "default": 0 } },
          "triggers": [ {{trigger}} ], "steps": [ { "id": "a", "wait": { "for": "PT1S" } } ] }
        """);
}
