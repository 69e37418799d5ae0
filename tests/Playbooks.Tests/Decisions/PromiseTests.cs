using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>Rules 1, 4, 5, 7 and 9 where the other groups leave off: pins, anchors, rounds, seals, bounds.</summary>
public class PromiseTests
{
    private static readonly string Undoable = Steps.List(Steps.Isolate(), Steps.Promote("one"), Steps.Rejoin(), Steps.Recovered(), Steps.Promote("two"), Steps.Get("after"));

    [Fact]
    public void A_run_keeps_the_text_that_it_started_with()
    {
        var started = Story.Of(Steps.List(Steps.Get("look")), rto: "").Events.OfType<RunEvent.RunStarted>().Single();
        var replayed = Decider.Fold([started]);
        Assert.Equal(started.Playbook.Digest, replayed.Playbook!.Digest);
        Assert.Equal(started.Environment.Digest, replayed.Environment!.Digest);
    }

    [Fact]
    public void A_run_of_newer_logic_waits_for_a_program_that_knows_it()
    {
        var started = Story.Of(Steps.List(Steps.Get("look")), rto: "").Events.OfType<RunEvent.RunStarted>().Single();
        var run = Decider.Fold([started with { DecisionVersion = Decider.LogicVersion + 1 }]);
        Assert.Contains("Run a newer version", run.ParkedBecause, StringComparison.Ordinal);
        Assert.Empty(Decider.Decide(run));
    }

    [Fact]
    public void The_chain_is_anchored_at_start_at_each_approval_and_at_the_end()
    {
        var story = Story.Of(Steps.List(Steps.Approve("look"), Steps.Get("look")), rto: "").Votes("approver-1").Succeeds("look");
        Assert.Equal(["start", "approval/go/1", "end"], story.Events.OfType<RunEvent.HeadAnchored>().Select(anchored => anchored.Id));
        Assert.All(story.Events.OfType<RunEvent.HeadAnchored>(), anchored => Assert.True(anchored.Sequence <= story.Run.Sequence));
        Assert.True(story.Run.IsQuiet);
    }

    [Fact]
    public void A_missed_anchor_is_tried_again_and_delays_no_step()
    {
        var story = Story.Of(Steps.List(Steps.Get("look")), rto: "", delivers: false);
        story.When(new RunEvent.AnchorFailed("start", "no way", story.Now));
        Assert.Equal(["look~d.0.1.0"], story.Running());
        Assert.DoesNotContain("anchor/start", story.Names());
        Assert.Contains("anchor/start", story.After("PT10S").Names());
    }

