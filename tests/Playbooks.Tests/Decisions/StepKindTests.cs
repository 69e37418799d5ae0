using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>What each kind of step does with what is in it. Playbooks without an objective, so that nothing else is in the way.</summary>
public class StepKindTests
{
    private static Story Of(params string[] steps) => Story.Of(Steps.List(steps), rto: "");

    private static JsonData Body(string text) => JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(text)));

    [Fact]
    public void A_wait_lasts_its_time_and_no_more()
    {
        var story = Of("""{ "id": "rest", "wait": { "for": "PT10M" } }""", Steps.Get("next"));
        Assert.Empty(story.After("PT9M59S").Running());
        Assert.Equal(["next~d.0.1.0"], story.After("PT1S").Running());
    }

    [Fact]
    public void A_signal_that_came_before_the_wait_is_not_lost()
    {
        var story = Of(Steps.Get("first"), """{ "id": "rest", "wait": { "event": "backupDone", "within": "PT10M" } }""", Steps.Get("next"));
        story.When(new RunEvent.SignalReceived("s1", "backupDone", JsonData.Of("x"), story.Now));
        Assert.Equal(["next~d.0.1.0"], story.Succeeds("first").Running());
    }

    [Fact]
    public void A_signal_that_does_not_come_fails_the_wait() =>
        Assert.Equal(("rest", ErrorKind.Timeout), Failed(Of("""{ "id": "rest", "wait": { "event": "backupDone", "within": "PT10M" } }""").After("PT10M")));

    [Theory]
    [InlineData("nobodies", "done", "Only holders of commanders may confirm it.")]
    [InlineData("commanders", " ", "A note is needed: what was done?")]
    public void A_task_is_confirmed_by_its_role_with_a_note(string role, string note, string refusal)
    {
        var story = Of("""{ "id": "call", "task": { "role": "commander", "instructions": "Call the registrar.", "doneWithin": "PT10M" } }""");
        story.When(new RunEvent.TaskConfirmed("call", "someone", [role], note, story.Now));
        Assert.Equal(refusal, story.Last<RunEvent.TaskRefused>().Reason);
        story.When(new RunEvent.TaskConfirmed("call", "commander", ["commanders"], "reached", story.Now));
        Assert.Equal(RunOutcome.Completed, story.End().Outcome);
    }

    [Fact]
    public void A_task_that_nobody_confirms_fails_and_a_late_note_is_refused()
    {
        var story = Of("""{ "id": "call", "task": { "role": "commander", "instructions": "Call.", "doneWithin": "PT10M" } }""").After("PT10M");
        Assert.Equal(("call", ErrorKind.Timeout), Failed(story));
        story.When(new RunEvent.TaskConfirmed("call", "commander", ["commanders"], "late", story.Now));
        Assert.Equal("call", story.Last<RunEvent.TaskRefused>().Path);
    }

    [Fact]
    public void All_branches_run_at_once_and_all_must_succeed()
    {
        var story = Of($$"""{ "id": "both", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "right": [ {{Steps.Get("two")}}, {{Steps.Get("three")}} ] }, "join": "all" } }""", Steps.Get("next"));
        Assert.Equal(["both.left/one~d.0.1.0", "both.right/two~d.0.1.0"], story.Running());
        story.Succeeds("both.left/one").Succeeds("both.right/two");
        Assert.Equal(["both.right/three~d.0.1.0"], story.Running());
        Assert.Equal(["next~d.0.1.0"], story.Succeeds("both.right/three").Running());
    }

    [Fact]
    public void One_failed_branch_of_all_brings_the_others_to_rest_and_fails_the_block()
    {
        var story = Of($$"""{ "id": "both", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "right": [ {{Steps.Get("two")}}, {{Steps.Get("three")}} ] }, "join": "all" } }""");
        story.Fails("both.left/one");
        Assert.True(story.Action("both.right/two").Stopping);
        story.Succeeds("both.right/two");
        Assert.Equal(("both", ErrorKind.Invalid), Failed(story));
        Assert.DoesNotContain(story.Started, start => start.Id.Path == "both.right/three");
    }

    [Fact]
    public void The_first_branch_of_any_wins_and_the_losers_are_drained()
    {
        var story = Of($$"""{ "id": "race", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "right": [ {{Steps.Get("two")}} ] }, "join": "any" } }""", Steps.Get("next"));
        story.Succeeds("race.left/one");
        Assert.Equal(["race.right/two~d.0.1.0"], story.Running());
        Assert.Equal(["next~d.0.1.0"], story.Fails("race.right/two").Running());
        Assert.Equal(RunOutcome.Completed, story.Succeeds("next").End().Outcome);
    }

    [Fact]
    public void So_many_items_run_at_a_time_and_each_sees_its_own()
    {
        var story = Of("""{ "id": "each", "forEach": { "items": ["a", "b", "c"], "maxItems": 3, "concurrency": 2, "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/${ item }/${ index }" } } ] } }""");
        Assert.Equal(["each[0]/look~d.0.1.0", "each[1]/look~d.0.1.0"], story.Running());
        Assert.Equal("https://a.example/b/1", story.Action("each[1]/look").Inputs["url"]!.AsString());
        Assert.Equal(["each[0]/look~d.0.1.0", "each[2]/look~d.0.1.0"], story.Succeeds("each[1]/look").Running());
    }

    [Fact]
    public void Some_failures_are_borne_and_more_stop_the_block()
    {
        const string each = """{ "id": "each", "forEach": { "items": [1, 2, 3, 4], "maxItems": 4, "concurrency": 1, "stopAtErrorPercent": 25, "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } }""";
        var story = Of(each).Fails("each[0]/look");
        Assert.Equal(["each[1]/look~d.0.1.0"], story.Running());
        Assert.Equal(("each", ErrorKind.Invalid), Failed(story.Fails("each[1]/look")));
    }

    [Fact]
    public void A_repeat_goes_on_until_its_condition_with_a_pause_between()
    {
        var story = Of("""{ "id": "poll", "repeat": { "maxTimes": 3, "every": "PT1M", "until": "${ steps.look.output.body == 'ready' }", "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } }""", Steps.Get("next"));
        Assert.Empty(story.Succeeds("poll[0]/look", Body("no")).Running());
        Assert.Equal(["poll[1]/look~d.0.1.0"], story.After("PT1M").Running());
        Assert.Equal(["next~d.0.1.0"], story.Succeeds("poll[1]/look", Body("ready")).Running());
    }

    [Fact]
    public void A_repeat_ends_at_its_bound()
    {
        var story = Of("""{ "id": "poll", "repeat": { "maxTimes": 1, "every": "PT1M", "until": "${ steps.look.output.body == 'ready' }", "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } }""");
        Assert.Equal(("poll", ErrorKind.Timeout), Failed(story.Succeeds("poll[0]/look", Body("no"))));
    }

    [Fact]
    public void The_first_true_arm_of_a_switch_runs()
    {
        var story = Of($$"""{ "id": "pick", "switch": [ { "when": "${ inputs.model == 'other' }", "steps": [ {{Steps.Get("one")}} ] }, { "when": "${ inputs.model == 'grading' }", "steps": [ {{Steps.Get("two")}} ] } ], "default": [ {{Steps.Get("three")}} ] }""");
        Assert.Equal(["pick.arm1/two~d.0.1.0"], story.Running());
    }

    [Fact]
    public void A_try_catches_the_kinds_it_names_and_the_run_has_not_failed()
    {
        string Attempt(string on) => $$"""{ "id": "guard", "try": { "steps": [ {{Steps.Get("one")}} ], "catch": [ { "on": ["{{on}}"], "steps": [ {{Steps.Get("mend")}} ] } ] } }""";
        var caught = Of(Attempt("not-found")).Fails("guard.steps/one", ErrorKind.NotFound);
        Assert.Equal(["guard.catch0/mend~d.0.1.0"], caught.Running());
        Assert.Equal(RunOutcome.Completed, caught.Succeeds("guard.catch0/mend").End().Outcome);
        Assert.Equal(("guard", ErrorKind.Conflict), Failed(Of(Attempt("not-found")).Fails("guard.steps/one", ErrorKind.Conflict)));
    }

    [Fact]
    public void A_goto_skips_what_lies_between()
    {
        var story = Of(Steps.Get("one", """, "onFailure": { "goto": "three" } """), Steps.Get("two"), Steps.Get("three")).Fails("one");
        Assert.Equal(["three~d.0.1.0"], story.Running());
        Assert.Equal("two", story.Last<RunEvent.StepSkipped>().Path);
    }

    [Fact]
    public void A_block_that_is_out_of_time_comes_to_rest_and_fails()
    {
        var story = Of($$"""{ "id": "guard", "timeout": "PT5M", "try": { "steps": [ {{Steps.Get("one", """, "timeout": "PT1H" """)}} ], "catch": [ { "steps": [] } ] } }""");
        Assert.Equal(Story.Start.AddMinutes(5), story.Action("guard.steps/one").Deadline);
        story.After("PT5M");
        Assert.DoesNotContain(story.Events, happened => happened is RunEvent.StepFailed { Path: "guard" });
        Assert.Equal(("guard", ErrorKind.Timeout), Failed(story.After("PT30S")));
    }

    [Theory]
    [InlineData("\"fail\": \"no way\"", RunOutcome.Failed)]
    [InlineData("\"end\": { \"as\": \"completed\", \"reason\": \"nothing to do\" }", RunOutcome.Completed)]
    [InlineData("\"end\": { \"as\": \"stoodDown\", \"reason\": \"false alarm\" }", RunOutcome.StoodDown)]
    public void A_run_ends_where_it_says(string end, RunOutcome outcome) =>
        Assert.Equal(outcome, Of($$"""{ "id": "stop", "when": "${ inputs.model == 'grading' }", {{end}} }""", Steps.Get("never")).End().Outcome);

    [Fact]
    public void Nobody_stands_down_while_a_model_is_isolated()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), """{ "id": "calm", "when": "${ inputs.model == 'grading' }", "end": { "as": "stoodDown", "reason": "false alarm" } }""", Steps.Rejoin(), Steps.Recovered())).Succeeds("isolate");
        Assert.Equal(("calm", ErrorKind.Integrity), Failed(story));
    }

    [Fact]
    public void An_inlined_playbook_is_a_world_of_its_own()
    {
        const string child = """
            { "playbook": "child", "version": "1.0.0", "title": "A child", "objectives": {}, "inputs": { "who": { "type": "string" } },
              "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/${ inputs.who }" } },
                         { "id": "again", "do": "http.get", "with": { "url": "https://a.example/${ steps.look.output.status }" } } ] }
            """;
        var pin = Assert.IsType<ReadResult<Playbook>.Valid>(PlaybookReader.Read(child, "child.json")).Value;
        var story = Story.OfText($$"""
            { "playbook": "story", "version": "1.0.0", "title": "A story", "objectives": {}, "inputs": { "model": { "type": "string" } },
              "steps": [ { "id": "outer", "playbook": { "name": "child", "version": "1.0.0", "sha256": "{{pin.Digest}}", "with": { "who": "${ inputs.model }" } } },
                         { "id": "next", "do": "http.get", "with": { "url": "https://a.example/${ steps.outer.output.look.status }" } } ] }
            """, inlined: [new PinnedText("child", pin.Digest, child)]);
        Assert.Equal("https://a.example/grading", story.Action("outer/look").Inputs["url"]!.AsString());
        story.Succeeds("outer/look", JsonData.Object(("status", JsonData.Of(201))));
        Assert.Equal("https://a.example/201", story.Action("outer/again").Inputs["url"]!.AsString());
        Assert.Equal("https://a.example/201", story.Succeeds("outer/again").Action("next").Inputs["url"]!.AsString());
    }

    private static (string, ErrorKind) Failed(Story story) => story.Events.OfType<RunEvent.StepFailed>().Where(failed => failed.Then == "stop")
        .Select(failed => (failed.Path, failed.Kind)).Last();
}
