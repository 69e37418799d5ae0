using System.Collections.Concurrent;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Sqlite;
using static Playbooks.Tests.Sqlite.EngineHarness;
using static Playbooks.Tests.Sqlite.EngineTests;

namespace Playbooks.Tests.Sqlite;

/// <summary>An opening takes up the runs that have something to do. Those that only wait have their timers set, and are loaded when their time comes.</summary>
public sealed class EngineOpeningTests : IDisposable
{
    private const string Approve = """{ "id": "go", "approve": { "role": "approver", "message": "Go on?", "covers": ["tell"], "decideWithin": "PT1H", "onTimeout": "deny" } }, """ + Notify;

    private readonly EngineHarness harness = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task An_opening_loads_as_many_runs_as_are_busy_however_many_wait_or_are_over()
    {
        harness.Grace = TimeSpan.Zero;
        harness.Outside.Act = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token).ContinueWith(_ => FakeOutside.Done, TaskScheduler.Default);
        string busy;
        await using (var engine = await harness.OpenAsync())
        {
            for (var request = 0; request < 5; request++)
                await SettleAsync(engine, await StartAsync(engine, Wait, $"waits-{request}"));
            harness.Time.Advance(TimeSpan.FromMinutes(10));
            foreach (var run in await engine.ListAsync(cancellation))
                await AllAsync(engine, run.RunId);
            for (var request = 0; request < 40; request++)
                await SettleAsync(engine, await StartAsync(engine, Wait, $"waits-too-{request}"));
            busy = await StartAsync(engine, Notify, "acts", "acts");
            await harness.Outside.UntilAsync(() => !harness.Outside.Calls.IsEmpty);
        }
        var loaded = new ConcurrentDictionary<string, bool>();
        // The patrol comes no further than the first run that waits.
        using var mayPatrol = new ManualResetEventSlim();
        harness.Logic = Logic.Ours with
        {
            Evolve = (run, happened) =>
            {
                var id = happened is RunEvent.RunStarted started ? started.RunId : run.Id;
                loaded[id] = true;
                if (id != busy)
                    mayPatrol.Wait(cancellation);
                return Decider.Evolve(run, happened);
            },
        };
        var second = new FakeOutside();

        await using var next = await harness.OpenAsync(outside: second);

