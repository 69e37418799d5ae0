using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>What an expression sees from where it stands.</summary>
public class VisibleTests
{
    private static string Say(string id, string expression) => $$"""{ "id": "{{id}}", "do": "notify", "with": { "channel": "incidents", "text": "${ {{expression}} }" } }""";

    private static JsonData Body(string text) => JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(text)));

    private static string Said(Story story, string path) => story.Action(path).Inputs["text"]!.AsString()!;

    [Fact]
    public void The_run_with_its_clocks_and_its_deadline() =>
        Assert.Equal("""
            {"id":"run-1","mode":"live","occurredAt":null,"detectedAt":"2026-01-12T03:00:00.0000000Z","startedAt":"2026-01-12T03:00:00.0000000Z","deadline":"2026-01-12T07:00:00.0000000Z"}
            """.Trim(), Said(Story.Of(Steps.List(Say("tell", "to_string(run)"), Steps.Isolate(), Steps.Rejoin(), Steps.Recovered())), "tell"));

    [Fact]
    public void The_alert_and_since_when_it_is_over()
    {
        var story = Story.Of(Steps.List(Steps.Get("look"), Say("tell", "to_string(alert)"), Say("again", "to_string(alert)")), rto: "");
        story.When(new RunEvent.AlertAttached(JsonData.Object(("id", JsonData.Of("a1"))), story.Now, story.Now)).Succeeds("look");
        Assert.Equal("""{"id":"a1"}""", Said(story, "tell"));

        story.When(new RunEvent.AlertResolved(Story.Start.AddMinutes(1), story.Now)).Succeeds("tell");
        Assert.Equal("""{"id":"a1","resolvedAt":"2026-01-12T03:01:00.0000000Z"}""", Said(story, "again"));
    }

    [Fact]
    public void An_alert_that_is_over_is_resolved_also_by_its_condition()
    {
        var story = Story.Of(Steps.List(Steps.Get("look"), Say("tell", "alert.condition")), rto: "");
        story.When(new RunEvent.AlertAttached(JsonData.Object(("id", JsonData.Of("a1")), ("condition", JsonData.Of("fired"))), story.Now, story.Now))
            .When(new RunEvent.AlertResolved(Story.Start.AddMinutes(1), story.Now)).Succeeds("look");
        Assert.Equal("resolved", Said(story, "tell"));
    }

    [Fact]
    public void A_run_without_an_alert_sees_null() =>
        Assert.Equal("null", Said(Story.Of(Steps.List(Say("tell", "to_string(alert)")), rto: ""), "tell"));

    [Theory]
    [InlineData("steps.good.status", "succeeded")]
    [InlineData("steps.bad.status", "failed")]
    [InlineData("steps.out.status", "skipped")]
    [InlineData("to_string(steps.bad.attempts)", "2")]
    [InlineData("to_string(steps.out.attempts)", "0")]
    [InlineData("steps.good.output.body", "well")]
    public void How_the_steps_before_it_ended(string expression, string said)
    {
        var story = Story.Of(Steps.List(Steps.Get("good"), Steps.Get("bad", Steps.Retried + """, "onFailure": "continue" """), Steps.Get("out", """, "when": "${ inputs.model == 'other' }" """), Say("tell", expression)), rto: "");
        story.Succeeds("good", Body("well")).Fails("bad", ErrorKind.Transient).After("PT10S").Fails("bad", ErrorKind.Invalid);

        Assert.Equal(said, Said(story, "tell"));
    }

    [Fact]
    public void The_attempts_of_a_step_that_a_person_decides_on()
    {
        var story = Story.Of(Steps.List(Steps.Notify("bad"), Say("tell", "to_string(steps.bad.attempts)")), rto: "").Fails("bad").Orders(new Order.Retry("bad", false)).Fails("bad").Orders(new Order.Skip("bad", false));

        Assert.Equal("2", Said(story, "tell"));
    }

    [Fact]
    public void Finally_sees_what_the_steps_did_and_its_own()
    {
        var story = Story.Of(Steps.List(Steps.Get("look")), rto: "", extra: $$""" "finally": [ {{Say("one", "steps.look.status")}}, {{Say("two", "join(' ', [coalesce(steps.look.output.body, 'nothing'), steps.one.status])")}} ] """).Succeeds("look", Body("well"));

        Assert.Equal("succeeded", Said(story, "@finally/one"));
        Assert.Equal("well succeeded", Said(story.Succeeds("@finally/one"), "@finally/two"));
    }

    [Fact]
    public void Outside_a_loop_its_output_is_an_array_by_index_of_its_steps()
    {
        var story = Story.Of(Steps.List("""{ "id": "each", "forEach": { "items": [1, 2], "maxItems": 2, "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } }""",
            Say("tell", "join(' ', steps.each.output[*].look.body)")), rto: "").Succeeds("each[0]/look", Body("a")).Succeeds("each[1]/look", Body("b"));

        Assert.Equal("a b", Said(story, "tell"));
    }

    [Fact]
    public void Outside_branches_their_output_is_an_object_by_name()
    {
        var story = Story.Of(Steps.List($$"""{ "id": "both", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "right": [ {{Steps.Get("two")}} ] }, "join": "all" } }""",
            Say("tell", "join(' ', [steps.both.output.left.one.body, steps.both.output.right.two.body])")), rto: "").Succeeds("both.left/one", Body("a")).Succeeds("both.right/two", Body("b"));

        Assert.Equal("a b", Said(story, "tell"));
    }

    [Fact]
    public void A_step_in_a_branch_inside_a_loop_sees_its_item_its_branch_and_its_iteration()
    {
        var both = $$"""{ "id": "both", "parallel": { "branches": { "left": [ {{Steps.Get("one")}}, {{Say("two", "join(' ', [item, to_string(index), steps.one.output.body, steps.first.output.body])")}} ], "right": [ {{Steps.Get("three")}} ] }, "join": "all" } }""";
        var story = Story.Of(Steps.List($$"""{ "id": "each", "forEach": { "items": ["a", "b"], "maxItems": 2, "concurrency": 2, "steps": [ {{Steps.Get("first")}}, {{both}} ] } }"""), rto: "");
        story.Succeeds("each[0]/first", Body("other")).Succeeds("each[1]/first", Body("mine")).Succeeds("each[1]/both.left/one", Body("yes"));

        Assert.Equal("b 1 yes mine", Said(story, "each[1]/both.left/two"));
    }

    [Fact]
    public void A_step_after_a_choice_may_ask_what_an_arm_found()
    {
        var pick = $$"""{ "id": "pick", "switch": [ { "when": "${ inputs.model == 'other' }", "steps": [ {{Steps.Get("one")}} ] } ], "default": [ {{Steps.Get("two")}} ] }""";
        var story = Story.Of(Steps.List(pick, Say("tell", "coalesce(steps.one.output.body, steps.two.output.body, 'nothing')")), rto: "");
        Assert.Equal(["pick.default/two~d.0.1.0"], story.Running());

        Assert.Equal("found", Said(story.Succeeds("pick.default/two", Body("found")), "tell"));
    }

    [Fact]
    public void A_catch_sees_what_was_tried()
    {
        var guard = $$"""{ "id": "guard", "try": { "steps": [ {{Steps.Get("first")}}, {{Steps.Get("second")}} ], "catch": [ { "on": ["conflict"], "steps": [ {{Say("tell", "coalesce(steps.first.output.body, 'nothing')")}} ] } ] } }""";
        var story = Story.Of(Steps.List(guard), rto: "").Succeeds("guard.steps/first", Body("seen")).Fails("guard.steps/second", ErrorKind.Conflict);

        Assert.Equal("seen", Said(story, "guard.catch0/tell"));
    }

    [Theory]
    [InlineData("inputs.model", true)]
    [InlineData("inputs.model == 'other'", false)]
    [InlineData("''", false)]
    [InlineData("`0`", true)]
    [InlineData("`null`", false)]
    [InlineData("`[]`", false)]
    [InlineData("`[0]`", true)]
    [InlineData("`{}`", false)]
    [InlineData("{a: inputs.model}", true)]
    public void When_is_true_unless_it_gives_false_null_or_what_is_empty(string expression, bool runs) =>
        Assert.Equal(runs, Story.Of(Steps.List(Steps.Get("a", $$""", "when": "${ {{expression}} }" """)), rto: "").Started.Count == 1);

    [Fact]
    public void Outputs_of_an_inlined_playbook_a_loop_and_a_branch_nest()
    {
        var inner = $$"""{ "id": "each", "forEach": { "items": [1], "maxItems": 1, "steps": [ {{Steps.Get("look")}} ] } }""";
        var story = Story.Of(Steps.List($$"""{ "id": "both", "parallel": { "branches": { "left": [ {{inner}} ], "right": [ {{Steps.Get("two")}} ] }, "join": "all" } }""",
            Say("tell", "steps.both.output.left.each[0].look.body")), rto: "").Succeeds("both.left/each[0]/look", Body("deep")).Succeeds("both.right/two", Body("b"));

        Assert.Equal("deep", Said(story, "tell"));
    }

    [Fact]
    public void A_step_in_a_block_of_a_branch_sees_its_branch_and_not_the_other()
    {
        static string Branch(string step) => $$"""[ {{Steps.Get(step)}}, { "id": "{{step}}Guard", "try": { "steps": [ {{Say(step + "Tell", $"steps.{step}.output.body")}} ], "catch": [ { "steps": [] } ] } } ]""";
        var story = Story.Of(Steps.List($$"""{ "id": "both", "parallel": { "branches": { "one": {{Branch("first")}}, "two": {{Branch("second")}} }, "join": "all" } }"""), rto: "");
        story.Succeeds("both.one/first", Body("a")).Succeeds("both.two/second", Body("b"));

        Assert.Equal("a", Said(story, "both.one/firstGuard.steps/firstTell"));
        Assert.Equal("b", Said(story, "both.two/secondGuard.steps/secondTell"));
        Assert.Equal(["both", "second", "secondGuard", "secondTell"], Scope.For(story.Run, "both.two/secondGuard.steps")["steps"]!.Properties.Select(step => step.Key));
    }

    [Fact]
    public void What_encloses_a_step_is_running_and_shows_the_iterations_so_far()
    {
        var story = Story.Of(Steps.List($$"""{ "id": "each", "forEach": { "items": [1, 2], "maxItems": 2, "steps": [ {{Steps.Get("look")}} ] } }"""), rto: "").Succeeds("each[0]/look", Body("a"));

        Assert.Equal(JsonData.Parse("""{ "status": "running", "output": [ { "look": { "status": 200, "body": "a" } }, { "look": null } ], "attempts": 0 }"""),
            Scope.For(story.Run, "each[1]")["steps"]!["each"]);
    }

    [Fact]
    public void A_loop_has_as_many_outputs_as_it_began_iterations()
    {
        var story = Story.Of(Steps.List($$"""{ "id": "each", "forEach": { "items": [1, 2], "maxItems": 2, "steps": [ {{Steps.Get("look")}} ] } }""",
            Say("tell", "to_string(length(steps.each.output))")), rto: "").Succeeds("each[0]/look").Succeeds("each[1]/look");

        Assert.Equal("2", Said(story, "tell"));
    }
}
