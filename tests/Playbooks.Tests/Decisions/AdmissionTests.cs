using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>Rule 9: one run per key, and no alert is lost.</summary>
public class AdmissionTests
{
    private static readonly DateTimeOffset At = Story.Start;

    private static PendingStart Start(string id, bool alert = true) => new(id, "p", "e", RunMode.Live, JsonData.EmptyObject,
        alert ? JsonData.EmptyObject : null, alert ? id : null, "x", null, At, null);

    private static ConcurrencyRule Rule(OnConflict conflict, int cooldownMinutes) => new(
        Assert.IsType<Step.ManualTask>(Story.Of("""[ { "id": "a", "task": { "role": "approver", "instructions": "key", "doneWithin": "PT1M" } } ]""", rto: "").Run.Playbook!.Steps[0]).Instructions,
        conflict, TimeSpan.FromMinutes(cooldownMinutes));

    [Fact]
    public void An_alert_joins_the_run_that_has_its_key()
    {
        var (running, _) = Admission.Free.Admit(Start("1"), Rule(OnConflict.Attach, 30), "run-1", At);

        Assert.Equal(new Admitted.Attach("run-1"), running.Admit(Start("2"), Rule(OnConflict.Attach, 30), "run-2", At).Decision);
    }

    [Fact]
    public void An_alert_in_the_cooldown_is_held_back_and_a_person_is_not()
    {
        var rule = Rule(OnConflict.Attach, 30);
        var cooling = (Admission.Free with { RunningRun = "run-1" }).RunEnded("run-1", rule.Cooldown, At).Next;

        Assert.IsType<Admitted.HoldBack>(cooling.Admit(Start("2"), rule, "run-2", At).Decision);
        Assert.IsType<Admitted.Start>(cooling.Admit(Start("2", alert: false), rule, "run-2", At).Decision);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void What_is_held_back_starts_when_its_cooldown_ends_whatever_a_person_ran_meanwhile(int cooldownOfTheOther)
    {
        var rule = Rule(OnConflict.Attach, 30);
        var held = (Admission.Free with { RunningRun = "run-1" }).RunEnded("run-1", rule.Cooldown, At).Next.Admit(Start("2"), rule, "run-2", At).Next;
        var after = held.Admit(Start("3", alert: false), rule, "run-3", At).Next.RunEnded("run-3", Rule(OnConflict.Attach, cooldownOfTheOther).Cooldown, At.AddMinutes(5)).Next;

        Assert.Empty(after.CooldownOver(At.AddMinutes(29)).Start);
        Assert.Equal(["2"], after.CooldownOver(At.AddMinutes(30)).Start.Select(start => start.RequestId));
    }

    [Fact]
    public void What_is_resolved_in_the_cooldown_starts_nothing()
    {
        var rule = Rule(OnConflict.Attach, 30);
        var held = (Admission.Free with { RunningRun = "run-1" }).RunEnded("run-1", rule.Cooldown, At).Next.Admit(Start("2"), rule, "run-2", At).Next;

        Assert.Empty(held.Resolved("2").CooldownOver(At.AddMinutes(30)).Start);
    }

    [Fact]
    public void Ten_alerts_are_held_back_and_start_the_earliest_first()
    {
        var rule = Rule(OnConflict.Attach, 30);
        var cooling = (Admission.Free with { RunningRun = "run-1" }).RunEnded("run-1", rule.Cooldown, At).Next;
        for (var i = 0; i < Admission.HeldBackMax; i++)
        {
            var (next, decision) = cooling.Admit(Start($"{i}") with { DetectedAt = At.AddMinutes(-i) }, rule, "run-2", At);
            Assert.Equal(new Admitted.HoldBack("run-1", At.AddMinutes(30)), decision);
            cooling = next;
        }

        Assert.Equal(new Admitted.Refuse("10 alerts are held back for this key already."), cooling.Admit(Start("more"), rule, "run-2", At).Decision);
        Assert.Equal(["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"], cooling.CooldownOver(At.AddMinutes(30)).Start.Select(start => start.RequestId));
    }

    [Fact]
    public void Without_a_cooldown_the_key_is_free_at_once()
    {
        var ended = (Admission.Free with { RunningRun = "run-1" }).RunEnded("run-1", Rule(OnConflict.Attach, 0).Cooldown, At).Next;

        Assert.Null(ended.CooldownUntil);
        Assert.IsType<Admitted.Start>(ended.Admit(Start("2"), Rule(OnConflict.Attach, 0), "run-2", At).Decision);
    }

    [Fact]
    public void A_refusal_says_who_has_the_key_or_how_many_wait_for_it()
    {
        var taken = Admission.Free with { RunningRun = "run-1" };
        Assert.Equal(new Admitted.Refuse("Run run-1 has this key. Wait for its end or cancel it."), taken.Admit(Start("2"), Rule(OnConflict.Reject, 30), "run-2", At).Decision);

        var full = taken with { Queue = [.. Enumerable.Range(0, Limits.QueuedRunsPerKeyMax).Select(i => Start($"{i}"))] };
        Assert.Equal(new Admitted.Refuse("10 runs wait for this key already."), full.Admit(Start("more"), Rule(OnConflict.Queue, 30), "run-2", At).Decision);
    }
}