    [Fact]
    public void What_changed_three_times_is_asked_no_more()
    {
        var story = Story.Of(Steps.List(Steps.Get("choose"), """
            { "id": "go", "approve": { "role": "approver", "message": "${ steps.choose.output.body }?", "covers": ["act"], "decideWithin": "PT2H" } }
            """, """{ "id": "act", "do": "http.get", "with": { "url": "https://a.example/${ steps.choose.output.body }" } }"""), rto: "");
        JsonData Chosen(string what) => JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(what)));
        story.Succeeds("choose", Chosen("a"));
        foreach (var what in new[] { "b", "c", "d" })
            story.Orders(new Order.Retry("choose", false)).Succeeds("choose", Chosen(what));
        Assert.Equal([1, 2, 3], story.Events.OfType<RunEvent.ApprovalOpened>().Select(opened => opened.Round));
        Assert.Equal(("go", ErrorKind.Denied), (story.Last<RunEvent.StepFailed>().Path, story.Last<RunEvent.StepFailed>().Kind));
    }

    [Fact]
    public void A_vote_for_an_earlier_round_or_after_the_time_is_refused()
    {
        var story = Story.Of(Steps.List(Steps.Approve("look"), Steps.Get("look")), rto: "");
        var open = story.Outstanding.OfType<Command.AskForVotes>().Single().Approval;
        story.When(new RunEvent.VoteCast("early", "go", open.Round + 1, open.Digest, "approver-1", ["approvers"], true, null, "api", story.Now));
        story.When(new RunEvent.VoteCast("late", "go", open.Round, open.Digest, "approver-1", ["approvers"], true, null, "api", open.Until));
        Assert.Equal(["early", "late"], story.Events.OfType<RunEvent.VoteRefused>().Select(refused => refused.VoteId));
        Assert.Empty(story.Events.OfType<RunEvent.VoteCounted>());
    }

    [Fact]
    public void Silence_goes_on_or_goes_around_where_the_playbook_says_so()
    {
        var proceeds = Story.Of(Steps.List(Steps.Approve("look", """, "onTimeout": "proceed" """), Steps.Get("look")), rto: "").After("PT30M");
        Assert.Equal(["look~d.0.1.0"], proceeds.Running());
        Assert.Equal("proceed", proceeds.Last<RunEvent.ApprovalDecided>().Result);
        var around = Story.Of(Steps.List(Steps.Approve("look", """, "onTimeout": { "goto": "other" } """), Steps.Get("look"), Steps.Get("other")), rto: "").After("PT30M");
        Assert.Equal(["other~d.0.1.0"], around.Running());
        Assert.Equal("look", around.Last<RunEvent.StepSkipped>().Path);
    }

    [Fact]
    public void The_recovery_seals_what_came_before_it()
    {
        var story = Story.Of(Undoable).Succeeds("isolate").Succeeds("one").Succeeds("rejoin").Succeeds("recovered").Succeeds("two").Fails("after");
        Assert.Equal(["two~u.0.1.0"], story.Running());
        Assert.Equal((RunOutcome.Recovered, "after"), (story.Succeeds("two").End().Outcome, Assert.Single(story.End().Incomplete)));
    }

    [Fact]
    public void The_inputs_of_an_undo_are_fixed_when_its_step_starts()
    {
        var story = Story.Of(Steps.List(Steps.Get("choose"), """
            { "id": "one", "do": "artifacts.promote", "with": { "model": "grading", "version": 2 },
              "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": "${ steps.choose.output.status }" } } }
            """, Steps.Get("after")), rto: "");
        story.Succeeds("choose", JsonData.Object(("status", JsonData.Of(204)))).Succeeds("one").Fails("after");
        Assert.Equal(JsonData.Of(204), story.Action("one").Inputs["version"]);
    }

    [Fact]
    public void Nothing_of_a_model_is_taken_back_while_its_isolation_is_not_confirmed()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Promote("one"), Steps.Rejoin(more: """, "onFailure": "stop", "retry": { "attempts": 1 } """), Steps.Recovered()))
            .Succeeds("isolate").Succeeds("one").After("PT2M");
        for (var attempt = 0; attempt < 20 && !story.Events.OfType<RunEvent.IsolationUnconfirmed>().Any(); attempt++)
            story.After("PT1M");
        Assert.Equal("grading", story.Last<RunEvent.IsolationUnconfirmed>().Model);
        story.After("PT5M");
        Assert.Equal(["one", "rejoin"], story.Events.OfType<RunEvent.UndoFailed>().Select(failed => failed.Path).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(story.Started, start => start.Id.Purpose == Purpose.Undo);
    }

    [Fact]
    public void An_undo_that_fails_is_listed_and_the_others_go_on()
    {
        var story = Story.Of(Steps.List(Steps.Promote("one"), Steps.Promote("two"), Steps.Get("after")), rto: "").Succeeds("one").Succeeds("two").Fails("after");
        story.Fails("two", ErrorKind.Conflict);
        Assert.Equal("two", story.Last<RunEvent.UndoFailed>().Path);
        Assert.Equal(["one~u.0.1.0"], story.Running());
    }

    [Fact]
    public void Finally_runs_every_step_within_its_bound()
    {
        var story = Story.Of(Steps.List(Steps.Get("look")), rto: "", extra: $$""" "finally": [ {{Steps.Notify("one", """, "onFailure": "continue" """)}}, {{Steps.Notify("two")}} ], "finallyWithin": "PT1M" """).Succeeds("look");
        Assert.Equal(["@finally/two~d.0.1.0"], story.Fails("@finally/one").Running());
        Assert.Equal(Story.Start.AddMinutes(1), story.Action("@finally/two").Deadline);
        Assert.Equal(RunOutcome.Completed, story.After("PT2M").End().Outcome);
    }

    [Fact]
    public void An_objective_in_danger_is_told_once_before_it_is_missed()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Get("slow", """, "timeout": "PT1H" """), Steps.Rejoin(), Steps.Recovered()), rto: "PT30M").Succeeds("isolate");
        Assert.Single(story.Events.OfType<RunEvent.RtoAtRisk>());
        Assert.Empty(story.Events.OfType<RunEvent.RtoMissed>());
        story.After("PT31M").Succeeds("slow").Succeeds("rejoin").Succeeds("recovered");
        Assert.Single(story.Events.OfType<RunEvent.RtoAtRisk>());
        Assert.Single(story.Events.OfType<RunEvent.RtoMissed>());
        Assert.Equal((RunOutcome.Recovered, RtoVerdict.Missed), (story.End().Outcome, story.End().Verdict));
    }

    [Theory]
    [InlineData(OnConflict.Reject)]
    [InlineData(OnConflict.Queue)]
    public void A_taken_key_rejects_or_queues_up_to_its_limit(OnConflict rule)
    {
        var key = new ConcurrencyRule(Core.Expressions.Template.Parse("k").Template!, rule, TimeSpan.Zero);
        PendingStart Start(int i) => new($"r{i}", "p", "e", RunMode.Live, JsonData.EmptyObject, null, null, "person", null, null, null);
        var state = Admission.Free.Admit(Start(0), key, "run-0", Story.Start).Next;
        for (var i = 1; i <= Limits.QueuedRunsPerKeyMax; i++)
        {
            var (next, decision) = state.Admit(Start(i), key, $"run-{i}", Story.Start);
            if (rule == OnConflict.Queue)
                Assert.Equal(new Admitted.Wait(i), decision);
            else
                Assert.IsType<Admitted.Refuse>(decision);
            state = next;
        }
        Assert.IsType<Admitted.Refuse>(state.Admit(Start(99), key, "run-99", Story.Start).Decision);
        Assert.Equal(rule == OnConflict.Queue ? "r1" : null, state.RunEnded("run-0", key.Cooldown, Story.Start).Start?.RequestId);
    }
}
