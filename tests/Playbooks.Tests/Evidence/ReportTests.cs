using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Json;
using static Playbooks.Core.Decisions.RunEvent;

namespace Playbooks.Tests.Evidence;

public class ReportTests
{
    private static readonly RunReport Good = RecordedRuns.Recovered().Report;

    [Fact]
    public void The_clocks_are_those_of_the_events()
    {
        var detected = RecordedRun.Midnight.AddSeconds(-7);
        Assert.Equal(RecordedRun.Midnight.AddMinutes(-22).AddSeconds(0.2), Good.Clocks.Occurred);
        Assert.Equal(detected, Good.Clocks.Detected);
        Assert.Equal(detected.AddHours(4), Good.Clocks.Deadline);
        Assert.Equal(RecordedRun.Midnight.AddSeconds(0.2), Good.Clocks.Started);
        Assert.Equal(RecordedRun.Midnight.AddSeconds(1.6), Good.Clocks.Degraded);
        Assert.Equal(TimeSpan.FromSeconds(1956.3), Good.Clocks.DetectedToRecovered);
        Assert.Equal(TimeSpan.FromMilliseconds(212_100), Good.Clocks.Ended - Good.Clocks.Recovered);
        Assert.Equal(Good.Clocks.DetectedToRecovered + TimeSpan.FromSeconds(1312.8), Good.Clocks.OccurredToRecovered);
    }

