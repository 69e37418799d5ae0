using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>Rule 10: a drill injects, waits to be found, then is a run like any other.</summary>
public class DrillTests
{
    private const string Inject = """ "drill": { "detectWithin": "PT5M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1H" } } ] } """;

    private static Story Injected(string? steps = null)
    {
        var story = Story.Of(steps ?? Steps.List(Steps.Get("look")), RunMode.Drill, rto: "", extra: Inject);
        Assert.Equal(["@drill/break~d.0.1.0"], story.Running());
        return story.After("PT10S").Succeeds("@drill/break");
    }

    [Fact]
    public void Without_an_alert_the_incident_was_not_detected()
    {
        var story = Injected().After("PT5M");

        Assert.Equal(RunOutcome.Failed, story.End().Outcome);
        Assert.Single(story.Started);
    }

    [Fact]
    public void The_alert_starts_the_steps_and_the_clock()
    {
        var story = Injected().After("PT1M");
        story.When(new RunEvent.AlertAttached(JsonData.EmptyObject, story.Now, story.Now));

        Assert.Equal(["look~d.0.1.0"], story.Running());
        Assert.Equal((Story.Start.AddSeconds(10), Story.Start.AddSeconds(70)), (story.Run.Clocks.Occurred, story.Run.Clocks.Detected));
    }

    [Fact]
    public void An_alert_after_its_time_has_not_detected_though_no_timer_came_first()
    {
        var story = Injected();
        story.When(new RunEvent.AlertAttached(JsonData.EmptyObject, Story.Start.AddMinutes(6), Story.Start.AddMinutes(6)));

        Assert.Equal(RunOutcome.Failed, story.End().Outcome);
    }

    [Fact]
    public void A_scripted_approver_votes_in_a_drill_and_it_is_written_down()
    {
        var story = Injected(Steps.List(Steps.Approve("tell"), Steps.Notify("tell")));
        story.When(new RunEvent.AlertAttached(JsonData.EmptyObject, story.Now, story.Now)).Votes("drill-script", via: "script");

        Assert.True(story.Last<RunEvent.VoteCounted>().Scripted);
    }

    [Theory]
    [InlineData("terminal", true)]
    [InlineData("api", false)]
    public void Who_started_a_drill_votes_in_the_terminal_only(string via, bool counts)
    {
        var story = Injected(Steps.List(Steps.Approve("tell"), Steps.Notify("tell")));
        story.When(new RunEvent.AlertAttached(JsonData.EmptyObject, story.Now, story.Now)).Votes("operator", via: via);

        Assert.Equal(counts, story.Events.OfType<RunEvent.VoteCounted>().Any(vote => vote.SelfApproved));
    }

    [Fact]
    public void An_earlier_alert_moves_the_objective_and_not_what_expressions_see()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered()));
        story.When(new RunEvent.AlertAttached(JsonData.EmptyObject, Story.Start.AddMinutes(-5), story.Now));

        Assert.Equal((Story.Start.AddMinutes(-5), Story.Start), (story.Run.Clocks.Detected, story.Run.Clocks.DetectedFirst));
    }
}
