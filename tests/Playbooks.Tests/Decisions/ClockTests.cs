using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>Rule 7: the clocks, what they are judged by, and the verdict.</summary>
public class ClockTests
{
    private static readonly string Whole = Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered(), Steps.Get("after"));

    private static JsonData Alert(string name) => JsonData.Object(("id", JsonData.Of(name)));

    [Fact]
    public void The_service_is_degraded_when_the_first_isolation_succeeded()
    {
        var story = Story.Of(Steps.List(Steps.Notify("tell"), Steps.Isolate(), Steps.Isolate("again"), Steps.Rejoin(), Steps.Recovered())).After("PT10S").Succeeds("tell");
        Assert.Null(story.Run.Clocks.Degraded);

        story.After("PT10S").Succeeds("isolate").After("PT10S").Succeeds("again");
        Assert.Equal(Story.Start.AddSeconds(20), story.Run.Clocks.Degraded);
        Assert.Equal("grading", Assert.Single(story.Events.OfType<RunEvent.ModelDegraded>()).Model);
    }

    [Theory]
    [InlineData(RunMode.Live, false, "skipped~d.0.1.0")]
    [InlineData(RunMode.Drill, true, "last~d.0.1.0")]
    public void Only_a_drill_simulates_and_skips(RunMode mode, bool simulates, string next)
    {
        var story = Story.Of(Steps.List(Steps.Get("look", """, "drill": "simulate" """), Steps.Get("skipped", """, "drill": "skip" """), Steps.Get("last")), mode, rto: "");
        Assert.Equal(simulates, story.Action("look").Simulate);

        Assert.Equal([next], story.Succeeds("look").Running());
    }

    [Theory]
    [InlineData(0, RtoVerdict.Met)]
    [InlineData(1, RtoVerdict.Missed)]
    public void The_objective_is_met_up_to_its_instant(int secondsLate, RtoVerdict verdict)
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered(""", "timeout": "PT1H" """), Steps.Get("after")), rto: "PT10M").Succeeds("isolate").Succeeds("rejoin").After("PT9M59S");
        story.When(new RunEvent.ActionSucceeded(story.Action("recovered").Id, JsonData.EmptyObject, Story.Start.AddMinutes(10).AddSeconds(secondsLate)));

        Assert.Equal((RunOutcome.Recovered, verdict), (story.Succeeds("after").End().Outcome, story.End().Verdict));
    }

    [Theory]
    [InlineData("PT5M", RtoVerdict.NotProven)]
    [InlineData("PT11M", RtoVerdict.Missed)]
    public void A_cancelled_run_has_missed_what_had_passed_already(string after, RtoVerdict verdict)
    {
        var story = Story.Of(Steps.List("""{ "id": "rest", "wait": { "for": "PT1H" } }""", Steps.Isolate(), Steps.Rejoin(), Steps.Recovered()), rto: "PT10M").After(after).Orders(new Order.Cancel());

        Assert.Equal((RunOutcome.Cancelled, verdict), (story.End().Outcome, story.End().Verdict));
    }

    [Fact]
    public void A_failed_run_has_missed_and_a_false_alarm_has_proven_nothing()
    {
        Assert.Equal(RtoVerdict.Missed, Story.Of(Steps.List(Steps.Get("look"), Steps.Isolate(), Steps.Rejoin(), Steps.Recovered())).Fails("look").End().Verdict);
        Assert.Equal(RtoVerdict.NotProven, Story.Of(Steps.List(
            """{ "id": "calm", "when": "${ inputs.model == 'grading' }", "end": { "as": "stoodDown", "reason": "false alarm" } }""", Steps.Isolate(), Steps.Rejoin(), Steps.Recovered())).End().Verdict);
    }

    [Fact]
    public void The_clock_counts_from_the_earliest_alert_and_expressions_see_the_first()
    {
        var story = Story.Of(Whole);
        story.When(new RunEvent.AlertAttached(Alert("first"), Story.Start.AddMinutes(-5), story.Now)).When(new RunEvent.AlertAttached(Alert("second"), Story.Start.AddMinutes(5), story.Now));

        Assert.Equal((Story.Start.AddMinutes(-5), Story.Start), (story.Run.Clocks.Detected, story.Run.Clocks.DetectedFirst));
        Assert.Equal(Alert("first"), story.Run.Alert);
        Assert.Equal(Story.Start.AddMinutes(-5).AddHours(4), story.Run.Deadline);
    }

    [Fact]
    public void The_first_that_a_monitor_said_of_an_alerts_end_stands()
    {
        var story = Story.Of(Whole).When(new RunEvent.AlertResolved(Story.Start.AddMinutes(1), Story.Start.AddMinutes(2))).When(new RunEvent.AlertResolved(Story.Start.AddMinutes(3), Story.Start.AddMinutes(4)));

        Assert.Equal(Story.Start.AddMinutes(1), story.Run.AlertResolvedAt);
        Assert.False(story.Run.HasEnded);
    }

    [Fact]
    public void What_a_start_says_of_the_incident_is_what_the_clocks_say()
    {
        var started = Story.Of(Whole).Events.OfType<RunEvent.RunStarted>().Single() with { OccurredAt = Story.Start.AddMinutes(-9), DetectedAt = Story.Start.AddMinutes(-3) };
        var reaction = Decider.React(Run.Empty, [started], "epoch:1");
        var clocks = reaction.Run.Clocks;

        Assert.Equal((Story.Start.AddMinutes(-9), Story.Start.AddMinutes(-3), Story.Start.AddMinutes(-3), Story.Start), (clocks.Occurred, clocks.Detected, clocks.DetectedFirst, clocks.Started));
        Assert.Equal(new RunEvent.RecoveryStarted(Story.Start.AddMinutes(-3), Story.Start.AddMinutes(-9), Story.Start), reaction.Appended.OfType<RunEvent.RecoveryStarted>().Single());
    }

    [Fact]
    public void A_drills_incident_occurred_with_its_last_injection()
    {
        const string drill = """
            "drill": { "detectWithin": "PT5M", "inject": [ { "id": "one", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1H" } },
                                                           { "id": "two", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1H" } } ] }
            """;
        var story = Story.Of(Steps.List(Steps.Get("look")), RunMode.Drill, rto: "", extra: drill).After("PT10S").Succeeds("@drill/one").After("PT10S").Succeeds("@drill/two");
        story.After("PT10S").When(new RunEvent.AlertAttached(Alert("a"), Story.Start.AddSeconds(25), story.Now));

        Assert.Equal((Story.Start.AddSeconds(20), Story.Start.AddSeconds(25), Story.Start.AddSeconds(30)), (story.Run.Clocks.Occurred, story.Run.Clocks.Detected, story.Run.Clocks.Started));
    }

    [Fact]
    public void A_drill_that_cannot_inject_fails_and_says_so()
    {
        const string drill = """ "drill": { "detectWithin": "PT5M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1H" } } ] } """;
        var end = Story.Of(Steps.List(Steps.Get("look")), RunMode.Drill, rto: "", extra: drill).Fails("@drill/break").End();

        Assert.Equal((RunOutcome.Failed, "The incident could not be injected: it says so"), (end.Outcome, end.Reason));
    }

    [Fact]
    public void A_drill_that_nobody_noticed_says_so()
    {
        const string drill = """ "drill": { "detectWithin": "PT5M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1H" } } ] } """;
        var story = Story.Of(Steps.List(Steps.Get("look")), RunMode.Drill, rto: "", extra: drill).Succeeds("@drill/break");
        story.When(new RunEvent.AlertAttached(Alert("late"), story.Now, Story.Start.AddMinutes(5)));

        Assert.Equal("Not detected: no alert came in time.", story.End().Reason);
    }

    [Fact]
    public void A_model_that_is_taken_down_partly_after_the_recovery_makes_the_run_failed_and_says_so()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Isolate("isolateOther").Replace("grading", "other", StringComparison.Ordinal),
            Steps.Rejoin("rejoinOther").Replace("grading", "other", StringComparison.Ordinal), Steps.Recovered(), Steps.Rejoin("partly", 50)));
        foreach (var step in new[] { "isolate", "rejoin", "isolateOther", "rejoinOther", "recovered", "partly" })
            story.Succeeds(step);

        Assert.Equal((RunOutcome.Failed, "A model was isolated again after the recovery."), (story.End().Outcome, story.End().Reason));
        Assert.Empty(story.End().Incomplete);
    }

    [Fact]
    public void What_was_left_out_before_the_recovery_and_what_did_not_come_after_it_is_listed_in_order()
    {
        const string never = """, "when": "${ inputs.model == 'other' }" """;
        var story = Story.Of(Steps.List(Steps.Get("c", never), Steps.Get("b", never), Steps.Isolate(), Steps.Rejoin(), Steps.Recovered(), Steps.Get("z", """, "onFailure": "continue" """), Steps.Get("y"), Steps.Get("x")))
            .Succeeds("isolate").Succeeds("rejoin").Succeeds("recovered").After("PT1S").Fails("z").Fails("y");

        Assert.Equal(["b", "c"], story.End().Unproven);
        Assert.Equal(["x", "y", "z"], story.End().Incomplete);
    }

    [Fact]
    public void What_was_only_simulated_before_the_recovery_is_not_proven()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Get("tell", """, "drill": "simulate" """), Steps.Rejoin(), Steps.Recovered()), RunMode.Drill);
        story.Succeeds("isolate").Succeeds("tell").Succeeds("rejoin").Succeeds("recovered");

        Assert.Equal(RtoVerdict.NotProven, story.End().Verdict);
        Assert.Equal(["tell"], story.End().Unproven);
    }

    [Fact]
    public void A_danger_to_the_objective_is_seen_at_the_instant_from_which_the_worst_case_passes_it()
    {
        var story = Story.Of(Steps.List("""{ "id": "rest", "wait": { "event": "ready", "within": "PT10M" }, "onFailure": "ask", "askWithin": "PT3H" }""", Steps.Isolate(), Steps.Rejoin(), Steps.Recovered()), rto: "PT1H");
        var due = story.Outstanding.OfType<Command.StartTimer>().Single(timer => timer.Id == "rto.atRisk").DueAt;
        Assert.InRange(due, Story.Start.AddMinutes(11), Story.Start.AddMinutes(59));

        story.After(System.Xml.XmlConvert.ToString(due - Story.Start));
        Assert.Empty(story.Events.OfType<RunEvent.RtoAtRisk>());

        story.After("PT1S").Orders(new Order.Pause());
        Assert.Equal(story.Run.Deadline!.Value.AddSeconds(1), story.Last<RunEvent.RtoAtRisk>().ExpectedEnd);
    }

    [Fact]
    public void A_budget_counts_from_the_start_of_its_step()
    {
        var story = Story.Of(Steps.List(Steps.Get("a"), """{ "id": "rest", "budget": "PT1M", "wait": { "for": "PT1H" } }"""), rto: "").After("PT30S").Succeeds("a");

        Assert.Empty(story.After("PT59S").Events.OfType<RunEvent.BudgetExceeded>());
        Assert.Equal(Story.Start.AddSeconds(90), story.After("PT1S").Last<RunEvent.BudgetExceeded>().At);
    }

    [Fact]
    public void A_run_that_was_started_as_of_another_number_of_logic_than_there_is_does_nothing()
    {
        var started = Story.Of(Whole).Events.OfType<RunEvent.RunStarted>().Single();

        Assert.Contains("0", Decider.Fold([started with { DecisionVersion = 0 }]).ParkedBecause, StringComparison.Ordinal);
        Assert.Equal("A second run.started stands in the journal.", Decider.Fold([started, started]).ParkedBecause);
        Assert.Equal("The journal begins with timer.fired instead of run.started.", Decider.Fold([new RunEvent.TimerFired("t", Story.Start), started]).ParkedBecause);
        Assert.StartsWith("The pinned playbook cannot be read: ", Decider.Fold([started with { Playbook = started.Playbook with { Text = "{" } }]).ParkedBecause, StringComparison.Ordinal);
        Assert.StartsWith("The pinned environment cannot be read: ", Decider.Fold([started with { Environment = started.Environment with { Text = "{" } }]).ParkedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_fails_while_a_model_is_isolated_says_why_it_failed_and_lists_nothing_as_incomplete()
    {
        var end = Story.Of(Steps.List(Steps.Isolate(), Steps.Get("look"), Steps.Rejoin(), Steps.Recovered())).Succeeds("isolate").Fails("look").End();

        Assert.Equal((RunOutcome.Failed, "look failed (invalid): it says so"), (end.Outcome, end.Reason));
        Assert.Empty(end.Incomplete);
    }

    [Fact]
    public void Who_isolates_nothing_may_stand_down_whatever_else_was_done() =>
        Assert.Equal(RunOutcome.StoodDown, Story.Of(Steps.List(Steps.Promote("one"), """{ "id": "calm", "when": "${ inputs.model == 'grading' }", "end": { "as": "stoodDown", "reason": "false alarm" } }"""), rto: "").Succeeds("one").End().Outcome);

    [Fact]
    public void The_first_signal_of_a_name_counts()
    {
        var story = Story.Of(Steps.List(Steps.Get("first"), """{ "id": "rest", "wait": { "event": "ready", "within": "PT10M" } }"""), rto: "");
        story.When(new RunEvent.SignalReceived("s1", "ready", JsonData.Of("one"), story.Now)).When(new RunEvent.SignalReceived("s2", "ready", JsonData.Of("two"), story.Now));

        Assert.Equal(JsonData.Of("one"), story.Succeeds("first").Events.OfType<RunEvent.StepSucceeded>().Single(succeeded => succeeded.Path == "rest").Output);
    }

    [Fact]
    public void The_whole_of_the_step_under_way_and_all_behind_it_count_towards_the_danger()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(more: """, "timeout": "PT40M" """), Steps.Rejoin(more: """, "timeout": "PT40M" """), Steps.Recovered()), rto: "PT1H");

        Assert.Equal((Story.Start, 1), (story.Last<RunEvent.RtoAtRisk>().At, story.Events.OfType<RunEvent.RtoAtRisk>().Count()));
        Assert.True(story.Last<RunEvent.RtoAtRisk>().ExpectedEnd >= Story.Start.AddMinutes(80));
    }

    [Fact]
    public void A_step_that_is_over_keeps_the_instant_of_its_start()
    {
        var story = Story.Of(Steps.List(Steps.Get("a"), Steps.Get("b")), rto: "").After("PT10S").Succeeds("a").After("PT10S");

        Assert.Equal((Story.Start, Story.Start.AddSeconds(10)), (story.Run.StateOf("a")!.StartedAt, story.Run.StateOf("b")!.StartedAt));
    }

    [Fact]
    public void The_first_instants_of_an_incident_stay_whatever_is_told_later()
    {
        var later = Story.Start.AddHours(1);
        var known = Story.OfText(Minimal).Run;
        known = Decider.Evolve(known, new RunEvent.RecoveryStarted(Story.Start, Story.Start.AddMinutes(-5), Story.Start));
        known = Decider.Evolve(known, new RunEvent.ModelDegraded("grading", Story.Start));

        var told = Decider.Evolve(Decider.Evolve(known, new RunEvent.RecoveryStarted(later, later, later)), new RunEvent.ModelDegraded("other", later));

        Assert.Equal(known.Clocks with { Started = later }, told.Clocks);
        Assert.Equal((Story.Start.AddMinutes(-5), Story.Start, Story.Start), (told.Clocks.Occurred, told.Clocks.Detected, told.Clocks.Degraded));
    }

    private const string Minimal = """{ "playbook": "minimal", "version": "1.0.0", "title": "t", "steps": [ { "id": "rest", "wait": { "for": "PT1H" } } ] }""";
}