    [Fact]
    public void Waiting_for_people_is_told_apart_and_never_subtracted()
    {
        Assert.Equal(TimeSpan.FromSeconds(1_140), Good.Time.Human);
        Assert.Equal(Good.Clocks.DetectedToRecovered, Good.Time.Total);
        Assert.Equal(Good.Time.Total, Good.Time.Human + Good.Time.Machine);
        Assert.Equal(RtoVerdict.Met, Good.Verdict);
        Assert.StartsWith("Service was verified 32 min 36 s after detection", Good.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_overlaps_is_waited_for_once_and_only_while_the_clock_runs()
    {
        var run = new RecordedRun();
        run.Start(RecordedRuns.Playbook).Wait(10)
            .Add(at => new OrderTaken("o1", new Order.Pause(), "commander", "look", at)).Wait(10)
            .Add(at => new OrderAwaited("isolate", ErrorKind.Denied, "no", at.AddMinutes(15), at)).Wait(10)
            .Add(at => new OrderTaken("o2", new Order.Resume(), "commander", "go on", at)).Wait(10)
            .Add(at => new OrderTaken("o3", new Order.Retry("isolate", false), "commander", "mended", at)).Wait(20)
            .Add(at => new ServiceRecovered("recovered", at))
            .Add(at => new OrderTaken("o4", new Order.Pause(), "commander", "after", at)).Wait(100)
            .Add(at => new RunEnded(RunOutcome.Recovered, RtoVerdict.Met, [], [], null, at));
        var time = run.Report.Time;
        Assert.Equal((60, 30, 20, 20), (time.Total.TotalSeconds, time.Human.TotalSeconds, time.Pauses.TotalSeconds, time.Orders.TotalSeconds));
    }

    [Fact]
    public void A_step_has_its_budget_its_time_and_its_attempts()
    {
        var restore = Assert.Single(Good.Steps, step => step.Path == "restore");
        Assert.Equal(("artifacts.restore", "succeeded", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(199), false),
            (restore.Action, restore.State, restore.Budget!.Value, restore.Actual!.Value, restore.OverBudget));
        Assert.Equal(TimeSpan.FromSeconds(195), restore.Working);
        Assert.Equal([("restore~d.0.1.0", "expired", 1, 1), ("restore~d.0.2.0", "succeeded", 2, 1)],
            restore.Attempts.Select(attempt => (attempt.Id, attempt.Result, attempt.Polls, attempt.Starts)));
        Assert.True(Assert.Single(Good.Steps, step => step.Path == "recovered").Recovers);
        Assert.Equal("model.rejoin", Assert.Single(Good.Steps, step => step.Path == "ramp[2]/shift").Action);
    }

    [Fact]
    public void An_attempt_that_two_processes_took_up_is_one_attempt_with_two_starts()
    {
        var run = new RecordedRun().Start(RecordedRuns.Playbook).Add(at => new StepStarted("isolate", at)).Attempt("isolate", 1, "{}").Wait(5).Attempt("isolate", 1, "{}");
        var attempt = Assert.Single(Assert.Single(run.Report.Steps).Attempts);
        Assert.Equal((2, 1, "running"), (attempt.Starts, attempt.Polls, attempt.Result));
    }

    [Fact]
    public void Artifacts_are_shown_before_and_after()
    {
        var artifact = Assert.Single(Good.Artifacts);
        Assert.Equal((42L, RecordedRuns.Bad), (artifact.Before!.Version, artifact.Before.Digest));
        Assert.Equal(RecordedRuns.Bad, artifact.Preserved!.Digest);
        Assert.Equal((41L, RecordedRuns.Good, "reErase"), (artifact.After!.Version, artifact.After.Digest, artifact.After.From));
        Assert.True(artifact.ServesWhatWasRestored);
        Assert.Equal(["isolate", "preserve", "choose", "restore", "golden"], Good.Outputs.Select(output => output.Path).Where(path => !path.Contains('[')).Take(5));
    }

    [Fact]
    public void Letters_and_erasures_are_counted()
    {
        var replay = Assert.Single(Good.Replays);
        Assert.Equal(("grading-jobs", 40L, 31L, 4L, 2L, 3L), (replay.Queue, replay.Matched, replay.Sent, replay.Duplicates, replay.Erased, replay.Quarantined));
        var erasure = Assert.Single(Good.Erasures);
        Assert.Equal((4L, 9L, 0L), (erasure.Erasures, erasure.Removed, erasure.Remaining));
    }

    [Fact]
    public void A_person_who_had_not_started_the_run_proves_four_eyes()
    {
        Assert.True(Good.FourEyesProven);
        var vote = Assert.Single(Assert.Single(Good.Approvals).Votes);
        Assert.Equal(("approver@university.example", "teams", false, false, RecordedRun.Digest("what was shown")), (vote.Person, vote.Via, vote.Scripted, vote.SelfApproved, vote.DigestShown));
    }

    [Theory]
    [InlineData(true, false, "a script approved, no person decided")]
    [InlineData(false, true, "the person who started the run approved it")]
    public void A_script_or_the_starter_does_not(bool scripted, bool self, string why)
    {
        var report = RecordedRuns.Recovered(RunMode.Drill, approve: run => run.Approve("somebody", 5, self, scripted)).Report;
        Assert.False(report.FourEyesProven);
        Assert.Contains($"Four eyes are not proven for go: {why}.", report.Weaknesses);
    }

    [Fact]
    public void A_drill_says_so_and_which_holds_it_shortened()
    {
        var report = RecordedRuns.Recovered(RunMode.Drill).Report;
        Assert.Equal(["ramp[0]/watch", "ramp[1]/watch", "ramp[2]/watch"], report.Holds.Where(hold => hold.Shortened).Select(hold => hold.Path));
        Assert.StartsWith("This was a drill", report.Weaknesses[0], StringComparison.Ordinal);
        Assert.Contains("Step ramp[0]/watch watched for 5 s instead of 1 min: the environment shortens holds.", report.Weaknesses);
    }

    [Fact]
    public void A_model_not_shown_to_be_isolated_comes_first()
    {
        var report = RecordedRuns.NotIsolated().Report;
        Assert.Equal("isolation NOT confirmed", report.FirstLine);
        Assert.Equal(["grading"], report.UnconfirmedModels);
        Assert.Equal("Failed — objective of 4 h missed: service was not recovered", report.Summary);
        var undo = Assert.Single(report.Undos);
        Assert.Equal(("restore", "artifacts.promote", ErrorKind.Denied), (undo.Path, undo.Action, undo.Error));
        Assert.Contains("The chain's head was not anchored (start): The container cannot be reached.", report.Weaknesses);
    }

    [Fact]
    public void An_isolation_confirmed_later_is_no_alarm_any_more() => Assert.Equal("Failed — objective of 4 h missed: service was not recovered",
        RecordedRuns.NotIsolated().Add(at => new IsolationConfirmed("grading", at)).Report.FirstLine);

    [Fact]
    public void An_anchor_that_a_retry_made_is_not_missed() => Assert.DoesNotContain(
        RecordedRuns.NotIsolated().Anchor("start").Report.Weaknesses, weakness => weakness.Contains("anchored", StringComparison.Ordinal));

    [Fact]
    public void A_verdict_that_the_clocks_do_not_bear_out_proves_nothing()
    {
        var report = RecordedRuns.Recovered(approvalSeconds: 5 * 3600).Report;
        Assert.Equal(RtoVerdict.NotProven, report.Verdict);
        Assert.Equal("The run says that the objective was met, but its clocks do not bear it out.", report.Reasons[^1]);
    }

    [Fact]
    public void An_alert_that_came_earlier_moves_the_clock_to_itself()
    {
        var run = new RecordedRun().Start(RecordedRuns.Playbook).Add(at => new AlertAttached(JsonData.EmptyObject, at.AddMinutes(-5), at));
        Assert.Equal(RecordedRun.Midnight.AddMinutes(-5), run.Report.Clocks.Detected);
    }

    [Fact]
    public void A_run_isolated_again_after_its_recovery_never_stopped_the_clock()
    {
        var run = new RecordedRun().Start(RecordedRuns.Playbook).Wait(60).Add(at => new ServiceRecovered("recovered", at)).Wait(60)
            .Add(at => new RunEnded(RunOutcome.Failed, RtoVerdict.Missed, [], [], "A model was isolated again after the recovery.", at));
        Assert.Null(run.Report.Clocks.Recovered);
        Assert.Equal(TimeSpan.FromMinutes(2), run.Report.Time.Total);
        Assert.Contains("A model was isolated again after the recovery.", run.Report.Reasons);
    }

    [Fact]
    public void A_running_run_has_a_report_too()
    {
        var report = new RecordedRun().Start(RecordedRuns.Playbook).Wait(30).Do("isolate", 2).Report;
        Assert.Equal("Still running — objective of 4 h not proven", report.FirstLine);
        Assert.Null(report.Outcome);
    }

    [Fact]
    public void Simulated_steps_answer_for_nothing()
    {
        var report = new RecordedRun().Start(RecordedRuns.Playbook, RunMode.Drill).Do("choose", 1, output: """{"current":42,"currentDigest":"x"}""", simulated: true).Report;
        Assert.Empty(report.Artifacts);
        Assert.Contains("Step choose was simulated: it answered without acting.", report.Weaknesses);
    }

    [Fact]
    public void Steps_of_blocks_and_inlined_playbooks_are_found_in_their_texts()
    {
        var inner = """{"playbook":"inner","steps":[{"id":"deep","do":"notify","with":{"id":"x"}}]}""";
        var outer = $$$$"""
            {"playbook":"outer","version":"1.0.0","steps":[
              {"id":"both","parallel":{"branches":{"left":[{"id":"copy","do":"artifacts.preserve"}],"right":[]}}},
              {"id":"which","switch":[{"when":"true","steps":[{"id":"one","do":"http.get"}]}],"default":[{"id":"two","do":"http.get"}]},
              {"id":"guard","try":{"steps":[{"id":"risky","do":"http.request"}],"catch":[{"on":["denied"],"steps":[{"id":"mend","do":"notify"}]}]}},
              {"id":"other","playbook":{"name":"inner","version":"1.0.0","sha256":"{{{{RecordedRun.Digest(inner)}}}}"}}]}
            """;
        var run = new RecordedRun();
        run.Add(at => new RunStarted(RecordedRun.RunId, RunMode.Live, 1, new("outer", RecordedRun.Digest(outer), outer), new("e", "", "{}"), JsonData.EmptyObject, null, "p", null, at, null, null, at)
            { Inlined = [new("inner", RecordedRun.Digest(inner), inner)] });
        string[] paths = ["both.left/copy", "which/one", "which/two", "guard.steps/risky", "guard.catch0/mend", "other/deep"];
        foreach (var path in paths)
            run.Add(at => new StepStarted(path, at));
        Assert.Equal(["artifacts.preserve", "http.get", "http.get", "http.request", "notify", "notify"], run.Report.Steps.Select(step => step.Action));
    }
}
