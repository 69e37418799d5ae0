using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Definitions;

/// <summary>Each kind of step, written as shortly as it may be, and what it becomes.</summary>
public class GoodStepTests
{
    private const string Look = """{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } }""";
    private const string Tell = """{ "id": "tell", "do": "notify", "with": { "channel": "c", "text": "t" } }""";
    private const string Erase = """{ "id": "erase", "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } }""";

    [Fact]
    public void An_action_takes_built_in_defaults_where_nothing_is_said()
    {
        var step = Assert.IsType<Step.Do>(One(Look));

        Assert.Equal(("look", "http.get", TimeSpan.FromMinutes(2), 1), (step.Id, step.Action.Name, step.Timeout, step.Retry.Attempts));
        Assert.Null(step.OnFailure);
        Assert.Equal(4, step.Line);
    }

    [Fact]
    public void A_written_retry_fills_what_it_leaves_out()
    {
        var step = Assert.IsType<Step.Do>(One("""{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/" }, "retry": { "attempts": 5 } }"""));

        Assert.Equal((5, TimeSpan.FromSeconds(5), 2.0, TimeSpan.FromSeconds(30)), (step.Retry.Attempts, step.Retry.Interval, step.Retry.Backoff, step.Retry.MaxInterval));
        Assert.Equal([ErrorKind.Transient, ErrorKind.Timeout, ErrorKind.Throttled], step.Retry.On);
    }

