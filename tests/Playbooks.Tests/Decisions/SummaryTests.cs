using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Decisions;

/// <summary>A run in one line, a call for help, and what becomes of an attempt that its shell could not make.</summary>
public class SummaryTests
{
    private static RunSummary Of(string step, Func<Story, Story>? then = null) => (then ?? (story => story))(Story.Of(Steps.List(step, Steps.Get("last")), rto: "")).Run.Summary();

    [Fact]
    public void It_names_the_run_its_playbook_and_its_environment()
    {
        var summary = Of(Steps.Get("a"), story => story.After("PT1M").Succeeds("a"));

        Assert.Equal(("run-1", "story", "1.0.0", RunMode.Live, "live", RunState.Recovering, Story.Start), (summary.RunId, summary.Playbook, summary.Version, summary.Mode, summary.Environment, summary.State, summary.CreatedAt));
        Assert.Null(summary.WaitingFor);
    }

    [Fact]
    public void It_says_for_whom_the_run_waits()
    {
        Assert.Equal("votes of approvers or commanders on a", Of("""{ "id": "a", "approve": { "role": "approver", "message": "?", "covers": ["last"], "decideWithin": "PT30M", "escalate": [ { "after": "PT10M", "role": "commander" } ] } }""", story => story.After("PT10M")).WaitingFor);
        Assert.Equal("an order for a: retry, skip or cancel", Of(Steps.Notify("a"), story => story.Fails("a")).WaitingFor);
        Assert.Equal("somebody to do a", Of("""{ "id": "a", "task": { "role": "commander", "instructions": "Call.", "doneWithin": "PT10M" } }""").WaitingFor);
        Assert.Equal("somebody to do a.left/c", Of("""
            { "id": "a", "parallel": { "branches": { "right": [ { "id": "b", "task": { "role": "commander", "instructions": "Call.", "doneWithin": "PT10M" } } ],
                                                     "left": [ { "id": "c", "task": { "role": "commander", "instructions": "Call.", "doneWithin": "PT10M" } } ] }, "join": "all" } }
            """).WaitingFor);
    }

    [Fact]
    public void It_says_how_far_the_run_is()
    {
        Assert.Equal(RunState.Paused, Of(Steps.Get("a"), story => story.Orders(new Order.Pause())).State);
        Assert.Equal(RunState.Stopping, Of(Steps.Get("a"), story => story.Orders(new Order.Cancel())).State);
        Assert.Equal(RunState.Finishing, Story.Of(Steps.List(Steps.Get("a")), rto: "", extra: $$""" "finally": [ {{Steps.Notify("b")}} ] """).Succeeds("a").Run.Summary().State);

        var ended = Of(Steps.Get("a"), story => story.After("PT1M").Fails("a"));
        Assert.Equal((RunState.Ended, RunOutcome.Failed, RtoVerdict.NoObjective, Story.Start.AddMinutes(1)), (ended.State, ended.Outcome, ended.Verdict, ended.EndedAt));
        Assert.Null(ended.WaitingFor);
    }

    [Fact]
    public void A_recovery_is_named_unless_a_model_was_isolated_again()
    {
        var story = Story.Of(Steps.List(Steps.Isolate(), Steps.Rejoin(), Steps.Recovered(), Steps.Isolate("again"), Steps.Rejoin("back"))).Succeeds("isolate").Succeeds("rejoin").After("PT1M").Succeeds("recovered");
        Assert.Equal((Story.Start.AddMinutes(1), Story.Start.AddHours(4)), (story.Run.Summary().RecoveredAt, story.Run.Summary().Deadline));

        Assert.Null(story.Succeeds("again").Run.Summary().RecoveredAt);
    }

    [Fact]
    public void A_parked_run_waits_for_a_person_and_its_shell_calls_one()
    {
        var run = Decider.Evolve(Story.Of(Steps.List(Steps.Get("a")), rto: "").Run, new RunEvent.RunParked("its chain is broken.", Story.Start));
        Assert.Equal((RunState.Parked, "a person: its chain is broken."), (run.Summary().State, run.Summary().WaitingFor));
        Assert.True(run.IsQuiet);

        Assert.Equal(new Command.Tell("run.parked", "commanders", "Run run-1 is parked and does nothing more: its chain is broken. Look at what it left: playbooks show run-1"),
            ParkedRun.CallForHelp(run, "its chain is broken."));
    }

    [Fact]
    public void A_run_whose_texts_cannot_be_read_is_named_by_what_it_was_started_with()
    {
        var started = Story.Of(Steps.List(Steps.Get("a")), rto: "").Events.OfType<RunEvent.RunStarted>().Single();
        var run = Decider.Fold([started with { Playbook = started.Playbook with { Text = "{" } }]);

        Assert.Equal(("story", "", "live", RunState.Parked), (run.Summary().Playbook, run.Summary().Version, run.Summary().Environment, run.Summary().State));
        Assert.Equal(("", ""), (Run.Empty.Summary().Playbook, Run.Empty.Summary().Environment));
        Assert.Equal("", ParkedRun.CallForHelp(run, "why").Role);
    }

    [Fact]
    public void What_a_shell_could_not_do_is_reported_with_its_reason()
    {
        Assert.Equal((ErrorKind.Transient, "It was not started: all workers were busy until its deadline."), Reported(ActionReports.NoTime(Call(Steps.Get("a")), Story.Start)));
        Assert.Equal((ErrorKind.Transient, "It was not started: the engine was shutting down."), Reported(ActionReports.ShutDown(Call(Steps.Get("a")), Story.Start)));
        Assert.Equal((ErrorKind.Timeout, "No answer by its deadline."), Reported(ActionReports.Overdue(Call(Steps.Get("a")), Story.Start)));
        Assert.Equal((ErrorKind.Bug, "http.get threw InvalidOperationException: oh"), Reported(ActionReports.Threw(Call(Steps.Get("a")), new InvalidOperationException("oh"), Story.Start)));
        Assert.Equal((ErrorKind.OutcomeUnknown, "notify threw InvalidOperationException: oh"), Reported(ActionReports.Threw(Call(Steps.Notify("a")), new InvalidOperationException("oh"), Story.Start)));
        Assert.Equal(ErrorKind.OutcomeUnknown, Reported(ActionReports.Unrepeatable(Call(Steps.Post("a")), Story.Start)).Item1);
    }

    [Fact]
    public void Only_what_reads_is_keyed_or_is_conditional_may_be_run_again()
    {
        Assert.True(ActionReports.MayRepeat(Call(Steps.Get("a"))));
        Assert.True(ActionReports.MayRepeat(Call(Steps.Notify("a"))));
        Assert.True(ActionReports.MayRepeat(Call(Steps.Promote("a"))));
        Assert.False(ActionReports.MayRepeat(Call(Steps.Post("a"))));
    }

    private static (ErrorKind, string) Reported(RunEvent report) => ((RunEvent.ActionFailed)report).Id.ToString() == "a~d.0.1.0" ? (((RunEvent.ActionFailed)report).Kind, ((RunEvent.ActionFailed)report).Message) : default;

    private static ActionCall Call(string step) => new("run-1", RunMode.Live, Environments.Of(RunMode.Live), Story.Of(Steps.List(step), rto: "").Action("a"));
}
