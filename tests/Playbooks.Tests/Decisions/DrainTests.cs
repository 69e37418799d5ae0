using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Decisions;

/// <summary>Rule 4: what is outstanding comes to rest, models that may serve are isolated, effects are taken back.</summary>
public class DrainTests
{
    private static string Both(string left, string right) => $$"""{ "id": "both", "parallel": { "branches": { "left": [ {{left}} ], "right": [ {{right}} ] }, "join": "all" } }""";

    private static string Shielded(string id, string inner) => $$"""{ "id": "{{id}}", "try": { "steps": [ {{inner}} ], "catch": [ { "on": ["not-found"], "steps": [] } ] } }""";

    [Fact]
    public void Blocks_inside_a_stopped_branch_end_with_it_in_the_order_of_their_paths()
    {
        var story = Story.Of(Steps.List(Both(Steps.Get("one"), Shielded("outer", Shielded("inner", """{ "id": "rest", "wait": { "for": "PT1H" } }""")))), rto: "").Fails("both.left/one");

        Assert.Equal([("both.right/outer.steps/inner.steps/rest", "stopped with the block around it"), ("both.right/outer", "stopped with the block around it"), ("both.right/outer.steps/inner", "stopped with the block around it")],
            story.Events.OfType<RunEvent.StepSkipped>().Select(skipped => (skipped.Path, skipped.Reason)));
        Assert.Equal(RunOutcome.Failed, story.End().Outcome);
    }

    [Fact]
    public void What_reports_while_its_block_stops_ends_as_stopped()
    {
        var story = Story.Of(Steps.List(Both(Steps.Get("one"), Steps.Get("two"))), rto: "").Fails("both.left/one").Fails("both.right/two", ErrorKind.NotFound);

        Assert.Equal(("both.right/two", ErrorKind.NotFound, "stopped"), story.Events.OfType<RunEvent.StepFailed>().Where(failed => failed.Path == "both.right/two").Select(failed => (failed.Path, failed.Kind, failed.Then)).Single());
        Assert.Equal("The block is decided without this branch.", story.Last<RunEvent.BlockDraining>().Message);
    }

    [Fact]
    public void A_branch_whose_name_begins_like_the_stopped_one_goes_on()
    {
        var race = $$"""{ "id": "race", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "leftover": [ {{Steps.Get("two")}}, {{Steps.Get("three")}} ] }, "join": "any" } }""";
        var story = Story.Of(Steps.List(race, Steps.Get("next")), rto: "").Succeeds("race.leftover/two").Succeeds("race.leftover/three").Fails("race.left/one");

        Assert.Equal(["next~d.0.1.0"], story.Running());
    }

    [Fact]
    public void A_race_that_nobody_wins_has_failed_when_all_have()
    {
        var race = $$"""{ "id": "race", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "right": [ {{Steps.Get("two")}} ] }, "join": "any" } }""";
        var story = Story.Of(Steps.List(race), rto: "").Fails("race.left/one");
        Assert.Equal(["race.right/two~d.0.1.0"], story.Running());

        Assert.Equal("race.left/one failed: it says so", story.Fails("race.right/two").Events.OfType<RunEvent.StepFailed>().Single(failed => failed.Path == "race").Message);
    }

    /// <summary>A retry was ordered of an attempt that never reported, and the run stops before the retry starts: it may still act.</summary>
    [Theory]
    [MemberData(nameof(Unreported))]
    public void A_run_that_stops_waits_for_an_attempt_that_may_still_act_though_its_retry_was_ordered(string step, bool paused)
    {
        var story = Story.Of(Steps.List(step), rto: "").After("PT1M");
        if (paused)
            story.Orders(new Order.Pause());
        story.Orders(new Order.Retry("a", false)).Orders(new Order.Cancel());
        Assert.DoesNotContain(story.Events, happened => happened is RunEvent.RunDrained);

        story.After("PT30S");

        Assert.Equal(ErrorKind.OutcomeUnknown, story.Events.OfType<RunEvent.StepFailed>().Single(failed => failed.Path == "a").Kind);
        Assert.Contains(story.Events, happened => happened is RunEvent.RunDrained);
    }