    [Fact]
    public void A_retry_waits_no_shorter_than_its_interval_though_the_default_would()
    {
        var step = Assert.IsType<Step.Do>(One("""{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/" }, "retry": { "attempts": 2, "interval": "PT5M" } }"""));

        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)), (step.Retry.Interval, step.Retry.MaxInterval));
    }

    [Fact]
    public void What_cannot_be_repeated_is_not_tried_again_after_a_timeout_by_default()
    {
        var step = Assert.IsType<Step.Do>(One("""{ "id": "a", "do": "http.request", "with": { "url": "https://a.example/", "method": "POST" }, "retry": { "attempts": 2 } }"""));

        Assert.Equal([ErrorKind.Transient, ErrorKind.Throttled], step.Retry.On);
    }

    [Fact]
    public void An_approval_denies_on_silence_and_needs_one_vote_unless_it_says_otherwise()
    {
        var steps = Many("[ " + """{ "id": "go", "approve": { "role": "approver", "message": "Tell ${ inputs.model }?", "covers": ["tell"], "decideWithin": "PT30M" } }, """ + Tell + " ]");
        var approve = Assert.IsType<Step.Approve>(steps[0]);

        Assert.Equal((1, TimeSpan.FromMinutes(30)), (approve.Quorum, approve.DecideWithin));
        Assert.Equal(["tell"], approve.Covers);
        Assert.Equal("Tell ${ inputs.model }?", approve.Message.Text);
        Assert.IsType<OnTimeout.Deny>(approve.OnTimeout);
    }

    [Fact]
    public void An_approval_may_lead_past_all_that_it_covers_on_silence()
    {
        var steps = Many("[ " + """{ "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["tell"], "decideWithin": "PT30M", "onTimeout": { "goto": "look" }, "escalate": [ { "after": "PT20M", "role": "commander" }, { "after": "PT10M", "role": "approver" } ] } }, """ + Tell + ", " + Look + " ]");
        var approve = Assert.IsType<Step.Approve>(steps[0]);

        Assert.Equal(new OnTimeout.Goto("look"), approve.OnTimeout);
        Assert.Equal([new Escalation(TimeSpan.FromMinutes(10), "approver"), new Escalation(TimeSpan.FromMinutes(20), "commander")], approve.Escalate);
    }

    [Fact]
    public void A_covered_block_may_use_its_own_items()
    {
        Many("[ " + """{ "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["all"], "decideWithin": "PT30M" } }, { "id": "all", "forEach": { "items": "${ inputs.many }", "maxItems": 5, "steps": [ { "id": "tell", "do": "notify", "with": { "channel": "c", "text": "${ item } of ${ index }" } } ] } } ]""");
    }

    [Fact]
    public void A_task_is_done_by_a_role_within_a_time()
    {
        var task = Assert.IsType<Step.ManualTask>(One("""{ "id": "call", "task": { "role": "commander", "instructions": "Call the vendor.", "doneWithin": "PT1H" } }"""));

        Assert.Equal(("commander", TimeSpan.FromHours(1)), (task.Role, task.DoneWithin));
    }

    [Fact]
    public void A_wait_is_for_a_time_an_instant_or_an_event()
    {
        Assert.Equal(new WaitFor.Duration(TimeSpan.FromMinutes(1)), Wait("""{ "for": "PT1M" }"""));
        Assert.Equal(new WaitFor.Signal("vendorReady", TimeSpan.FromHours(1)), Wait("""{ "event": "vendorReady", "within": "PT1H" }"""));
        Assert.Equal(TimeSpan.FromHours(2), Assert.IsType<WaitFor.Instant>(Wait("""{ "until": "${ inputs.model }", "atMost": "PT2H" }""")).Latest);

        static WaitFor Wait(string what) => Assert.IsType<Step.Wait>(One($$"""{ "id": "pause", "wait": {{what}} }""")).For;
    }

    [Fact]
    public void Parallel_joins_all_unless_it_says_any()
    {
        var all = Assert.IsType<Step.Parallel>(One("""{ "id": "both", "parallel": { "branches": { "one": [ """ + Look + """ ], "two": [ """ + Tell + " ] } } }"));
        var any = Assert.IsType<Step.Parallel>(One("""{ "id": "both", "timeout": "PT5M", "parallel": { "join": "any", "branches": { "one": [ """ + Look + " ] } } }"));

        Assert.Equal((Join.All, "one, two"), (all.Join, string.Join(", ", all.Branches.Select(branch => branch.Name))));
        Assert.Equal((Join.Any, TimeSpan.FromMinutes(5)), (any.Join, any.Timeout));
    }

    [Fact]
    public void ForEach_runs_one_item_at_a_time_and_stops_at_the_first_error_unless_it_says_otherwise()
    {
        var forEach = Assert.IsType<Step.ForEach>(One("""{ "id": "all", "forEach": { "items": "${ inputs.many }", "maxItems": 7, "steps": [ """ + Look + " ] } }"));

        Assert.Equal((7, 1, null), (forEach.MaxItems, forEach.Concurrency, forEach.StopAtErrorPercent));
    }

    [Fact]
    public void Repeat_may_look_at_the_round_that_has_just_ended()
    {
        var repeat = Assert.IsType<Step.Repeat>(One("""{ "id": "again", "repeat": { "steps": [ """ + Look + """ ], "until": "${ steps.look.output.status == `200` }", "maxTimes": 10, "every": "PT30S" } }"""));

        Assert.Equal((10, TimeSpan.FromSeconds(30)), (repeat.MaxTimes, repeat.Every));
        Assert.Empty(Read.Errors(Marked.Around("""[ { "id": "again", "repeat": { "steps": [ """ + Look + """ ], "until": "${ index == `1` }", "maxTimes": 2, "every": "PT0S" } } ]""")));
    }

    [Fact]
    public void Switch_has_arms_and_a_default()
    {
        var choice = Assert.IsType<Step.Switch>(One("""{ "id": "which", "switch": [ { "when": "${ inputs.percent > `50` }", "steps": [ """ + Look + """ ] } ], "default": [ """ + Tell + " ] }"));

        Assert.Equal("inputs.percent > `50`", choice.Arms.Single().When.Text.Trim());
        Assert.Equal("tell", choice.Default.Single().Id);
    }

    [Fact]
    public void Try_catches_by_kind_of_error()
    {
        var attempt = Assert.IsType<Step.Try>(One("""{ "id": "careful", "try": { "steps": [ """ + Look + """ ], "catch": [ { "on": ["not-found", "denied"], "steps": [ """ + Tell + """ ] }, { "steps": [] } ] } }"""));

        Assert.Equal([ErrorKind.NotFound, ErrorKind.Denied], attempt.Catch[0].On);
        Assert.Empty(attempt.Catch[1].On);
    }

    [Fact]
    public void Fail_and_end_name_the_outcome()
    {
        Assert.Equal(FinishAs.Failed, Assert.IsType<Step.Finish>(One("""{ "id": "stop", "fail": "Nothing helps." }""")).As);
        Assert.Equal(FinishAs.StoodDown, Assert.IsType<Step.Finish>(One("""{ "id": "stop", "end": { "as": "stoodDown", "reason": "A false alarm." } }""")).As);
        Assert.Equal(FinishAs.Completed, Assert.IsType<Step.Finish>(One("""{ "id": "stop", "end": { "as": "completed", "reason": "Done." } }""")).As);
    }

    [Fact]
    public void Shared_fields_are_read()
    {
        var step = One("""{ "id": "pause", "title": "A pause", "wait": { "for": "PT1M" }, "when": "${ inputs.model == 'm' }", "budget": "PT2M", "drill": "skip", "onFailure": "ask", "askWithin": "PT5M" }""");

        Assert.Equal(("A pause", "inputs.model == 'm'", TimeSpan.FromMinutes(2), InDrill.Skip, TimeSpan.FromMinutes(5)),
            (step.Title, step.When!.Text.Trim(), step.Budget, step.InDrill, step.AskWithin));
        Assert.IsType<OnFailure.Ask>(step.OnFailure);
    }

    [Fact]
    public void What_a_goto_jumps_over_may_be_read_guardedly()
    {
        Many("[ " + """{ "id": "pause", "wait": { "event": "e", "within": "PT1M" }, "onFailure": { "goto": "tell" } }, """ + Look + """, { "id": "tell", "do": "notify", "with": { "channel": "c", "text": "${ steps.look.status }" } } ]""");
    }

    [Theory]
    [InlineData("""[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["tell", "look"], "decideWithin": "PT1M", "onTimeout": "proceed" } }, { "id": "tell", "wait": { "for": "PT1S" } }, """ + Look + " ]")]
    [InlineData("""[ { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": "go" } }, """ + Look + """, { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["tell"], "decideWithin": "PT1M" } }, """ + Tell + " ]")]
    [InlineData("""[ { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": "erase" } }, """ + Look + ", " + Erase + " ]")]
    [InlineData("""[ { "id": "t", "try": { "steps": [ """ + Look + """ ], "catch": [ { "steps": [ """ + Erase + " ] } ] } } ]")]
    [InlineData("""[ { "id": "t", "forEach": { "items": [1], "maxItems": 1, "steps": [ """ + Erase + " ] } } ]")]
    public void What_must_be_kept_may_be_jumped_to_permitted_by_silence_and_done_in_a_block(string steps) => Assert.Empty(Read.Errors(Marked.Around(steps)));

    [Fact]
    public void The_bodies_of_a_block_have_the_names_that_stand_in_paths()
    {
        var steps = Many("[ " + $$"""
            { "id": "both", "parallel": { "branches": { "one": [ {{Wait("a")}} ], "two": [ {{Wait("b")}} ] } } },
            { "id": "all", "forEach": { "items": [1], "maxItems": 1, "steps": [ {{Wait("c")}} ] } },
            { "id": "again", "repeat": { "maxTimes": 2, "until": "${ index == `1` }", "steps": [ {{Wait("d")}} ] } },
            { "id": "which", "switch": [ { "when": "${ inputs.percent == `1` }", "steps": [ {{Wait("e")}} ] }, { "when": "${ inputs.percent == `2` }", "steps": [ {{Wait("f")}} ] } ], "default": [ {{Wait("g")}} ] },
            { "id": "careful", "try": { "steps": [ {{Wait("h")}} ], "catch": [ { "on": ["denied"], "steps": [ {{Wait("i")}} ] }, { "steps": [ {{Wait("j")}} ] } ] } }
            """ + " ]");

        Assert.Equal(["one a, two b", "each c", "each d", "arm0 e, arm1 f, default g", "steps h, catch0 i, catch1 j"],
            steps.Select(step => string.Join(", ", step.Bodies().Select(body => $"{body.Name} {body.Steps.Single().Id}"))));

        static string Wait(string id) => $$"""{ "id": "{{id}}", "wait": { "for": "PT1S" } }""";
    }

    [Theory]
    [InlineData("""{ "accept": "${ inputs.model }", "x": "y" }""", """{ "accept": "m", "x": "y" }""")]
    [InlineData("""{ "accept": ["${ inputs.model }", 1, ["${ inputs.percent }"]] }""", """{ "accept": ["m", 1, [5]] }""")]
    [InlineData("""{ "x": { "y": [] } }""", """{ "x": { "y": [] } }""")]
    public void Expressions_are_put_in_wherever_they_stand_in_a_value(string written, string made)
    {
        var step = Assert.IsType<Step.Do>(One($$"""{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/", "headers": {{written}} } }"""));
        var headers = step.With.Single(field => field.Name == "headers").Value;

        Assert.Equal(JsonData.Parse(made), headers.Resolve(JsonData.Parse("""{ "inputs": { "model": "m", "percent": 5 } }""")).Value);
    }

    [Fact]
    public void The_first_error_inside_a_value_is_the_error_of_the_whole()
    {
        var step = Assert.IsType<Step.Do>(One("""{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/", "headers": { "accept": ["${ require(inputs.model, 'none') }"] } } }"""));

        Assert.Contains("none", step.With.Single(field => field.Name == "headers").Value.Resolve(JsonData.Parse("""{ "inputs": { "model": null } }""")).Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/", "headers": { "accept": "${ inputs.model }" } } } ]""")]
    [InlineData("""[ { "id": "a", "do": "deadletters.reprocess", "with": { "queue": "q", "rampPercent": [1, "${ inputs.percent }"] } } ]""")]
    public void A_value_of_an_action_may_hold_expressions_inside(string steps) => Assert.Empty(Read.Errors(Marked.Around(steps)));

    private static Step One(string step) => Many($"[ {step} ]").Single();

    private static System.Collections.Immutable.ImmutableArray<Step> Many(string steps) => Read.Valid(Marked.Around(steps)).Steps;

    [Fact]
    public void Defaults_stand_in_for_what_a_step_and_its_undo_do_not_say()
    {
        const string defaults = """, "defaults": { "timeout": "PT3M", "retry": { "attempts": 4, "interval": "PT9S", "on": ["transient", "timeout"] } }, "steps": """;
        var steps = Read.Valid($$"""
            { "playbook": "p", "version": "1.0.0", "title": "t"{{defaults}} [
              { "id": "own", "do": "http.get", "with": { "url": "https://a.example/" }, "timeout": "PT7S", "retry": { "attempts": 2 } }, {{Look}},
              { "id": "post", "do": "http.request", "with": { "url": "https://a.example/", "method": "POST" } },
              { "id": "promote", "do": "artifacts.promote", "with": { "model": "m", "version": 2 },
                "undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 1 }, "timeout": "PT8S", "retry": { "attempts": 5 } } } ] }
            """).Steps.Cast<Step.Do>().ToArray();

        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3)], steps.Select(step => step.Timeout));
        Assert.Equal([2, 4, 4, 4], steps.Select(step => step.Retry.Attempts));
        Assert.Equal(TimeSpan.FromSeconds(9), steps[0].Retry.Interval);
        Assert.Equal([ErrorKind.Transient], steps[2].Retry.On);
        Assert.Equal((TimeSpan.FromSeconds(8), 5), (steps[3].Undo!.Timeout, steps[3].Undo!.Retry.Attempts));
    }
}
