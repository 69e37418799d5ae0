using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using static Playbooks.Tests.Decisions.Steps;

namespace Playbooks.Tests.Shells.Contract;

/// <summary>Votes, orders, tasks and alerts.</summary>
public abstract partial class ShellContract
{
    private static readonly string Approved = $"{Approve("act")}, {Promote("act")}";

    [Fact]
    public async Task A_vote_in_time_counts()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Approved);

        await SignalAsync(shell, id, await VoteAsync(shell, id));

        Assert.Equal("approved", (await HappenedAsync<RunEvent.ApprovalDecided>(shell, id)).Result);
        await EndAsync(shell, id);
        Assert.Equal(["act~d.0.1.0"], world.Names);
    }

    [Fact]
    public async Task A_late_vote_is_refused_and_recorded()
    {
        var shell = await OpenAsync();
        // The run goes on, so that there is something to vote on late.
        var id = await StartAsync(shell, Approve("act", ", \"onTimeout\": { \"goto\": \"rest\" }"), Promote("act"), Rest);
        var vote = await VoteAsync(shell, id);
        await shell.AdvanceAsync(TimeSpan.FromMinutes(30));
        await HappenedAsync<RunEvent.ApprovalDecided>(shell, id);

        await SignalAsync(shell, id, vote);

        Assert.Equal("approver", (await HappenedAsync<RunEvent.VoteRefused>(shell, id)).Person);
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task Silence_denies_when_the_time_to_decide_is_over()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Approved);
        await OpenedAsync(shell, id);
        await shell.SettleAsync(id);

        await shell.AdvanceAsync(TimeSpan.FromMinutes(30));

        Assert.Equal("expired", (await HappenedAsync<RunEvent.ApprovalDecided>(shell, id)).Result);
        Assert.Equal(RunOutcome.Failed, (await EndAsync(shell, id)).Outcome);
    }

    [Fact]
    public async Task A_denied_approval_stops_the_run()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Approved);

        await SignalAsync(shell, id, await VoteAsync(shell, id, approves: false));

        Assert.Equal(RunOutcome.Failed, (await EndAsync(shell, id)).Outcome);
        Assert.Empty(world.Calls);
    }

    [Theory]
    [InlineData("starter", "approvers", null)]
    [InlineData("approver", "nobodies", null)]
    [InlineData("approver", "approvers", "another digest")]
    public async Task A_vote_by_the_starter_without_the_role_or_for_something_else_is_refused(string person, string role, string? digest)
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Approved);

        await SignalAsync(shell, id, await VoteAsync(shell, id, person: person, role: role, digest: digest));

        Assert.Equal(person, (await HappenedAsync<RunEvent.VoteRefused>(shell, id)).Person);
        Assert.DoesNotContain(await EventsAsync(shell, id), happened => happened is RunEvent.VoteCounted);
    }

    [Fact]
    public async Task A_vote_that_is_delivered_twice_counts_once()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Approve("act").Replace("\"message\"", "\"quorum\": 2, \"message\"", StringComparison.Ordinal), Promote("act"));

        await shell.SignalTwiceAsync(id, await VoteAsync(shell, id));
        await shell.SettleAsync(id);

        var events = await EventsAsync(shell, id);
        Assert.Single(events.OfType<RunEvent.VoteCounted>());
        Assert.DoesNotContain(events, happened => happened is RunEvent.ApprovalDecided);
    }

    [Fact]
    public async Task A_vote_cast_before_a_crash_still_counts()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Approve("act").Replace("\"message\"", "\"quorum\": 2, \"message\"", StringComparison.Ordinal), Promote("act"));
        await SignalAsync(shell, id, await VoteAsync(shell, id));
        await HappenedAsync<RunEvent.VoteCounted>(shell, id);

        await shell.CrashAsync();
        await SignalAsync(shell, id, await VoteAsync(shell, id, person: "another", voteId: "vote-2"));

        Assert.Equal("approved", (await HappenedAsync<RunEvent.ApprovalDecided>(shell, id)).Result);
    }

    [Fact]
    public async Task An_approval_is_shown_while_it_is_open_and_taken_down_when_it_is_decided()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Approved);
        await shell.UntilAsync(() => world.Shown.Contains("go/1 open"));

        await SignalAsync(shell, id, await VoteAsync(shell, id));
        await EndAsync(shell, id);

        await shell.UntilAsync(() => world.Shown.Contains("go/1 down"));
        Assert.Equal(["go/1 open", "go/1 down"], world.Shown);
    }

    [Fact]
    public async Task An_escalation_asks_more_people_and_keeps_what_is_shown()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Approve("act", ", \"escalate\": [ { \"after\": \"PT10M\", \"role\": \"commander\" } ]"), Promote("act"));
        await OpenedAsync(shell, id);
        await shell.UntilAsync(() => world.Asked.Count == 1);

        await shell.AdvanceAsync(TimeSpan.FromMinutes(10));

        await shell.UntilAsync(() => world.Asked.Count == 2);
        Assert.Equal(["approvers", "commanders"], world.Asked.Last().Roles);
        Assert.DoesNotContain("go/1 down", world.Shown);
    }

    [Fact]
    public async Task A_paused_run_starts_nothing_and_goes_on_when_it_is_resumed()
    {
        var held = world.Hold("look");
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Get("look"), ToldOnce);
        await CalledAsync(shell, "look~d.0.1.0");
        await SignalAsync(shell, id, Ordered(new Order.Pause()));
        held.SetResult(ScriptedWorld.Done);
        await HappenedAsync<RunEvent.ActionSucceeded>(shell, id);
        await shell.SettleAsync(id);
        Assert.Single(world.Calls);

        await SignalAsync(shell, id, Ordered(new Order.Resume(), "order-2"));

        await EndAsync(shell, id);
        Assert.Equal(2, world.Calls.Count);
    }

    [Fact]
    public async Task A_cancelled_run_takes_back_what_it_did()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Promote("one"), Promote("two"), Rest);
        await HappenedAsync<RunEvent.StepStarted>(shell, id, started => started.Path == "rest");

        await SignalAsync(shell, id, Ordered(new Order.Cancel()));

        Assert.Equal(RunOutcome.Cancelled, (await EndAsync(shell, id)).Outcome);
        Assert.Equal(["one~d.0.1.0", "two~d.0.1.0", "two~u.0.1.0", "one~u.0.1.0"], world.Names);
    }

    [Theory]
    [InlineData("nobodies", "because")]
    [InlineData("commanders", "")]
    public async Task An_order_without_role_or_reason_is_refused(string role, string reason)
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Rest);

        await SignalAsync(shell, id, Ordered(new Order.Cancel(), role: role, reason: reason));

        Assert.Equal("order-1", (await HappenedAsync<RunEvent.OrderRefused>(shell, id)).OrderId);
    }

    [Fact]
    public async Task A_failed_step_that_asks_is_retried_by_order_with_the_same_key()
    {
        world.Answer("act", ScriptedWorld.Fails(ErrorKind.Conflict));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Promote("act"));
        await HappenedAsync<RunEvent.OrderAwaited>(shell, id);

        await SignalAsync(shell, id, Ordered(new Order.Retry("act", Again: false)));

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
        Assert.Single(world.Calls.Select(call => call.Command.Key).Distinct());
    }

    [Fact]
    public async Task A_retry_that_says_again_has_a_key_of_its_own()
    {
        world.Answer("act", ScriptedWorld.Fails(ErrorKind.OutcomeUnknown));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Post("act"));
        await HappenedAsync<RunEvent.OrderAwaited>(shell, id);

        await SignalAsync(shell, id, Ordered(new Order.Retry("act", Again: true)));

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
        Assert.Equal(["act~d.0.1.0", "act~d.1.1.0"], world.Names.Select(name => name));
        Assert.Equal(2, world.Calls.Select(call => call.Command.Key).Distinct().Count());
    }

    [Fact]
    public async Task A_failed_step_that_asks_is_skipped_by_order()
    {
        world.Answer("act", ScriptedWorld.Fails(ErrorKind.Conflict));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Promote("act"), Get("next"));
        await shell.UntilAsync(() => world.Shown.Contains("ask act open"));

        await SignalAsync(shell, id, Ordered(new Order.Skip("act", NoEffect: true)));

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
        await shell.UntilAsync(() => world.Shown.Contains("ask act down"));
    }

    [Fact]
    public async Task Nobody_who_gives_an_order_in_time_stops_the_run()
    {
        world.Answer("act", ScriptedWorld.Fails(ErrorKind.Conflict));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Promote("act"));
        await HappenedAsync<RunEvent.OrderAwaited>(shell, id);
        await shell.SettleAsync(id);

        await shell.AdvanceAsync(TimeSpan.FromMinutes(15));

        Assert.Equal(RunOutcome.Failed, (await EndAsync(shell, id)).Outcome);
    }

    [Fact]
    public async Task A_task_is_confirmed_by_a_note()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, """{ "id": "call", "task": { "role": "commander", "instructions": "Call the registrar.", "doneWithin": "PT10M" } }""");
        await shell.UntilAsync(() => world.Shown.Contains("ask call open"));

        await SignalAsync(shell, id, new RunEvent.TaskConfirmed("call", "commander", ["commanders"], "reached", default));

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
    }

    [Fact]
    public async Task An_alert_that_joins_moves_the_clock_to_the_earliest_detection()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Request($"{Isolate()}, {Rest}, {Rejoin()}, {Recovered()}", rto: "PT4H"));
        await HappenedAsync<RunEvent.StepStarted>(shell, id, started => started.Path == "rest");

        await SignalAsync(shell, id, new RunEvent.AlertAttached(JsonData.Object(("rule", JsonData.Of("r"))), Start.AddMinutes(-20), default));
        await HappenedAsync<RunEvent.AlertAttached>(shell, id);

        Assert.Equal(Start.AddMinutes(-20), (await shell.Runs.FindAsync(id, cancellation))!.Clocks.Detected);
    }

    private const string Drilled = """ "drill": { "detectWithin": "PT5M", "inject": [ { "id": "corrupt", "do": "chaos.corruptArtifact", "with": { "model": "grading", "ttl": "PT1H" } } ] } """;

    [Fact]
    public async Task A_drill_injects_raises_its_alert_once_and_starts_when_it_arrives()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Request(Get("look"), RunMode.Drill, extra: Drilled));
        await shell.UntilAsync(() => !world.Raised.IsEmpty);
        await shell.SettleAsync(id);
        Assert.Equal([id], world.Raised);

        await SignalAsync(shell, id, new RunEvent.AlertAttached(JsonData.Object(("rule", JsonData.Of("r"))), Start, default));

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
        Assert.Equal(["@drill/corrupt~d.0.1.0", "look~d.0.1.0"], world.Names);
    }

    [Fact]
    public async Task An_alert_that_cannot_be_raised_is_an_event_and_is_not_tried_without_end()
    {
        world.Raises = false;
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Request(Get("look"), RunMode.Drill, extra: Drilled));

        Assert.Equal("The monitor refuses.", (await HappenedAsync<RunEvent.TellFailed>(shell, id)).Message);

        for (var times = 0; times < 20; times++)
            await shell.SettleAsync(id);
        Assert.Single(world.Raised);
    }

    [Fact]
    public async Task A_drill_that_nothing_detects_ends_as_failed()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Request(Get("look"), RunMode.Drill, extra: Drilled));
        await HappenedAsync<RunEvent.DetectionAwaited>(shell, id);
        await shell.SettleAsync(id);

        await shell.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(RunOutcome.Failed, (await EndAsync(shell, id)).Outcome);
        Assert.DoesNotContain("look~d.0.1.0", world.Names);
    }
}