    private const string OneTry = """, "timeout": "PT1M", "retry": { "attempts": 1 }, "onFailure": "ask" """;

    public static TheoryData<string, bool> Unreported => new()
    {
        { Steps.Promote("a", OneTry), false },
        { Steps.Promote("a", OneTry), true },
        { Steps.Notify("a", OneTry), true },
    };

    [Fact]
    public void A_retry_that_was_ordered_in_a_pause_had_not_started_when_the_run_was_cancelled()
    {
        var story = Story.Of(Steps.List(Steps.Notify("a")), rto: "").Fails("a").Orders(new Order.Pause()).Orders(new Order.Retry("a", false)).Orders(new Order.Cancel());

        Assert.Equal(("a", "stopped: It had not started."), (story.Last<RunEvent.StepSkipped>().Path, story.Last<RunEvent.StepSkipped>().Reason));
        Assert.Equal(RunOutcome.Cancelled, story.End().Outcome);
    }

    [Fact]
    public void A_model_whose_isolation_is_confirmed_is_not_isolated_again() =>
        Assert.DoesNotContain(Story.Of(Steps.List(Steps.Isolate(), Steps.Get("look"), Steps.Rejoin(), Steps.Recovered())).Succeeds("isolate").Fails("look").Started, start => start.Id.Purpose == Purpose.Safety);