        Assert.Equal(46, (await next.ListAsync(cancellation)).Count);
        await second.UntilAsync(() => !second.Calls.IsEmpty);
        Assert.InRange(loaded.Count, 1, 2);
        mayPatrol.Set();
    }

    [Fact]
    public async Task A_waiting_run_is_loaded_when_its_timer_is_due()
    {
        var id = await LeftBehindAsync(Wait);
        await using var next = await harness.OpenAsync();

        harness.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(RunOutcome.Completed, (await AllAsync(next, id)).Select(stored => stored.Event).OfType<RunEvent.RunEnded>().Single().Outcome);
    }

    [Fact]
    public async Task A_run_that_only_waits_gets_no_event_from_an_opening()
    {
        var id = await LeftBehindAsync(Wait);
        for (var opening = 0; opening < 2; opening++)
        {
            await using var next = await harness.OpenAsync();
            await next.Patrolled;
            Assert.Equal(0, next.Commits);
        }
        Assert.Equal(RunState.Recovering, JournalReader.Open(harness.Folder.Journal).RestingSummary(id)!.State);
    }

    [Fact]
    public async Task A_run_that_waits_is_not_kept_in_memory_and_goes_on_all_the_same()
    {
        harness.RestingKept = 3;
        await using var engine = await harness.OpenAsync();
        var ids = new List<string>();
        for (var request = 0; request < 20; request++)
            ids.Add(await StartAsync(engine, Approve, $"request-{request}"));
        await harness.Outside.UntilAsync(() => harness.Outside.Shown.Count == ids.Count);
        // Once told that nothing follows, the loop has let them go.
        await SettleAsync(engine, ids[0]);
        await SettleAsync(engine, ids[0]);

        Assert.InRange(engine.HotRuns, 1, 4);
        foreach (var id in ids)
            await VoteAsync(engine, id);
        foreach (var id in ids)
            Assert.Single((await AllAsync(engine, id)).Select(stored => stored.Event).OfType<RunEvent.RunEnded>());
        await harness.Outside.UntilAsync(() => harness.Outside.Shown.Count(shown => shown.EndsWith("down", StringComparison.Ordinal)) == ids.Count);
        Assert.Equal(ids.Count, harness.Outside.Shown.Count(shown => shown.EndsWith("open", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task People_who_are_asked_are_shown_it_again_by_a_new_owner_once()
    {
        var id = await LeftBehindAsync(Approve, () => !harness.Outside.Shown.IsEmpty);
        var second = new FakeOutside();
        await using var next = await harness.OpenAsync(outside: second);

        await next.Patrolled;
        await VoteAsync(next, id);

        Assert.Contains(await AllAsync(next, id), stored => stored.Event is RunEvent.ApprovalDecided);
        await second.UntilAsync(() => second.Shown.Any(shown => shown.EndsWith("down", StringComparison.Ordinal)));
        Assert.Single(second.Shown, shown => shown.EndsWith("open", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Waiting_runs_are_looked_at_when_the_first_moment_is_over()
    {
        await LeftBehindAsync(Approve, () => !harness.Outside.Shown.IsEmpty);
        harness.PatrolAfter = TimeSpan.FromSeconds(1);
        var second = new FakeOutside();
        await using var next = await harness.OpenAsync(outside: second);
        Assert.Equal(0, next.HotRuns);

        harness.Time.Advance(TimeSpan.FromSeconds(1));
        await next.Patrolled;

        await second.UntilAsync(() => second.Shown.Any(shown => shown.EndsWith("open", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_follows_a_waiting_run_that_nobody_has_loaded_hears_how_it_goes_on()
    {
        var id = await LeftBehindAsync(Approve, () => !harness.Outside.Shown.IsEmpty);
        await using var next = await harness.OpenAsync();
        await next.Patrolled;

        var following = UntilAsync(next, id, happened => happened is RunEvent.RunEnded);
        Assert.False(following.IsCompleted);
        await VoteAsync(next, id);

        Assert.Contains(await following, stored => stored.Event is RunEvent.VoteCast);
    }

    [Fact]
    public async Task A_timer_of_a_run_that_was_not_loaded_is_dropped_when_it_is_no_longer_wanted()
    {
        var id = await LeftBehindAsync($"{Approve}, {Wait}");
        var before = JournalReader.Open(harness.Folder.Journal).Timers().Select(timer => timer.Timer).ToList();
        await using var next = await harness.OpenAsync();

        await VoteAsync(next, id);
        await UntilAsync(next, id, happened => happened is RunEvent.ActionSucceeded);
        await SettleAsync(next, id);

        Assert.NotEmpty(before);
        Assert.DoesNotContain(JournalReader.Open(harness.Folder.Journal).Timers(), timer => timer.Timer.Contains("go", StringComparison.Ordinal) && before.Contains(timer.Timer));
        harness.Time.Advance(TimeSpan.FromHours(2));
        Assert.DoesNotContain(await AllAsync(next, id), stored => stored.Event is RunEvent.TimerFired fired && fired.Id.Contains("go", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_journal_has_the_timers_of_a_run_from_when_it_rests_and_not_while_it_is_busy()
    {
        var acts = new TaskCompletionSource<Outcome>();
        harness.Outside.Act = (_, _) => acts.Task;
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, $"{Notify}, {Wait}");
        await harness.Outside.UntilAsync(() => !harness.Outside.Calls.IsEmpty);
        await engine.SignalAsync(id, new RunEvent.TimerFired("barrier", default), cancellation);
        Assert.Equal(0, harness.Folder.Rows("timers"));

        acts.SetResult(FakeOutside.Done);
        await UntilAsync(engine, id, happened => happened is RunEvent.StepStarted { Path: "hold" });
        await SettleAsync(engine, id);

        var wanted = Decider.Decide((await engine.FindAsync(id, cancellation))!).OfType<Command.StartTimer>().Select(timer => (id, timer.Id, timer.DueAt));
        Assert.Equal(wanted.Order(), JournalReader.Open(harness.Folder.Journal).Timers().Order());
    }

    [Fact]
    public async Task A_waiting_run_that_is_damaged_is_parked_before_its_day_and_somebody_is_told()
    {
        var id = await LeftBehindAsync(Wait);
        harness.Folder.Tamper("UPDATE events SET json = CAST(replace(CAST(json AS TEXT), 'starter', 'nobody0') AS BLOB) WHERE sequence = 1");
        var second = new FakeOutside();
        await using var next = await harness.OpenAsync(outside: second);
        await next.Patrolled;

        Assert.Equal(RunState.Parked, (await next.FindAsync(id, cancellation))!.Summary().State);
        await second.UntilAsync(() => second.Told.Any(told => told.Run == id && told.Id == "run.parked"));
    }

    [Theory]
    [InlineData("UPDATE heads SET rest = 7", RunState.Recovering)]
    [InlineData("UPDATE heads SET rest = 4", RunState.Recovering)]
    public async Task A_run_that_is_not_said_to_rest_in_any_known_way_is_taken_up(string damage, RunState state)
    {
        var id = await LeftBehindAsync(Wait);
        harness.Folder.Tamper(damage);

        await using var next = await harness.OpenAsync();

        Assert.Equal(1, next.Commits);
        Assert.Equal(state, (await next.FindAsync(id, cancellation))!.Summary().State);
        harness.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Contains(await AllAsync(next, id), stored => stored.Event is RunEvent.RunEnded);
    }

    [Theory]
    [InlineData("UPDATE timers SET run = run + 10")]
    [InlineData("UPDATE timers SET id = 'x' || id")]
    [InlineData("UPDATE timers SET due_at = '3' || substr(due_at, 2)")]
    [InlineData("UPDATE heads SET place = place + 1")]
    [InlineData("DELETE FROM events WHERE place = (SELECT max(place) FROM events)")]
    public async Task A_timer_or_a_head_that_is_not_what_was_stored_is_found_by_the_opening_of_a_large_journal(string damage)
    {
        harness.Disk = new LargeDisk();
        await LeftBehindAsync(Wait);
        await LeftBehindAsync(Wait, request: "request-2");
        harness.Folder.Tamper(damage);

        Assert.Contains("damaged", (await Assert.ThrowsAsync<JournalException>(() => harness.OpenAsync())).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_that_only_a_look_at_all_of_a_large_journal_finds_stops_the_engine()
    {
        harness.Disk = new LargeDisk();
        await LeftBehindAsync(Wait);
        harness.Folder.Tamper("UPDATE recent_starts SET request_id = 'request-0'");

        await using var next = await harness.OpenAsync();

        Assert.Contains("damaged", (await Assert.ThrowsAsync<JournalException>(() => next.Completion)).What, StringComparison.Ordinal);
    }

    private async Task<string> LeftBehindAsync(string steps, Func<bool>? isMeant = null, string request = "request-1")
    {
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, steps, request);
        await SettleAsync(engine, id);
        if (isMeant is not null)
            await harness.Outside.UntilAsync(isMeant);
        return id;
    }

    private async Task VoteAsync(Engine engine, string id)
    {
        var approval = ((StepState.Voting)(await engine.FindAsync(id, cancellation))!.StateOf("go")!).Approval;
        await engine.SignalAsync(id, new RunEvent.VoteCast("vote-1", "go", approval.Round, approval.Digest, "approver@university.example", ["ml-approvers"], true, null, "test", default), cancellation);
    }

    /// <summary>Every journal on it is too large to be looked at as a whole by its opening.</summary>
    private sealed class LargeDisk : Disk
    {
        internal override long WholeCheckMaxBytes => 0;
    }
}
