using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Sqlite;
using static Playbooks.Tests.Sqlite.EngineHarness;
using static Playbooks.Tests.Sqlite.EngineTests;

namespace Playbooks.Tests.Sqlite;

public sealed class EngineRestartTests : IDisposable
{
    private readonly EngineHarness harness = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task A_keyed_action_that_never_reported_is_called_again_with_the_same_key()
    {
        var (first, second) = await KilledDuringAsync(Notify);

        Assert.Equal(Assert.Single(first.Calls).Command.Key, Assert.Single(second.Calls).Command.Key);
        Assert.Equal(first.Calls.Single().Command.Id, second.Calls.Single().Command.Id);
    }

    [Fact]
    public async Task An_action_that_cannot_be_repeated_is_not_called_again_and_its_outcome_is_unknown()
    {
        var (first, second) = await KilledDuringAsync(Post);

        Assert.Single(first.Calls);
        Assert.Empty(second.Calls);
        using var reader = JournalReader.Open(harness.Folder.File("killed.db"));
        var failed = reader.Events(Assert.Single(reader.RunIds())).Select(stored => stored.Event).OfType<RunEvent.ActionFailed>();
        Assert.Equal(ErrorKind.OutcomeUnknown, Assert.Single(failed).Kind);
    }

    [Fact]
    public async Task A_timer_that_fell_due_while_nobody_ran_fires_at_the_next_start()
    {
        string id;
        await using (var engine = await harness.OpenAsync())
            id = await StartAsync(engine, Wait);
        harness.Time.Advance(TimeSpan.FromHours(1));

        await using var next = await harness.OpenAsync();

        Assert.Equal(RunOutcome.Completed, (await AllAsync(next, id)).Select(stored => stored.Event).OfType<RunEvent.RunEnded>().Single().Outcome);
    }

    [Fact]
    public async Task A_timer_that_is_not_due_waits_on_after_a_restart()
    {
        string id;
        await using (var engine = await harness.OpenAsync())
            id = await StartAsync(engine, Wait);
        await using var next = await harness.OpenAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        await SettleAsync(next, id);
        Assert.Equal(RunState.Recovering, (await next.FindAsync(id, cancellation))!.Summary().State);

        harness.Time.Advance(TimeSpan.FromMilliseconds(1));

        await AllAsync(next, id);
    }

    [Fact]
    public async Task An_orderly_shutdown_lets_a_running_action_report()
    {
        var answer = new TaskCompletionSource<Outcome>();
        harness.Outside.Act = (_, _) => answer.Task;
        var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, Post);
        await harness.Outside.UntilAsync(() => !harness.Outside.Calls.IsEmpty);

        var stopping = engine.DisposeAsync();
        answer.SetResult(FakeOutside.Done);
        await stopping;
        await engine.Completion;

