using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>Which orders a run takes where it stands, and what a refusal says.</summary>
public class OrderTests
{
    private static string Refusal(Story story, Order order) => story.Orders(order).Last<RunEvent.OrderRefused>().Why;

    private static Story Failed(string step) => Story.Of(Steps.List(step, Steps.Get("next")), rto: "").Fails("a");

    [Fact]
    public void Pause_and_resume_follow_each_other()
    {
        var story = Story.Of(Steps.List(Steps.Get("a")), rto: "");
        Assert.Equal("It is not paused.", Refusal(story, new Order.Resume()));
        Assert.Equal("It is paused already.", Refusal(story.Orders(new Order.Pause()), new Order.Pause()));
        Assert.False(story.Orders(new Order.Resume()).Run.Paused);
    }

    [Fact]
    public void Nothing_is_ordered_of_a_run_that_stops()
    {
        var story = Story.Of(Steps.List(Steps.Get("a")), rto: "").Orders(new Order.Cancel());
        Assert.Equal("The run is stopping already.", Refusal(story, new Order.Pause()));
    }

    [Fact]
    public void An_order_after_the_end_is_answered_too()
    {
        var story = Story.Of(Steps.List(Steps.Get("a")), rto: "").Succeeds("a");
        Assert.Equal("The run is over.", Refusal(story, new Order.Cancel()));
        Assert.Empty(story.Run.Unjudged);
    }

    [Theory]
    [InlineData("a", "It has not failed.")]
    [InlineData("next", "It has not been reached.")]
    [InlineData("nowhere", "There is no such step.")]
    public void A_retry_needs_a_step_that_waits_for_an_order(string path, string reason) =>
        Assert.Equal(reason, Refusal(Story.Of(Steps.List(Steps.Get("a"), Steps.Get("next")), rto: ""), new Order.Retry(path, false)));

    [Theory]
    [InlineData("nowhere", "There is no such step.")]
    [InlineData("a", "It is running or over.")]
    [InlineData("recovered", "Nobody may skip this step.")]
    public void A_skip_needs_a_step_that_may_be_left_out(string path, string reason) =>
        Assert.Equal(reason, Refusal(Story.Of(Steps.List(Steps.Get("a"), Steps.Recovered())), new Order.Skip(path, false)));

    [Fact]
    public void A_step_that_has_not_been_reached_is_skipped_when_it_is()
    {
        var story = Story.Of(Steps.List(Steps.Get("a"), Steps.Get("next"), Steps.Get("last")), rto: "").Orders(new Order.Skip("next", false), reason: "it is known to be down");
        Assert.Equal(["last~d.0.1.0"], story.Succeeds("a").Running());
        Assert.Equal("skipped by commander: it is known to be down", story.Last<RunEvent.StepSkipped>().Reason);
    }

    [Fact]
    public void A_block_that_failed_is_skipped_and_not_retried()
    {
        var story = Story.Of(Steps.List($$"""{ "id": "a", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "right": [ {{Steps.Get("two")}} ] }, "join": "all" }, "onFailure": "ask" }""", Steps.Get("next")), rto: "")
            .Fails("a.left/one").Succeeds("a.right/two");
        Assert.Equal("A block cannot be retried; skip it or cancel.", Refusal(story, new Order.Retry("a", false)));
        Assert.Equal(["next~d.0.1.0"], story.Orders(new Order.Skip("a", false)).Running());
    }

    [Fact]
    public void What_cannot_be_repeated_is_retried_after_a_timeout_only_by_who_states_that_nothing_happened()
    {
        var story = Story.Of(Steps.List(Steps.Post("a")), rto: "").Fails("a", ErrorKind.OutcomeUnknown);
        Assert.Equal("It cannot be repeated safely. If you have seen that it did not happen, order the retry with --again.", Refusal(story, new Order.Retry("a", false)));
        Assert.Equal(["a~d.1.1.0"], story.Orders(new Order.Retry("a", true)).Running());
    }

    [Fact]
    public void What_said_itself_that_it_failed_is_retried_under_the_same_key()
    {
        var story = Story.Of(Steps.List(Steps.Post("a")), rto: "");
        var key = story.Action("a").Key;
        Assert.Equal(["a~d.0.2.0"], story.Fails("a").Orders(new Order.Retry("a", false)).Running());
        Assert.Equal(key, story.Action("a").Key);
    }

