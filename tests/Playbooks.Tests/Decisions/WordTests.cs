using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Decisions;

/// <summary>What people read at three in the morning: whole, with where and until when. Rules 4, 5, 7 and 8.</summary>
public class WordTests
{
    private static Story Of(params string[] steps) => Story.Of(Steps.List(steps), rto: "", delivers: false);

    private static string Told(Story story, string id)
    {
        var tell = Assert.Single(story.Outstanding.OfType<Command.Tell>(), tell => tell.Id == id);
        Assert.Equal("commanders", tell.Role);
        return tell.Text;
    }

    [Fact]
    public void A_failed_step_asks_for_an_order_in_words()
    {
        var story = Of(Steps.Notify("a")).Fails("a", ErrorKind.NotFound);

        Assert.Equal("a has failed (not-found): it says so Retry, skip or cancel until 2026-01-12 03:15:00Z, else the run stops.", Told(story, "order/a"));
        Assert.Equal(new Command.AskPerson("a", "commanders", "a failed (not-found): it says so", Story.Start.AddMinutes(15), AskFor.Order),
            Assert.Single(story.Outstanding.OfType<Command.AskPerson>()));
    }

    [Fact]
    public void A_task_is_shown_to_its_role_with_its_instructions()
    {
        var story = Of("""{ "id": "call", "task": { "role": "commander", "instructions": "Call the registrar of ${ inputs.model }.", "doneWithin": "PT10M" } }""");

        Assert.Equal(new Command.AskPerson("call", "commanders", "Call the registrar of grading.", Story.Start.AddMinutes(10), AskFor.Confirmation),
            Assert.Single(story.Outstanding.OfType<Command.AskPerson>()));
    }

    [Fact]
    public void A_run_that_stops_says_why_and_how_it_ended()
    {
        var story = Of(Steps.Get("a")).Fails("a", ErrorKind.Conflict);

        Assert.Equal("The run stops: a failed (conflict): it says so", Told(story, "run.stopping"));
        Assert.Equal("The run has ended: failed; RTO no-objective.", Told(story, "run.ended"));
        Assert.Equal("a failed (conflict): it says so", story.End().Reason);
    }

    [Fact]
    public void A_cancelled_run_names_who_cancelled_it_and_why() =>
        Assert.Equal("cancelled by commander: false alarm", Of(Steps.Get("a")).Orders(new Order.Cancel(), reason: "false alarm").Succeeds("a").End().Reason);

    [Fact]
    public void A_run_that_ends_as_it_should_needs_no_reason() => Assert.Null(Of(Steps.Get("a")).Succeeds("a").End().Reason);

    [Fact]
    public void A_budget_that_is_used_up_is_named() =>
        Assert.Equal("rest has taken longer than its budget of PT1M.", Told(Of("""{ "id": "rest", "budget": "PT1M", "wait": { "for": "PT1H" } }""").After("PT1M"), "budget/rest"));