        using (var reader = JournalReader.Open(harness.Folder.Journal))
            Assert.Single(reader.Events(id), stored => stored.Event is RunEvent.ActionSucceeded);
        await using var next = await harness.OpenAsync();
        Assert.Equal(RunOutcome.Completed, (await AllAsync(next, id)).Select(stored => stored.Event).OfType<RunEvent.RunEnded>().Single().Outcome);
        Assert.Single(harness.Outside.Calls);
    }

    [Fact]
    public async Task What_has_not_reported_within_the_grace_is_cancelled_and_the_next_owner_adopts_it()
    {
        harness.Grace = TimeSpan.Zero;
        harness.Outside.Act = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return FakeOutside.Done;
        };
        var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, Notify);
        await harness.Outside.UntilAsync(() => !harness.Outside.Calls.IsEmpty);

        await engine.DisposeAsync();
        harness.Outside.Act = (_, _) => Task.FromResult(FakeOutside.Done);
        await using var next = await harness.OpenAsync();
        await AllAsync(next, id);

        Assert.Equal(2, harness.Outside.Calls.Count);
        Assert.Single(harness.Outside.Calls.Select(call => call.Command.Key).Distinct());
    }

    [Fact]
    public async Task A_stopped_engine_takes_nothing_more()
    {
        var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, Wait);
        await engine.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.SignalAsync(id, JournalTests.Signal("one"), cancellation));
    }

    [Fact]
    public async Task A_zombie_engine_appends_nothing_and_stops()
    {
        var zombie = await harness.OpenAsync();
        var id = await StartAsync(zombie, Wait);
        await SettleAsync(zombie, id);
        // What a network file system that forgets its locks does.
        File.Delete(harness.Folder.Journal + ".lock");
        await using var owner = await harness.OpenAsync(outside: new FakeOutside());
        var before = (await owner.ReadAsync(id, 1, cancellation)).Count;

        await Assert.ThrowsAsync<JournalFencedException>(() => zombie.SignalAsync(id, JournalTests.Signal("from the dead"), cancellation));
        await Assert.ThrowsAsync<JournalFencedException>(() => zombie.Completion);
        harness.Time.Advance(TimeSpan.FromMinutes(10));
        await AllAsync(owner, id);

        Assert.DoesNotContain(await owner.ReadAsync(id, 1, cancellation),
            stored => stored.Event is RunEvent.SignalReceived { Name: "from the dead" });
        Assert.True(before > 0);
        await zombie.DisposeAsync();
    }

    [Fact]
    public async Task A_run_whose_chain_is_broken_is_parked_and_left_as_it_is_while_the_others_go_on()
    {
        string broken, whole;
        await using (var engine = await harness.OpenAsync())
        {
            broken = await StartAsync(engine, Wait, "request-1");
            whole = await StartAsync(engine, Wait, "request-2");
            await SettleAsync(engine, broken);
        }
        harness.Folder.Tamper("UPDATE events SET json = CAST(replace(CAST(json AS TEXT), 'starter', 'nobody0') AS BLOB) WHERE run = 1 AND sequence = 1");

        await using var next = await harness.OpenAsync();
        await next.Patrolled;
        var run = (await next.ListAsync(cancellation)).Single(summary => summary.RunId == broken);
        Assert.Equal(RunState.Parked, run.State);
        Assert.Contains("event 1 is not what was appended", run.WaitingFor, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalException>(() => next.SignalAsync(broken, JournalTests.Signal("one"), cancellation));

        harness.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Contains(await AllAsync(next, whole), stored => stored.Event is RunEvent.RunEnded);
    }

    [Fact]
    public async Task A_run_on_which_deciding_throws_is_parked_and_harms_nobody()
    {
        harness.Logic = Logic.Ours with
        {
            React = (run, happened, owner) => happened.Any(fact => fact is RunEvent.SignalReceived { Name: "poison" })
                ? throw new InvalidOperationException("a defect of ours")
                : Decider.React(run, happened, owner),
        };
        string poisoned, other;
        await using (var engine = await harness.OpenAsync())
        {
            poisoned = await StartAsync(engine, Wait, "request-1");
            other = await StartAsync(engine, Wait, "request-2");
            await engine.SignalAsync(poisoned, JournalTests.Signal("poison"), cancellation);
            await engine.SignalAsync(poisoned, JournalTests.Signal("after"), cancellation);

            harness.Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Contains(await AllAsync(engine, other), stored => stored.Event is RunEvent.RunEnded);

            var events = (await engine.ReadAsync(poisoned, 1, cancellation)).Select(stored => stored.Event).ToList();
            var parked = events.FindIndex(happened => happened is RunEvent.RunParked { Reason: "Deciding failed: InvalidOperationException: a defect of ours" });
            Assert.IsType<RunEvent.SignalReceived>(events[parked - 1]);
            Assert.Contains(events.Skip(parked), happened => happened is RunEvent.SignalReceived { Name: "after" });
            Assert.DoesNotContain(events.Skip(parked), happened => happened is RunEvent.StepSucceeded or RunEvent.TimerFired);
            await harness.Outside.UntilAsync(() => harness.Outside.Told.Any(told => told.Run == poisoned && told.Id == "run.parked"));
        }

        await using var next = await harness.OpenAsync();
        Assert.Equal(RunState.Parked, (await next.ListAsync(cancellation)).Single(run => run.RunId == poisoned).State);
        Assert.Null(JournalReader.Open(harness.Folder.Journal).History(poisoned)!.Broken);
    }

    [Fact]
    public async Task A_run_that_cannot_be_folded_is_parked_at_the_start_and_harms_nobody()
    {
        string poisoned, other;
        await using (var engine = await harness.OpenAsync())
        {
            poisoned = await StartAsync(engine, Wait, "request-1");
            other = await StartAsync(engine, Wait, "request-2");
            await engine.SignalAsync(poisoned, JournalTests.Signal("poison"), cancellation);
        }
        harness.Logic = Logic.Ours with
        {
            Evolve = (run, happened) => happened is RunEvent.SignalReceived { Name: "poison" }
                ? throw new InvalidOperationException("a defect of ours")
                : Decider.Evolve(run, happened),
        };

        await using var next = await harness.OpenAsync();
        await next.Patrolled;
        Assert.Equal(RunState.Parked, (await next.ListAsync(cancellation)).Single(run => run.RunId == poisoned).State);
        harness.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Contains(await AllAsync(next, other), stored => stored.Event is RunEvent.RunEnded);
    }

    /// <summary>Runs a step whose action never answers, kills the process there, and lets the next one go on until the step has an outcome.</summary>
    private async Task<(FakeOutside First, FakeOutside Second)> KilledDuringAsync(string step)
    {
        var answer = new TaskCompletionSource<Outcome>();
        harness.Outside.Act = (_, _) => answer.Task;
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, step);
        await harness.Outside.UntilAsync(() => !harness.Outside.Calls.IsEmpty);
        var killed = harness.Folder.AsKilledNow("killed.db");

        var second = new FakeOutside();
        await using (var next = await harness.OpenAsync(killed, second))
            await UntilAsync(next, id, happened => happened is RunEvent.ActionSucceeded or RunEvent.ActionFailed);
        answer.SetResult(FakeOutside.Done);
        return (harness.Outside, second);
    }
}