    [Fact]
    public void A_model_whose_isolation_never_reported_is_isolated_for_safety()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(more: """, "timeout": "PT1M", "onFailure": "stop", "retry": { "attempts": 1 } """), Steps.Rejoin(), Steps.Recovered())).After("PT1M").Orders(new Order.Cancel());

        Assert.Equal(["@isolate/grading~s.0.1.0"], story.Running());
    }

    [Fact]
    public void Several_models_are_isolated_in_the_order_of_their_names()
    {
        string Other(string step) => step.Replace("grading", "other", StringComparison.Ordinal);
        var story = Story.Of(Steps.List(Other(Steps.Isolate("isolateOther")), Other(Steps.Rejoin("rejoinOther")), Steps.Isolate(), Steps.Rejoin(), Steps.Recovered()));
        foreach (var step in new[] { "isolateOther", "rejoinOther", "isolate", "rejoin" })
            story.Succeeds(step);
        story.After("PT1S").Fails("recovered");

        Assert.Equal(["@isolate/grading", "@isolate/other"], story.Started.Where(start => start.Id.Purpose == Purpose.Safety).Select(start => start.Id.Path));
        story.Succeeds("@isolate/other").Succeeds("@isolate/grading");
        Assert.Equal(["grading", "other"], story.Events.OfType<RunEvent.IsolationConfirmed>().Select(confirmed => confirmed.Model).Order(StringComparer.Ordinal));
        Assert.Equal(["rejoin~u.0.1.0"], story.Running());
        Assert.Equal("""{"model":"grading","reason":"run run-1 takes rejoin back"}""", story.Action("rejoin").Inputs.Text);
    }

    [Fact]
    public void A_rejoin_that_succeeds_late_confirms_no_isolation()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(more: """, "timeout": "PT30M" """), Steps.Recovered())).Succeeds("isolate").Pends("rejoin", "PT5S").Orders(new Order.Cancel());
        Assert.Empty(story.Run.UnconfirmedModels);

        story.After("PT5S").Fails("@isolate/grading").Succeeds("rejoin");
        Assert.Equal(["grading"], story.Run.UnconfirmedModels);
    }

    [Fact]
    public void An_isolation_in_finally_confirms_what_could_not_be_before()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered()), extra: $$""" "finally": [ {{Steps.Isolate("again")}} ] """)
            .Succeeds("isolate").Succeeds("rejoin").After("PT1S").Fails("recovered").Fails("@isolate/grading");
        Assert.Equal(["grading"], story.Run.UnconfirmedModels);

        Assert.Empty(story.Succeeds("@finally/again").Run.UnconfirmedModels);
    }

    [Fact]
    public void What_finally_had_no_time_for_is_brought_to_rest_before_the_end()
    {
        var story = Story.Of(Steps.List(Steps.Get("look")), rto: "", extra: $$""" "finally": [ {{Steps.Notify("one", """, "timeout": "PT10M" """)}}, {{Steps.Notify("two")}} ], "finallyWithin": "PT1M" """).Succeeds("look").After("PT1M");
        Assert.Equal(("@finally", "finallyWithin has passed."), (story.Last<RunEvent.BlockDraining>().Path, story.Last<RunEvent.BlockDraining>().Message));
        Assert.False(story.Run.HasEnded);

        story.After("PT30S");
        Assert.Equal(RunOutcome.Completed, story.End().Outcome);
        Assert.DoesNotContain(story.Started, start => start.Id.Path == "@finally/two");
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData(""", "onFailure": "continue" """, 2)]
    public void Nobody_is_asked_in_finally(string rule, int started)
    {
        var story = Story.Of(Steps.List(Steps.Get("look")), rto: "", extra: $$""" "finally": [ {{Steps.Notify("one", rule)}}, {{Steps.Notify("two")}} ] """).Succeeds("look").Fails("@finally/one");

        Assert.Empty(story.Events.OfType<RunEvent.OrderAwaited>());
        Assert.Equal(started == 2 ? "continue" : "stop", story.Last<RunEvent.StepFailed>().Then);
        Assert.Equal(["@finally/two~d.0.1.0"], story.Running());
    }

    [Fact]
    public void A_failed_iteration_gives_its_kind_and_its_index_to_the_loop()
    {
        var loop = """{ "id": "each", "forEach": { "items": [1, 2, 3], "maxItems": 3, "concurrency": 3, "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } }""";
        var story = Story.Of(Steps.List(loop), rto: "").Fails("each[2]/look", ErrorKind.Conflict);
        Assert.True(story.Action("each[0]/look").Stopping);

        story.Succeeds("each[0]/look").Succeeds("each[1]/look");
        Assert.Equal(("each", ErrorKind.Conflict, "1 of 3 iterations failed, the first at index 2."),
            story.Events.OfType<RunEvent.StepFailed>().Where(failed => failed.Path == "each").Select(failed => (failed.Path, failed.Kind, failed.Message)).Single());
    }

    [Fact]
    public void A_loop_over_nothing_is_over_at_once() =>
        Assert.Equal(RunOutcome.Completed, Story.Of(Steps.List("""{ "id": "each", "forEach": { "items": "${ `[]` }", "maxItems": 3, "stopAtErrorPercent": 0, "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } }"""), rto: "").End().Outcome);

    [Fact]
    public void A_failure_in_a_round_fails_the_repetition_with_its_kind()
    {
        var poll = """{ "id": "poll", "repeat": { "maxTimes": 3, "every": "PT1M", "until": "${ inputs.model == 'other' }", "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } }""";
        var failed = Story.Of(Steps.List(poll), rto: "").Fails("poll[0]/look", ErrorKind.Conflict).Events.OfType<RunEvent.StepFailed>().Last();

        Assert.Equal(("poll", ErrorKind.Conflict, "poll[0]/look failed: it says so"), (failed.Path, failed.Kind, failed.Message));
    }

    [Fact]
    public void The_pause_of_a_repetition_counts_from_the_end_of_its_last_step()
    {
        var poll = $$"""{ "id": "poll", "repeat": { "maxTimes": 3, "every": "PT1M", "until": "${ inputs.model == 'other' }", "steps": [ {{Steps.Get("one")}}, {{Steps.Get("two")}} ] } }""";
        var story = Story.Of(Steps.List(poll), rto: "").After("PT10S").Succeeds("poll[0]/one").After("PT10S").Succeeds("poll[0]/two");

        Assert.Equal(Story.Start.AddSeconds(80), story.Outstanding.OfType<Command.StartTimer>().Single().DueAt);
    }

    [Fact]
    public void A_denied_action_is_a_failure_as_any_other() =>
        Assert.Equal(ErrorKind.Denied, Story.Of(Steps.List(Steps.Notify("a")), rto: "").Fails("a", ErrorKind.Denied).Last<RunEvent.OrderAwaited>().Kind);

    [Fact]
    public void A_goto_leaves_alone_what_stands_before_it_and_what_is_over()
    {
        var story = Story.Of(Steps.List(Steps.Get("zero"), Steps.Get("one", """, "onFailure": { "goto": "four" } """), Steps.Get("two"), Steps.Get("three"), Steps.Get("four")), rto: "").Succeeds("zero").Fails("one");

        Assert.Equal(["two", "three"], story.Events.OfType<RunEvent.StepSkipped>().Select(skipped => skipped.Path));
        Assert.Equal(["four~d.0.1.0"], story.Running());
    }

    [Fact]
    public void A_block_inside_a_block_is_capped_by_the_earlier_deadline()
    {
        string Nested(string outer, string inner) => $$"""{ "id": "outer", "timeout": "{{outer}}", "try": { "steps": [ { "id": "inner", "timeout": "{{inner}}", "try": { "steps": [ {{Steps.Get("one", """, "timeout": "PT1H" """)}} ], "catch": [ { "steps": [] } ] } } ], "catch": [ { "steps": [] } ] } }""";

        Assert.Equal(Story.Start.AddMinutes(5), Story.Of(Steps.List(Nested("PT5M", "PT10M")), rto: "").Action("outer.steps/inner.steps/one").Deadline);
        Assert.Equal(Story.Start.AddMinutes(5), Story.Of(Steps.List(Nested("PT10M", "PT5M")), rto: "").Action("outer.steps/inner.steps/one").Deadline);
    }

    [Fact]
    public void A_late_report_of_the_first_isolation_does_not_confirm_the_second()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered())).Succeeds("isolate").Orders(new Order.Cancel()).Succeeds("rejoin").Succeeds("@isolate/grading");
        Assert.Equal(["@isolate/grading~s.1.1.0"], story.Running());

        Assert.Equal(["@isolate/grading~s.1.1.0"], story.When(new RunEvent.ActionSucceeded(new CommandId("@isolate/grading", Purpose.Safety, 0, 1, 0), Core.Json.JsonData.EmptyObject, story.Now)).Running());
    }

    [Fact]
    public void A_race_is_won_though_another_branch_has_failed_before()
    {
        var race = $$"""{ "id": "race", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "right": [ {{Steps.Get("two")}} ] }, "join": "any" } }""";

        Assert.Equal(["next~d.0.1.0"], Story.Of(Steps.List(race, Steps.Get("next")), rto: "").Fails("race.left/one").Succeeds("race.right/two").Running());
    }

    [Fact]
    public void The_kind_of_a_failed_loop_is_that_of_its_own_iteration()
    {
        var loop = """{ "id": "each", "forEach": { "items": [1], "maxItems": 1, "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } }""";
        var story = Story.Of(Steps.List(Shielded("before", Steps.Get("one")), loop), rto: "").Fails("before.steps/one", ErrorKind.NotFound).Fails("each[0]/look", ErrorKind.Conflict);

        Assert.Equal(ErrorKind.Conflict, story.Events.OfType<RunEvent.StepFailed>().Single(failed => failed.Path == "each").Kind);
    }

    [Fact]
    public void A_round_that_is_over_has_not_failed()
    {
        var poll = """{ "id": "poll", "repeat": { "maxTimes": 2, "every": "PT1M", "until": "${ inputs.model == 'grading' }", "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } }""";

        Assert.False(Story.Of(Steps.List(poll), rto: "").Succeeds("poll[0]/look").Last<RunEvent.IterationEnded>().Failed);
    }
}