    [Fact]
    public void A_danger_to_the_objective_and_its_loss_name_the_instants()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Get("slow", """, "timeout": "PT1H" """), Steps.Rejoin(), Steps.Recovered()), rto: "PT30M", delivers: false);
        var risk = story.Last<RunEvent.RtoAtRisk>();
        Assert.Equal($"The RTO is at risk: in the worst case the service recovers at {risk.ExpectedEnd:yyyy-MM-dd HH:mm:ss}Z, the deadline is 2026-01-12 03:30:00Z.", Told(story, "rto.atRisk"));

        Assert.Equal("The RTO is missed: the deadline was 2026-01-12 03:30:00Z and the service has not recovered.", Told(story.Succeeds("isolate").After("PT30M"), "rto.missed"));
    }

    [Fact]
    public void An_undo_that_failed_is_left_to_a_person()
    {
        var story = Of(Steps.Promote("one"), Steps.Get("a")).Succeeds("one").Fails("a").Fails("one", ErrorKind.Conflict);

        Assert.Equal("Taking back one failed (conflict): it says so Take it back by hand.", Told(story, "undo/one"));
        Assert.False(story.Run.Undone["one"]);
    }

    [Fact]
    public void What_was_taken_back_is_kept_as_done() =>
        Assert.True(Of(Steps.Promote("one"), Steps.Get("a")).Succeeds("one").Fails("a").Succeeds("one").Run.Undone["one"]);

    [Fact]
    public void An_isolation_that_nobody_confirmed_is_shouted_until_the_end()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered()), delivers: false).Succeeds("isolate").Succeeds("rejoin").After("PT1S").Fails("recovered");
        story.Fails("@isolate/grading");
        Assert.Equal("Isolation NOT confirmed: model grading may still serve. it says so Isolate it by hand: playbooks gateway isolate grading", Told(story, "isolation/grading"));
        Assert.Equal("Model grading could not be shown to be isolated, so nothing of it is changed.", story.Last<RunEvent.UndoFailed>().Message);

        for (var tries = 0; tries < Decider.TellTriesMax; tries++)
            story.When(new RunEvent.TellFailed("run.stopping", "nobody", story.Now));
        Assert.Equal("The run has ended: failed; RTO missed. Isolation NOT confirmed: grading.", Told(story, "run.ended"));
    }

    [Fact]
    public void Who_could_not_be_told_is_named_at_the_end()
    {
        var story = Of(Steps.Get("a", """, "budget": "PT1M", "timeout": "PT1H" """), Steps.Get("b", """, "budget": "PT1M", "timeout": "PT1H" """)).After("PT1M").Succeeds("a").After("PT1M");
        foreach (var id in new[] { "budget/b", "budget/a" })
        {
            for (var tries = 0; tries < Decider.TellTriesMax; tries++)
                story.When(new RunEvent.TellFailed(id, "nobody", story.Now));
        }

        Assert.Equal("The run has ended: completed; RTO no-objective. Nobody could be told: budget/a, budget/b.", Told(story.Succeeds("b"), "run.ended"));
    }

    [Fact]
    public void An_anchor_is_given_up_after_ten_tries_and_somebody_is_told()
    {
        var story = Of(Steps.Get("a"));
        for (var tries = 1; tries < Decider.AnchorTriesMax; tries++)
            story.When(new RunEvent.AnchorFailed("start", "no way.", story.Now)).After("PT10S");
        Assert.Contains("anchor/start", story.Names());

        story.When(new RunEvent.AnchorFailed("start", "no way.", story.Now));
        Assert.DoesNotContain("anchor/start", story.After("PT1M").Names());
        Assert.Equal("The chain's head could not be anchored for start: no way. The evidence will show the gap.", Told(story, "anchor/start"));
    }

    [Theory]
    [InlineData("someone", "commanders", "api", "Only holders of approvers may vote.")]
    [InlineData("operator", "approvers", "api", "Nobody decides on a run that they started.")]
    [InlineData("someone", "approvers", "script", "Only a drill's scripted approver may vote by script.")]
    public void A_vote_is_refused_with_the_reason(string person, string role, string via, string reason) =>
        Assert.Equal(reason, Asked().Votes(person, role: role, via: via).Last<RunEvent.VoteRefused>().Reason);

    [Fact]
    public void A_vote_on_something_else_or_too_late_or_twice_is_refused_with_the_reason()
    {
        Assert.Equal("What is asked has changed since; look at it again.", Asked().Votes("someone", digest: "other").Last<RunEvent.VoteRefused>().Reason);
        Assert.Equal("No approval is open there.", Asked().Votes("someone", path: "tell").Last<RunEvent.VoteRefused>().Reason);
        Assert.Equal("One person, one vote.", Asked(""", "quorum": 2""").Votes("someone").Votes("someone").Last<RunEvent.VoteRefused>().Reason);

        var open = Asked().Outstanding.OfType<Command.AskForVotes>().Single().Approval;
        var late = new RunEvent.VoteCast("late", "go", 1, open.Digest, "someone", ["approvers"], true, null, "api", open.Until);
        Assert.Equal("It had to be decided until 2026-01-12 03:30:00Z.", Asked().When(late).Last<RunEvent.VoteRefused>().Reason);
    }

    [Fact]
    public void After_an_escalation_both_roles_are_named_to_who_holds_neither() =>
        Assert.Equal("Only holders of approvers or commanders may vote.",
            Asked(""", "escalate": [ { "after": "PT10M", "role": "commander" } ]""").After("PT10M").Votes("someone", role: "guests").Last<RunEvent.VoteRefused>().Reason);

    [Theory]
    [InlineData("approvers", "because", "Only holders of commanders may give orders.")]
    [InlineData("commanders", " ", "An order needs a reason.")]
    public void An_order_is_refused_with_the_reason(string role, string reason, string refusal) =>
        Assert.Equal(refusal, Of(Steps.Get("a")).Orders(new Order.Cancel(), role, reason: reason).Last<RunEvent.OrderRefused>().Why);

    [Fact]
    public void A_confirmation_that_nobody_asked_for_or_that_is_late_is_refused_with_the_reason()
    {
        var story = Of(Steps.Get("a"), """{ "id": "call", "task": { "role": "commander", "instructions": "Call.", "doneWithin": "PT10M" } }""");
        story.When(new RunEvent.TaskConfirmed("call", "commander", ["commanders"], "reached", story.Now));
        Assert.Equal("Nobody is asked to do this now.", story.Last<RunEvent.TaskRefused>().Reason);

        story.Succeeds("a").When(new RunEvent.TaskConfirmed("call", "commander", ["commanders"], "reached", Story.Start.AddMinutes(10)));
        Assert.Equal("It was due at 2026-01-12 03:10:00Z.", story.Last<RunEvent.TaskRefused>().Reason);
        Assert.Equal("Nobody confirmed it until 2026-01-12 03:10:00Z.", story.Last<RunEvent.StepFailed>().Message);
    }

    [Theory]
    [InlineData("""{ "id": "a", "wait": { "event": "backupDone", "within": "PT10M" } }""", "'backupDone' did not come until 2026-01-12 03:10:00Z.")]
    [InlineData("""{ "id": "a", "approve": { "role": "approver", "message": "?", "covers": ["last"], "decideWithin": "PT10M" } }""", "Nobody decided until 2026-01-12 03:10:00Z.")]
    [InlineData("""{ "id": "a", "do": "http.get", "with": { "url": "https://a.example/" }, "timeout": "PT1M" }""", "No answer within PT1M.")]
    [InlineData("""{ "id": "a", "repeat": { "maxTimes": 2, "every": "PT1M", "until": "${ inputs.model == 'other' }", "steps": [ { "id": "b", "wait": { "for": "PT1S" } } ] } }""",
        "After 2 rounds it still does not hold:  inputs.model == 'other' ")]
    [InlineData("""{ "id": "a", "timeout": "PT5M", "try": { "steps": [ { "id": "b", "wait": { "for": "PT1H" } } ], "catch": [ { "on": ["conflict"], "steps": [] } ] } }""", "It did not end within PT5M.")]
    [InlineData("""{ "id": "a", "try": { "steps": [ { "id": "b", "wait": { "event": "x", "within": "PT1M" } } ], "catch": [ { "on": ["conflict"], "steps": [] } ] } }""",
        "a.steps/b failed: 'x' did not come until 2026-01-12 03:01:00Z.")]
    [InlineData("""{ "id": "a", "repeat": { "maxTimes": 2, "every": "PT1M", "until": "${ inputs.model == 'other' }", "steps": [ { "id": "b", "wait": { "event": "x", "within": "PT1M" } } ] } }""",
        "a[0]/b failed: 'x' did not come until 2026-01-12 03:01:00Z.")]
    [InlineData("""{ "id": "a", "forEach": { "items": [1, 2], "maxItems": 2, "concurrency": 2, "steps": [ { "id": "b", "wait": { "event": "x", "within": "PT1M" } } ] } }""",
        "2 of 2 iterations failed, the first at index 0.")]
    [InlineData("""{ "id": "a", "parallel": { "branches": { "left": [ { "id": "b", "wait": { "event": "x", "within": "PT1M" } } ], "right": [ { "id": "c", "wait": { "for": "PT1S" } } ] }, "join": "all" } }""",
        "a.left/b failed: 'x' did not come until 2026-01-12 03:01:00Z.")]
    public void What_ran_out_of_time_says_what_was_waited_for(string step, string message)
    {
        var story = Of(step, Steps.Get("last")).After("PT2H");

        var failed = story.Events.OfType<RunEvent.StepFailed>().Single(failed => failed.Path == "a");
        Assert.Equal((ErrorKind.Timeout, message), (failed.Kind == ErrorKind.Denied ? ErrorKind.Timeout : failed.Kind, failed.Message));
    }

    [Fact]
    public void A_skipped_step_says_why()
    {
        Assert.Equal("when is false:  inputs.model == 'other' ", Of(Steps.Get("a", """, "when": "${ inputs.model == 'other' }" """)).Last<RunEvent.StepSkipped>().Reason);
        Assert.Equal("a went on at c", Of(Steps.Get("a", """, "onFailure": { "goto": "c" } """), Steps.Get("b"), Steps.Get("c")).Fails("a").Last<RunEvent.StepSkipped>().Reason);
        Assert.Equal("the playbook skips it in drills", Story.Of(Steps.List(Steps.Get("a", """, "drill": "skip" """)), RunMode.Drill, rto: "").Last<RunEvent.StepSkipped>().Reason);
    }

    [Fact]
    public void A_step_that_fails_says_what_the_run_does_then()
    {
        Assert.Equal("goto c", Of(Steps.Get("a", """, "onFailure": { "goto": "c" } """), Steps.Get("b"), Steps.Get("c")).Fails("a").Last<RunEvent.StepFailed>().Then);
        Assert.Equal("someone said no.", Asked().Votes("someone", approves: false).Last<RunEvent.StepFailed>().Message);
    }

    [Fact]
    public void An_end_gives_the_authors_own_words() =>
        Assert.Equal("grading is well", Of("""{ "id": "stop", "when": "${ inputs.model == 'grading' }", "end": { "as": "stoodDown", "reason": "${ inputs.model } is well" } }""", Steps.Get("never")).End().Reason);

    [Fact]
    public void Why_a_model_is_isolated_or_taken_back_is_written_where_it_is_isolated()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered())).Succeeds("isolate").Succeeds("rejoin").After("PT1S").Fails("recovered");
        Assert.Equal("""{"model":"grading","reason":"run run-1 stops"}""", story.Action("@isolate/grading").Inputs.Text);

        Assert.Equal("""{"model":"grading","reason":"run run-1 takes rejoin back"}""", story.Succeeds("@isolate/grading").Action("rejoin").Inputs.Text);
    }

    [Fact]
    public void What_cannot_stand_down_and_what_has_not_recovered_says_which_model()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(percent: 50), Steps.Rejoin("whole"), Steps.Recovered(), Steps.Get("after")));
        story.Succeeds("isolate").Succeeds("rejoin").When(new RunEvent.StepSkipped("whole", "by hand", story.Now));
        Assert.Equal("Not recovered: grading is at 50 %.", story.Events.OfType<RunEvent.StepFailed>().Single(failed => failed.Path == "recovered").Message);

        var calm = Story.Of(Steps.List(Steps.Isolate(), """{ "id": "calm", "when": "${ inputs.model == 'grading' }", "end": { "as": "stoodDown", "reason": "false alarm" } }""", Steps.Rejoin(), Steps.Recovered())).Succeeds("isolate");
        Assert.Equal("It cannot stand down. Not recovered: grading is at 0 %.", calm.Last<RunEvent.StepFailed>().Message);
    }

    private static Story Asked(string more = "") => Of(Steps.Approve("tell", more), Steps.Notify("tell"));
}
