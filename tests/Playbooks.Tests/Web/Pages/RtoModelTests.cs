using System.Text;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Scenarios;
using Playbooks.Web.Pages.Runs;

namespace Playbooks.Tests.Web.Pages;

/// <summary>What stands first on the page of a run.</summary>
public class RtoModelTests
{
    private const string Scenario = """
        { "title": "t", "inputs": { "model": "ranking", "queue": "ranking-jobs", "updatedAt": "2026-01-11T18:00:00Z" },
          "votes": { "go": [ { "person": "approver-1", "role": "ml-approvers", "approves": true, "after": "PT4M" } ] },
          "actions": { "choose": [ { "succeeds": { "version": 11, "current": 12, "createdAt": "2026-01-02T06:00:00Z" } } ] }, "expect": {} }
        """;

    [Theory]
    [InlineData(5, "good", "2 h 55 min left")]
    [InlineData(110, "warn", "1 h 10 min left")]
    [InlineData(200, "bad", "20 min over")]
    public void The_time_that_is_left_is_said_with_what_is_to_be_expected(int minutes, string mood, string large)
    {
        var model = Model(happened => happened is RunEvent.ApprovalOpened, Rehearsal.Start.AddMinutes(minutes))!;
        Assert.Equal((mood, large, Rehearsal.Start.AddHours(3)), (model.Mood, model.Large, model.CountsTo));
    }

    [Fact]
    public void Waiting_for_people_goes_on_until_now()
    {
        var model = Model(happened => happened is RunEvent.ApprovalOpened, Rehearsal.Start.AddMinutes(90))!;
        var waiting = Assert.Single(model.Bars, bar => bar.Kind == "people");
        Assert.StartsWith("waiting for votes on go, 1 h 29 min", waiting.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_recovery_nothing_counts_any_more()
    {
        var model = Model(_ => false, Rehearsal.Start.AddDays(1))!;
        Assert.Equal(("good", null, true), (model.Mood, model.CountsTo, model.Large.StartsWith("Recovered after 4 min", StringComparison.Ordinal)));
        Assert.DoesNotContain(model.Bars, bar => bar.Kind.StartsWith("rest", StringComparison.Ordinal));
    }

    private static RtoModel? Model(Func<RunEvent, bool> isLast, DateTimeOffset now)
    {
        var playbook = ((ReadResult<Playbook>.Valid)PlaybookReader.Read(Repository.Read("playbooks/model-regression/playbook.json"), "playbook.json")).Value;
        var all = Rehearsal.Play(ScenarioReader.Read(Scenario), playbook, PaperEnvironment.For(RunMode.Live)).Events;
        var last = all.ToList().FindIndex(happened => isLast(happened));
        var events = last < 0 ? all : all[..(last + 1)];
        var run = events.Aggregate(Run.Empty, Decider.Evolve);
        return RtoModel.Of(run, RunReport.Of([.. events.Select((happened, index) => new StoredEvent(run.Id, index + 1, happened, "00", Encoding.UTF8.GetBytes("{}")))]), now);
    }
}
