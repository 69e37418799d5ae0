using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Decisions;

/// <summary>Rules 4, 6 and 7: isolate, drain, undo, seal, and the verdict.</summary>
public class FailureTests
{
    private static readonly string Whole = Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered(), Steps.Get("after"));

    private static Story Recovered() => Story.Of(Whole).Succeeds("isolate").Succeeds("rejoin").Succeeds("recovered");

    [Fact]
    public void A_run_that_recovers_in_time_meets_its_objective()
    {
        var end = Recovered().Succeeds("after").End();

        Assert.Equal((RunOutcome.Recovered, RtoVerdict.Met), (end.Outcome, end.Verdict));
    }

    [Fact]
    public void What_fails_after_the_recovery_leaves_it_incomplete_and_undoes_nothing_before()
    {
        var story = Recovered().Fails("after");

        Assert.Equal(RunOutcome.Recovered, story.End().Outcome);
        Assert.Equal(["after"], story.End().Incomplete);
        Assert.DoesNotContain(story.Started, start => start.Id.Purpose != Purpose.Do);
    }

    [Fact]
    public void A_step_skipped_right_after_the_recovery_puts_nothing_in_doubt()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered(), Steps.Get("after", """, "when": "${ inputs.model == 'other' }" """)));

        story.Succeeds("isolate").Succeeds("rejoin").Succeeds("recovered");

        Assert.Equal(RtoVerdict.Met, story.End().Verdict);
    }

    [Fact]
    public void A_step_skipped_before_the_recovery_leaves_it_not_proven()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Get("look", """, "when": "${ inputs.model == 'other' }" """), Steps.Rejoin(), Steps.Recovered()));

        story.Succeeds("isolate").Succeeds("rejoin").Succeeds("recovered");

        Assert.Equal(RtoVerdict.NotProven, story.End().Verdict);
        Assert.Equal(["look"], story.End().Unproven);
    }

    [Fact]
    public void A_model_that_is_not_back_whole_has_not_recovered()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(more: """, "onFailure": "continue" """), Steps.Recovered())).Succeeds("isolate").Fails("rejoin");

        Assert.Equal(("recovered", ErrorKind.Integrity), (story.Last<RunEvent.StepFailed>().Path, story.Last<RunEvent.StepFailed>().Kind));
    }

    [Fact]
    public void A_model_isolated_again_after_the_recovery_makes_the_run_failed_though_it_came_back()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered(), Steps.Isolate("again"), Steps.Rejoin("back")));

        story.Succeeds("isolate").Succeeds("rejoin").Succeeds("recovered").Succeeds("again").Succeeds("back");

        Assert.Equal((RunOutcome.Failed, RtoVerdict.Missed), (story.End().Outcome, story.End().Verdict));
    }

    [Fact]
    public void A_rejoined_model_is_isolated_at_once_when_the_run_fails()
    {
        var story = Story.Of(Whole).Succeeds("isolate").Succeeds("rejoin").Fails("recovered");

        Assert.Equal(["@isolate/grading~s.0.1.0"], story.Running());
    }

    [Fact]
    public void It_is_isolated_again_after_the_drain_when_a_rejoin_was_outstanding()
    {
        var story = Story.Of(Whole).Succeeds("isolate").Orders(new Order.Cancel());
        Assert.Equal(["rejoin~d.0.1.0"], story.Running());

        story.Succeeds("rejoin").Succeeds("@isolate/grading");

        Assert.Contains("@isolate/grading~s.1.1.0", story.Running());
    }

    [Fact]
    public void Effects_are_taken_back_in_reverse_one_at_a_time()
    {
        var story = Story.Of(Steps.List(Steps.Promote("one"), Steps.Promote("two"), Steps.Get("look")), rto: "").Succeeds("one").Succeeds("two").Fails("look");
        Assert.Equal(["two~u.0.1.0"], story.Running());

        story.Fails("two");
        Assert.Equal(["one~u.0.1.0"], story.Running());
        story.Succeeds("one");

        Assert.Equal("two", story.Last<RunEvent.UndoFailed>().Path);
        Assert.Equal(RunOutcome.Failed, story.End().Outcome);
    }

    [Fact]
    public void What_a_person_says_had_no_effect_is_not_taken_back()
    {
        var story = Story.Of(Steps.List(Steps.Promote("one", """, "timeout": "PT1M" """), Steps.Get("look")), rto: "");

        story.After("PT1M").Orders(new Order.Skip("one", NoEffect: true)).Fails("look").After("PT1M");

        Assert.True(story.Run.HasEnded);
        Assert.DoesNotContain(story.Started, start => start.Id.Purpose == Purpose.Undo);
    }

    [Fact]
    public void What_protects_is_never_taken_back()
    {
        var story = Story.Of(Steps.List("""{ "id": "preserve", "do": "artifacts.preserve", "with": { "model": "grading" } }""", Steps.Get("look")), rto: "");

        story.Succeeds("preserve").Fails("look");

        Assert.Equal(2, story.Started.Count);
        Assert.True(story.Run.HasEnded);
    }

    [Fact]
    public void What_was_continued_is_no_failure()
    {
        var story = Story.Of(Steps.List(Steps.Promote("one"), Steps.Get("look", """, "onFailure": "continue" """)), rto: "").Succeeds("one").Fails("look");

        Assert.Equal((RunOutcome.Completed, 2), (story.End().Outcome, story.Started.Count));
    }

    [Fact]
    public void Running_late_is_told_once_and_stops_nothing()
    {
        var story = Story.Of(Whole, rto: "PT1H").Succeeds("isolate").Fails("rejoin");

        story.After("PT14M").Orders(new Order.Pause()).Orders(new Order.Retry("rejoin", Again: false)).After("PT3H");

        Assert.Single(story.Events.OfType<RunEvent.RtoMissed>());
        Assert.False(story.Run.HasEnded);
    }

    [Fact]
    public void A_budget_is_told_once_though_the_step_then_fails()
    {
        var story = Story.Of(Steps.List(Steps.Notify("tell", """, "timeout": "PT5M", "budget": "PT1M" """)), rto: "");

        story.After("PT2M").Fails("tell").After("PT1M");

        Assert.Single(story.Events.OfType<RunEvent.BudgetExceeded>());
    }

    [Fact]
    public void A_signal_that_comes_after_its_time_is_late_though_no_timer_came_first()
    {
        var story = Story.Of(Steps.List("""{ "id": "pause", "wait": { "event": "ready", "within": "PT1M" } }"""), rto: "");

        story.When(new RunEvent.SignalReceived("s", "ready", Core.Json.JsonData.EmptyObject, Story.Start.AddSeconds(61)));

        Assert.Equal(ErrorKind.Timeout, story.Last<RunEvent.StepFailed>().Kind);
    }

    [Fact]
    public void Every_model_that_is_not_back_is_named_before_the_recovery()
    {
        static string Of(string step, string model) => step.Replace("grading", model, StringComparison.Ordinal);
        const string Goes = """, "onFailure": "continue" """;
        var story = Story.Of(Steps.List(Steps.Isolate(), Of(Steps.Isolate("other"), "essays"), Steps.Rejoin(more: Goes), Of(Steps.Rejoin("again", more: Goes), "essays"), Steps.Recovered()))
            .Succeeds("isolate").Succeeds("other").Fails("rejoin").Fails("again");

        Assert.Equal("Not recovered: essays is at 0 %, grading is at 0 %.", story.Last<RunEvent.StepFailed>().Message);
    }

    [Fact]
    public void A_denied_approval_stops_and_asks_nobody_again()
    {
        var story = Story.Of(Steps.List("""{ "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["tell"], "decideWithin": "PT30M" }, "onFailure": "ask" }""", Steps.Notify("tell")), rto: "");

        Assert.Equal(StepState.ThenStop, story.Votes("ann", approves: false).Last<RunEvent.StepFailed>().Then);
    }
}
