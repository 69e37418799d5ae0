using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>Attempts that may still act after their step is over.</summary>
public class LateReportTests
{
    private const string Restore = """
        [ { "id": "isolate", "do": "model.isolate", "with": { "model": "grading" } },
          { "id": "restore", "do": "artifacts.restore", "timeout": "PT1M", "onFailure": "stop", "retry": { "attempts": 1 }, "with": { "model": "grading", "version": 1 },
            "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 2 } } },
          { "id": "erase", "do": "erasures.reapply", "with": { "model": "grading", "since": "2026-01-01T00:00:00Z" } },
          { "id": "back", "do": "model.rejoin", "with": { "model": "grading", "percent": 100 } },
          { "id": "good", "do": "model.verify", "with": { "model": "grading" }, "recovers": true } ]
        """;

    private static Story TimedOut() => Story.Of(Restore).Succeeds("isolate", JsonData.Object(("generation", JsonData.Of(1)))).After("PT1M");

    [Fact]
    public void Nothing_is_taken_back_while_an_attempt_that_timed_out_may_still_act()
    {
        var story = TimedOut();
        Assert.Equal(ErrorKind.Timeout, story.Last<RunEvent.StepFailed>().Kind);
        Assert.DoesNotContain(story.Events, happened => happened is RunEvent.RunDrained);
        Assert.Empty(story.After("PT29S").Running());
        Assert.Equal(["restore~u.0.1.0"], story.After("PT1S").Running());
    }

    [Fact]
    public void Its_late_report_ends_the_wait()
    {
        var story = TimedOut();
        story.When(new RunEvent.ActionSucceeded(new CommandId("restore", Purpose.Do, 0, 1, 0), JsonData.EmptyObject, story.Now));
        Assert.Equal(["restore~u.0.1.0"], story.Running());
    }

    [Fact]
    public void A_pending_attempt_that_runs_out_of_time_has_nothing_that_could_report()
    {
        var story = Story.Of(Restore).Succeeds("isolate").Pends("restore", "PT2M").After("PT1M");
        Assert.Equal(["restore~u.0.1.0"], story.Running());
    }

    [Fact]
    public void A_model_that_may_be_isolated_is_not_recovered()
    {
        var story = Story.Of("""
            [ { "id": "isolate", "do": "model.isolate", "timeout": "PT1M", "onFailure": "continue", "retry": { "attempts": 1 }, "with": { "model": "grading" } },
              { "id": "back", "do": "model.rejoin", "onFailure": "continue", "retry": { "attempts": 1 }, "with": { "model": "grading", "percent": 100 } },
              { "id": "good", "do": "model.verify", "with": { "model": "grading" }, "recovers": true } ]
            """).After("PT1M").Fails("back", ErrorKind.Conflict);
        Assert.Equal((ErrorKind.Integrity, "Not recovered: nobody knows whether grading was isolated."),
            story.Events.OfType<RunEvent.StepFailed>().Where(failed => failed.Path == "good").Select(failed => (failed.Kind, failed.Message)).Single());
    }

    [Fact]
    public void A_vote_and_an_order_may_carry_the_same_id()
    {
        var story = Story.Of(Restore);
        story.When(new RunEvent.VoteCast("same", "go", 1, "", "approver-1", ["approvers"], true, null, "api", story.Now));
        story.When(new RunEvent.OrderGiven("same", new Order.Pause(), "commander", ["commanders"], "because", "api", story.Now));
        Assert.Equal("same", story.Last<RunEvent.OrderTaken>().OrderId);
    }

    [Fact]
    public void A_retry_without_an_interval_does_not_wait_however_it_grows() =>
        Assert.Equal(TimeSpan.Zero, Playbooks.Core.Timing.WorstCase.LongestBackOff(new RetryRule(9, TimeSpan.Zero, double.MaxValue, TimeSpan.FromSeconds(1), []), 9));
}
