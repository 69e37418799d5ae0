using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>An expression that is well written and still gives nothing usable, in every place where one may stand: the step fails as invalid and says where.</summary>
public class UnresolvableTests
{
    /// <summary>The default of the input is a text, so this is known to be wrong only in the run.</summary>
    private const string Wrong = "${ abs(inputs.model) }";

    [Theory]
    [InlineData("""{ "id": "a", "do": "http.get", "with": { "url": "https://a.example/" }, "when": "{0}" }""", "'when' cannot be evaluated: ")]
    [InlineData("""{ "id": "a", "do": "http.get", "with": { "url": "{0}" } }""", "Its inputs cannot be resolved: ")]
    [InlineData("""{ "id": "a", "do": "artifacts.promote", "with": { "model": "grading", "version": 2 }, "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": "{0}" } }, "onFailure": "stop" }""", "The inputs of its undo cannot be resolved: ")]
    [InlineData("""{ "id": "a", "approve": { "role": "approver", "message": "{0}", "covers": ["b"], "decideWithin": "PT30M" } }""", "The message cannot be resolved: ")]
    [InlineData("""{ "id": "a", "task": { "role": "commander", "instructions": "{0}", "doneWithin": "PT10M" } }""", "The instructions cannot be resolved: ")]
    [InlineData("""{ "id": "a", "wait": { "until": "{0}", "atMost": "PT1H" } }""", "'until' gives no instant: ")]
    [InlineData("""{ "id": "a", "wait": { "until": "${ inputs.model }", "atMost": "PT1H" } }""", "'until' gives no instant: \"grading\"")]
    [InlineData("""{ "id": "a", "switch": [ { "when": "${ inputs.model == 'other' }", "steps": [ { "id": "in1", "wait": { "for": "PT1S" } } ] }, { "when": "{0}", "steps": [ { "id": "in2", "wait": { "for": "PT1S" } } ] } ] }""", "The condition of arm 2 cannot be evaluated: ")]
    [InlineData("""{ "id": "a", "forEach": { "items": "{0}", "maxItems": 2, "steps": [ { "id": "in3", "wait": { "for": "PT1S" } } ] } }""", "'items' cannot be resolved: ")]
    [InlineData("""{ "id": "a", "forEach": { "items": "${ inputs.model }", "maxItems": 2, "steps": [ { "id": "in4", "wait": { "for": "PT1S" } } ] } }""", "'items' gives no array.")]
    [InlineData("""{ "id": "a", "forEach": { "items": "${ keys({a: inputs.model, b: inputs.model}) }", "maxItems": 1, "steps": [ { "id": "in5", "wait": { "for": "PT1S" } } ] } }""", "'items' gives 2 items; maxItems is 1.")]
    [InlineData("""{ "id": "a", "repeat": { "maxTimes": 2, "every": "PT1M", "until": "{0}", "steps": [ { "id": "in6", "wait": { "for": "PT1S" } } ] } }""", "'until' cannot be evaluated: ")]
    [InlineData("""{ "id": "a", "when": "${ inputs.model == 'grading' }", "fail": "{0}" }""", "The reason cannot be resolved: ")]
    [InlineData("""{ "id": "a", "when": "${ inputs.model == 'grading' }", "end": { "as": "stoodDown", "reason": "{0}" } }""", "The reason cannot be resolved: ")]
    public void The_step_fails_as_invalid_and_says_where(string step, string message)
    {
        var story = Story.Of(Steps.List(step.Replace("{0}", Wrong, StringComparison.Ordinal), Steps.Get("b")), rto: "").After("PT2M");

        var failed = story.Last<RunEvent.StepFailed>();
        Assert.Equal(("a", ErrorKind.Invalid, "stop"), (failed.Path, failed.Kind, failed.Then));
        Assert.StartsWith(message, failed.Message, StringComparison.Ordinal);
        Assert.Equal(RunOutcome.Failed, story.End().Outcome);
        Assert.Empty(story.Started);
    }

    [Fact]
    public void An_approval_fails_when_what_it_covers_cannot_be_shown()
    {
        var story = Story.Of(Steps.List(Steps.Approve("b"), """{ "id": "b", "do": "notify", "with": { "channel": "incidents", "text": "${ abs(inputs.model) }" } }"""), rto: "");

        Assert.StartsWith("The inputs of b, which go covers, cannot be resolved: ", story.Last<RunEvent.StepFailed>().Message, StringComparison.Ordinal);
        Assert.Empty(story.Outstanding.OfType<Command.AskForVotes>());
    }

    [Fact]
    public void A_required_input_that_turns_out_null_is_named()
    {
        var story = Story.Of(Steps.List(Steps.Get("look"), """{ "id": "a", "do": "notify", "with": { "channel": "incidents", "text": "${ steps.look.output.body }" }, "onFailure": "stop" }"""), rto: "")
            .Succeeds("look", JsonData.Object(("status", JsonData.Of(204)), ("body", JsonData.Null)));

        Assert.Equal("notify needs 'text', which is null here.", story.Last<RunEvent.StepFailed>().Message);
    }

    [Fact]
    public void A_wait_until_an_instant_ends_there_and_never_later_than_its_latest()
    {
        static Story Until(string instant) => Story.Of(Steps.List("""{ "id": "rest", "wait": { "until": "${ inputs.model }", "atMost": "PT1H" } }"""), rto: "",
            inputs: JsonData.Object(("model", JsonData.Of(instant))));

        Assert.Equal(Story.Start.AddMinutes(10), Until("2026-01-12T03:10:00Z").After("PT2H").End().At);
        Assert.Equal(Story.Start.AddMinutes(10), Until("2026-01-12T04:10:00+01:00").After("PT2H").End().At);
        Assert.Equal(Story.Start.AddHours(1), Until("2026-01-13T00:00:00Z").After("PT2H").End().At);
        Assert.Equal(Story.Start, Until("2026-01-11T00:00:00Z").End().At);
    }

    [Fact]
    public void An_output_larger_than_a_run_can_carry_fails_the_step()
    {
        var story = Story.Of(Steps.List(Steps.Get("look")), rto: "").Succeeds("look", JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(new string('x', Limits.StepOutputMaxBytes)))));

        Assert.Equal(("look", ErrorKind.Bug), (story.Last<RunEvent.StepFailed>().Path, story.Last<RunEvent.StepFailed>().Kind));
        Assert.Equal("The output of http.get passes the limit of 8192 bytes, or all outputs that of 32768.", story.Last<RunEvent.StepFailed>().Message);
    }

    [Fact]
    public void An_output_as_large_as_a_run_can_carry_is_kept()
    {
        JsonData Output(int letters) => JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(new string('x', letters))));
        var story = Story.Of(Steps.List(Steps.Get("look")), rto: "").Succeeds("look", Output(Limits.StepOutputMaxBytes - Output(0).Text.Length));

        Assert.Equal(RunOutcome.Completed, story.End().Outcome);
    }

    [Fact]
    public void Outputs_count_together_against_the_limit_of_the_run()
    {
        var body = JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(new string('x', Limits.StepOutputMaxBytes - 100))));
        var story = Story.Of(Steps.List([.. Enumerable.Range(1, 5).Select(i => Steps.Get("look" + i))]), rto: "");
        for (var i = 1; i <= 4; i++)
            story.Succeeds("look" + i, body);
        Assert.Empty(story.Events.OfType<RunEvent.StepFailed>());

        Assert.Equal("look5", story.Succeeds("look5", body).Last<RunEvent.StepFailed>().Path);
    }
}
