using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using static Playbooks.Tests.Decisions.Steps;

namespace Playbooks.Tests.Shells.Contract;

/// <summary>Runs that fail, processes that die, deciders that throw.</summary>
public abstract partial class ShellContract
{
    private const string Stop = ", \"onFailure\": \"stop\"";

    [Fact]
    public async Task A_failed_run_takes_back_what_it_did_the_last_first()
    {
        world.Answer("look", ScriptedWorld.Fails(ErrorKind.NotFound));
        var shell = await OpenAsync();

        var id = await StartAsync(shell, Promote("one"), Promote("two"), Get("look", Stop));

        Assert.Equal(RunOutcome.Failed, (await EndAsync(shell, id)).Outcome);
        Assert.Equal(["one~d.0.1.0", "two~d.0.1.0", "look~d.0.1.0", "two~u.0.1.0", "one~u.0.1.0"], world.Names);
    }

    [Fact]
    public async Task A_model_that_was_given_back_is_isolated_at_once_when_the_run_fails_though_something_is_outstanding()
    {
        var slow = world.Hold("slow");
        world.Answer("fast", ScriptedWorld.Fails(ErrorKind.NotFound));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Request($$"""
            {{Isolate()}}, {{Rejoin()}}, { "id": "both", "parallel": { "branches": { "one": [ {{Promote("slow")}} ], "two": [ {{Get("fast", Stop)}} ] }, "join": "all" }, "onFailure": "stop" }, {{Recovered()}}
            """));

        // The block drains first; a cancel does not wait for it.
        await HappenedAsync<RunEvent.BlockDraining>(shell, id);
        await SignalAsync(shell, id, Ordered(new Order.Cancel()));
        await CalledAsync(shell, "@isolate/grading~s.0.1.0");
        Assert.DoesNotContain(await EventsAsync(shell, id), happened => happened is RunEvent.RunDrained);
        slow.SetResult(ScriptedWorld.Done);