    [Fact]
    public void A_step_that_failed_before_it_could_start_starts_from_the_beginning()
    {
        var story = Story.Of(Steps.List("""{ "id": "a", "do": "notify", "with": { "channel": "incidents", "text": "${ abs(inputs.model) }" } }"""), rto: "");
        Assert.Null(Assert.IsType<StepState.AwaitingOrder>(story.Run.StateOf("a")).Prior);

        story.Orders(new Order.Retry("a", false));
        Assert.Equal(2, story.Events.OfType<RunEvent.OrderAwaited>().Count());
    }

    [Fact]
    public void What_is_over_stays_over_unless_an_open_question_builds_on_it()
    {
        var story = Story.Of(Steps.List(Steps.Get("look"), Steps.Get("other"), Steps.Approve("tell"),
            """{ "id": "tell", "do": "notify", "with": { "channel": "incidents", "text": "${ steps.look.output.body }" } }"""), rto: "")
            .Succeeds("look", JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of("old")))).Succeeds("other");
        var shown = story.Outstanding.OfType<Command.AskForVotes>().Single().Approval;

        Assert.Equal("It is over. Only a read-only step that an open approval builds on can be run again.", Refusal(story, new Order.Retry("other", false)));
        Assert.Equal(["look~d.1.1.0"], story.Orders(new Order.Retry("look", false)).Running());

        story.Succeeds("look", JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of("new"))));
        var asked = story.Outstanding.OfType<Command.AskForVotes>().Single().Approval;
        Assert.Equal((1, 2), (shown.Round, asked.Round));
        Assert.NotEqual(shown.Digest, asked.Digest);
    }

    [Fact]
    public void What_nobody_ordered_in_time_stops_the_run()
    {
        var story = Story.Of(Steps.List("""{ "id": "a", "do": "http.get", "with": { "url": "https://a.example/" }, "onFailure": "ask", "askWithin": "PT20M" }"""), rto: "").Fails("a");
        Assert.Empty(story.After("PT19M59S").Events.OfType<RunEvent.RunEnded>());
        Assert.Equal(RunOutcome.Failed, story.After("PT1S").End().Outcome);
    }

    [Theory]
    [InlineData("http.get", """, "with": { "url": "https://a.example/" }""", true)]
    [InlineData("notify", """, "with": { "channel": "incidents", "text": "t" }""", false)]
    public void A_failed_effect_asks_a_person_and_a_failed_look_does_not(string action, string with, bool stops) =>
        Assert.Equal(stops, Failed($$"""{ "id": "a", "do": "{{action}}"{{with}} }""").Events.OfType<RunEvent.RunEnded>().Any());

    [Fact]
    public void A_step_that_fails_again_when_the_time_to_ask_is_over_stops_the_run()
    {
        var story = Story.Of(Steps.List(Steps.Get("a", """, "timeout": "PT1H", "onFailure": "ask", "askWithin": "PT20M" """)), rto: "").Fails("a").After("PT10M").Orders(new Order.Retry("a", false));

        story.After("PT10M").Fails("a");

        Assert.Single(story.Events.OfType<RunEvent.OrderAwaited>());
        Assert.Equal((RunOutcome.Failed, "a"), (story.End().Outcome, story.Last<RunEvent.StepFailed>().Path));
    }

    [Fact]
    public void A_step_that_fails_again_before_the_time_to_ask_is_over_asks_until_the_same_instant()
    {
        var story = Story.Of(Steps.List(Steps.Get("a", """, "timeout": "PT1H", "onFailure": "ask", "askWithin": "PT20M" """)), rto: "").Fails("a").After("PT10M").Orders(new Order.Retry("a", false));

        story.After("PT9M59S").Fails("a");

        Assert.Equal([Story.Start.AddMinutes(20), Story.Start.AddMinutes(20)], story.Events.OfType<RunEvent.OrderAwaited>().Select(asked => asked.Until));
    }

    [Fact]
    public void A_step_done_again_that_goes_on_elsewhere_leaves_what_is_over_between_them()
    {
        var story = Story.Of(Steps.List(Steps.Get("look", """, "onFailure": { "goto": "go" } """), Steps.Get("other"), Steps.Approve("tell"),
            """{ "id": "tell", "do": "notify", "with": { "channel": "incidents", "text": "${ coalesce(steps.look.output.body, 'nothing') }" } }"""), rto: "")
            .Succeeds("look").Succeeds("other").Orders(new Order.Retry("look", false)).Fails("look");

        Assert.Empty(story.Events.OfType<RunEvent.StepSkipped>());
        Assert.IsType<StepState.Succeeded>(story.Run.StateOf("other"));
    }
}
