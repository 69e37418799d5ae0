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
        var cooling = (Admission.Free with { RunningRun = "run-1" }).RunEnded("run-1", rule, At).Next;

        Assert.IsType<Admitted.HoldBack>(cooling.Admit(Start("2"), rule, "run-2", At).Decision);
        Assert.IsType<Admitted.Start>(cooling.Admit(Start("2", alert: false), rule, "run-2", At).Decision);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void What_is_held_back_starts_when_its_cooldown_ends_whatever_a_person_ran_meanwhile(int cooldownOfTheOther)
    {
        var rule = Rule(OnConflict.Attach, 30);
        var held = (Admission.Free with { RunningRun = "run-1" }).RunEnded("run-1", rule, At).Next.Admit(Start("2"), rule, "run-2", At).Next;
        var after = held.Admit(Start("3", alert: false), rule, "run-3", At).Next.RunEnded("run-3", Rule(OnConflict.Attach, cooldownOfTheOther), At.AddMinutes(5)).Next;

        Assert.Empty(after.CooldownOver(At.AddMinutes(29)).Start);
        Assert.Equal(["2"], after.CooldownOver(At.AddMinutes(30)).Start.Select(start => start.RequestId));
    }

    [Fact]
    public void What_is_resolved_in_the_cooldown_starts_nothing()
    {
        var rule = Rule(OnConflict.Attach, 30);
        var held = (Admission.Free with { RunningRun = "run-1" }).RunEnded("run-1", rule, At).Next.Admit(Start("2"), rule, "run-2", At).Next;

        Assert.Empty(held.Resolved("2").CooldownOver(At.AddMinutes(30)).Start);
    }
}