        await EndAsync(shell, id);
        Assert.Contains("both.one/slow~u.0.1.0", world.Names);
    }

    [Fact]
    public async Task A_stopping_run_waits_for_what_is_outstanding_before_it_takes_anything_back()
    {
        var slow = world.Hold("slow");
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Promote("one"), Promote("slow"));
        await CalledAsync(shell, "slow~d.0.1.0");
        await SignalAsync(shell, id, Ordered(new Order.Cancel()));
        await HappenedAsync<RunEvent.RunStopping>(shell, id);
        await shell.SettleAsync(id);
        Assert.Equal(["one~d.0.1.0", "slow~d.0.1.0"], world.Names);

        slow.SetResult(ScriptedWorld.Done);

        await EndAsync(shell, id);
        Assert.Equal(["slow~u.0.1.0", "one~u.0.1.0"], world.Names.Skip(2));
    }

    [Fact]
    public async Task An_undo_that_fails_is_listed_and_the_others_go_on()
    {
        world.Answer("look", ScriptedWorld.Fails(ErrorKind.NotFound)).Answer("two", ScriptedWorld.Done, ScriptedWorld.Fails(ErrorKind.Denied));
        var shell = await OpenAsync();

        var id = await StartAsync(shell, Promote("one"), Promote("two"), Get("look", Stop));

        await EndAsync(shell, id);
        Assert.Equal("two", (await HappenedAsync<RunEvent.UndoFailed>(shell, id)).Path);
        Assert.Equal("one", (await HappenedAsync<RunEvent.UndoSucceeded>(shell, id)).Path);
    }

    [Fact]
    public async Task Finally_is_done_though_the_run_has_failed()
    {
        world.Answer("look", ScriptedWorld.Fails(ErrorKind.NotFound));
        var shell = await OpenAsync();

        var id = await StartAsync(shell, Request(Get("look", Stop), extra: $"\"finally\": [ {Notify("report", ", \"onFailure\": \"continue\"")} ]"));

        Assert.Equal(RunOutcome.Failed, (await EndAsync(shell, id)).Outcome);
        Assert.Equal("@finally/report~d.0.1.0", world.Names.Last());
    }

    [Theory]
    [InlineData("http.get")]
    [InlineData("notify")]
    [InlineData("artifacts.promote")]
    public async Task A_crash_within_an_action_that_can_be_repeated_calls_it_again_under_the_same_id_and_key(string action)
    {
        world.Hold("act");
        var shell = await OpenAsync();
        var id = await StartAsync(shell, action switch { "http.get" => Get("act"), "notify" => Notify("act"), _ => Promote("act") });
        await CalledAsync(shell, "act~d.0.1.0");

        await shell.CrashAsync();

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
        Assert.Equal(["act~d.0.1.0", "act~d.0.1.0"], world.Names);
        Assert.Single(world.Calls.Select(call => call.Command.Key).Distinct());
    }

    [Fact]
    public async Task A_crash_within_an_action_that_cannot_be_repeated_leaves_its_outcome_unknown_and_asks()
    {
        world.Hold("act");
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Post("act", Stop));
        await CalledAsync(shell, "act~d.0.1.0");

        await shell.CrashAsync();

        Assert.Equal(ErrorKind.OutcomeUnknown, (await HappenedAsync<RunEvent.ActionFailed>(shell, id)).Kind);
        await HappenedAsync<RunEvent.OrderAwaited>(shell, id);
        Assert.Single(world.Calls);
    }

    [Fact]
    public async Task Wherever_it_crashes_a_run_ends_the_same_with_the_same_keys()
    {
        var shell = await OpenAsync();
        world.Answer("act", ScriptedWorld.Fails(ErrorKind.Transient));
        var (held, steps) = (world.Hold("one"), new[] { "one", "act", "two", "look" });
        var id = await StartAsync(shell, Promote("one"), Promote("act", Retried), $$"""{ "id": "both", "parallel": { "branches": { "left": [ {{Promote("two")}} ], "right": [ {{Get("look")}} ] }, "join": "all" } }""", Rest);
        await CalledAsync(shell, "one~d.0.1.0");
        await shell.CrashAsync();
        held.SetResult(ScriptedWorld.Done);

        for (var crashes = 0; (await EventsAsync(shell, id)).All(happened => happened is not RunEvent.RunEnded); crashes++)
        {
            Assert.True(crashes < 400, "The run makes no way.");
            await shell.AdvanceAsync(TimeSpan.FromSeconds(7));
            await shell.SettleAsync(id);
            await shell.CrashAsync();
        }

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
        Assert.All(steps, step => Assert.Single(world.Calls.Where(call => call.Command.Id.Path.EndsWith(step, StringComparison.Ordinal)).Select(call => call.Command.Key).Distinct()));
        HoldsTogether(id, await shell.Runs.ReadAsync(id, 1, cancellation));
    }

    [Fact]
    public async Task A_crash_while_a_run_takes_back_what_it_did_takes_nothing_back_under_another_key()
    {
        world.Answer("look", ScriptedWorld.Fails(ErrorKind.NotFound));
        var shell = await OpenAsync();
        world.Answer("two", ScriptedWorld.Done);
        world.Hold("two");
        var id = await StartAsync(shell, Promote("one"), Promote("two"), Get("look", Stop));
        await CalledAsync(shell, "two~u.0.1.0");

        await shell.CrashAsync();

        Assert.Equal(RunOutcome.Failed, (await EndAsync(shell, id)).Outcome);
        Assert.Equal(["two~u.0.1.0", "two~u.0.1.0", "one~u.0.1.0"], world.Names.Skip(3));
        Assert.Single(world.Calls.Where(call => call.Command.Name == "two~u.0.1.0").Select(call => call.Command.Key).Distinct());
    }

    [Fact]
    public async Task A_run_on_which_deciding_throws_is_parked_harms_nobody_and_calls_for_help()
    {
        var shell = await OpenAsync(Logic.Ours with
        {
            React = (run, happened, owner) => happened.Any(fact => fact is RunEvent.SignalReceived { Name: "poison" })
                ? throw new InvalidOperationException("a defect of ours")
                : Decider.React(run, happened, owner),
        });
        var poisoned = await StartAsync(shell, Request(Rest));
        var other = await StartAsync(shell, Request(Rest, requestId: "request-2"));
        await HappenedAsync<RunEvent.StepStarted>(shell, other);
        await HappenedAsync<RunEvent.StepStarted>(shell, poisoned);

        await SignalAsync(shell, poisoned, Signal("poison"));
        await HappenedAsync<RunEvent.RunParked>(shell, poisoned, parked => parked.Reason == "Deciding failed: InvalidOperationException: a defect of ours");
        await shell.SettleAsync(other);
        await shell.AdvanceAsync(TimeSpan.FromMinutes(10));

        await EndAsync(shell, other);
        await shell.UntilAsync(() => world.Told.Any(tell => tell.Id == "run.parked"));
        Assert.Equal(RunState.Parked, (await shell.Runs.FindAsync(poisoned, cancellation))!.Summary().State);
        Assert.DoesNotContain(await EventsAsync(shell, poisoned), happened => happened is RunEvent.StepSucceeded);
    }

    [Fact]
    public async Task A_parked_run_keeps_what_happens_to_it_and_decides_nothing()
    {
        var shell = await OpenAsync(Logic.Ours with
        {
            React = (run, happened, owner) => happened.Any(fact => fact is RunEvent.SignalReceived { Name: "poison" })
                ? throw new InvalidOperationException("a defect of ours")
                : Decider.React(run, happened, owner),
        });
        var id = await StartAsync(shell, Approved);
        var vote = await VoteAsync(shell, id);
        await SignalAsync(shell, id, Signal("poison"));
        await HappenedAsync<RunEvent.RunParked>(shell, id);

        Assert.True(await SignalAsync(shell, id, vote));

        await HappenedAsync<RunEvent.VoteCast>(shell, id);
        await shell.SettleAsync(id);
        Assert.DoesNotContain(await EventsAsync(shell, id), happened => happened is RunEvent.VoteCounted);
        Assert.Empty(world.Calls);
        HoldsTogether(id, await shell.Runs.ReadAsync(id, 1, cancellation));
    }
}
