using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Decisions;

/// <summary>What is outstanding has a name of its own, the same for every process that asks: shells keep timers and questions by it.</summary>
public class NameTests
{
    private static string Names(Story story) => string.Join(' ', story.Names());

    private static Story Of(params string[] steps) => Story.Of(Steps.List(steps), rto: "");

    [Theory]
    [InlineData("""{ "id": "a", "wait": { "for": "PT1M" } }""", "timer/wait/a")]
    [InlineData("""{ "id": "a", "budget": "PT30S", "wait": { "for": "PT1M" } }""", "timer/budget/a timer/wait/a")]
    [InlineData("""{ "id": "a", "task": { "role": "commander", "instructions": "Call.", "doneWithin": "PT10M" } }""", "ask/a/confirmation timer/task/a")]
    [InlineData("""{ "id": "a", "do": "http.get", "with": { "url": "https://a.example/" } }""", "a~d.0.1.0 timer/deadline/a~d")]
    [InlineData("""{ "id": "a", "approve": { "role": "approver", "message": "?", "covers": ["last"], "decideWithin": "PT30M", "escalate": [ { "after": "PT10M", "role": "commander" } ] } }""",
        "timer/approval/a timer/escalate/a votes/a/1/1")]
    [InlineData("""{ "id": "a", "timeout": "PT5M", "parallel": { "branches": { "left": [ { "id": "b", "wait": { "for": "PT1M" } } ], "right": [ { "id": "c", "wait": { "for": "PT1M" } } ] }, "join": "all" } }""",
        "timer/block/a timer/wait/a.left/b timer/wait/a.right/c")]
    public void A_step_that_runs(string step, string names) => Assert.Equal(names, Names(Of(step, Steps.Get("last"))));

    [Fact]
    public void A_pause_between_two_rounds() => Assert.Equal("timer/repeat/a", Names(Of(
        """{ "id": "a", "repeat": { "maxTimes": 3, "every": "PT1M", "until": "${ inputs.model == 'other' }", "steps": [ { "id": "b", "wait": { "for": "PT1S" } } ] } }""").After("PT1S")));

    [Fact]
    public void An_attempt_that_waits()
    {
        Assert.Equal("timer/retry/a~d", Names(Of(Steps.Get("a", Steps.Retried)).Fails("a", ErrorKind.Transient)));
        Assert.Equal("timer/deadline/a~d timer/poll/a~d", Names(Of(Steps.Get("a", Steps.Retried)).Pends("a", "PT5S")));
        Assert.Equal("timer/retry/a~d", Names(Of(Steps.Promote("a", """, "timeout": "PT1M" """)).After("PT1M").Orders(new Order.Retry("a", false))));
        Assert.Equal("timer/grace/a~d", Names(Of(Steps.Get("a", """, "timeout": "PT1M" """)).Orders(new Order.Cancel()).After("PT1M")));
    }

    [Fact]
    public void What_a_run_does_for_safety_and_to_take_back()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Promote("one"), Steps.Rejoin(), Steps.Recovered()), rto: "PT4H").Succeeds("isolate").Succeeds("one").Succeeds("rejoin").After("PT1S").Fails("recovered");
        Assert.Equal("@isolate/grading~s.0.1.0 timer/deadline/@isolate/grading~s timer/rto", Names(story));
        Assert.Equal("rejoin~u.0.1.0 timer/deadline/rejoin~u timer/rto", Names(story.Succeeds("@isolate/grading")));
    }

    [Fact]
    public void A_question_and_a_message()
    {
        var story = Story.Of(Steps.List(Steps.Notify("a")), rto: "", delivers: false);
        Assert.Equal("anchor/start a~d.0.1.0 timer/deadline/a~d", Names(story));
        Assert.Equal("anchor/start ask/a/order tell/order/a timer/ask/a", Names(story.Fails("a")));

        story.When(new RunEvent.TellFailed("order/a", "nobody", story.Now)).When(new RunEvent.AnchorFailed("start", "no way", story.Now));
        Assert.Equal("ask/a/order timer/anchor/start timer/ask/a timer/tell/order/a", Names(story));
    }

    [Fact]
    public void The_objective_and_the_danger_to_it() =>
        Assert.Equal("isolate~d.0.1.0 timer/deadline/isolate~d timer/rto timer/rto.atRisk", Names(Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered()))));

    [Fact]
    public void What_is_waited_for_before_and_after_the_steps()
    {
        const string drill = """ "drill": { "detectWithin": "PT5M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1H" } } ] } """;
        Assert.Equal("raise-alert timer/detection", Names(Story.Of(Steps.List(Steps.Get("a")), RunMode.Drill, rto: "", extra: drill).Succeeds("@drill/break")));

        var story = Story.Of(Steps.List(Steps.Get("a")), rto: "", extra: $$""" "finally": [ {{Steps.Notify("b")}} ] """).Succeeds("a");
        Assert.Equal("@finally/b~d.0.1.0 timer/deadline/@finally/b~d timer/finally", Names(story));
    }
}
