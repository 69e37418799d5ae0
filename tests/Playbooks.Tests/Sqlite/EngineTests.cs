using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Sqlite;
using static Playbooks.Tests.Sqlite.EngineHarness;

namespace Playbooks.Tests.Sqlite;

public sealed class EngineTests : IDisposable
{
    internal const string Notify = """{ "id": "tell", "do": "notify", "with": { "channel": "incidents", "text": "hello" }, "onFailure": "stop" }""";
    internal const string Get = """{ "id": "look", "do": "http.get", "with": { "url": "https://shop.example/" }, "onFailure": "stop" }""";
    internal const string Post = """{ "id": "send", "do": "http.request", "with": { "method": "POST", "url": "https://shop.example/" }, "onFailure": "stop" }""";
    internal const string Wait = """{ "id": "hold", "wait": { "for": "PT10M" } }""";

    private readonly EngineHarness harness = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task A_run_goes_through_its_steps_to_its_end()
    {
        await using var engine = await harness.OpenAsync();

        var id = await StartAsync(engine, $"{Get}, {Notify}");
        var events = await AllAsync(engine, id);

        Assert.Equal(["http.get", "notify"], harness.Outside.Calls.Select(call => call.Command.Action.Name));
        Assert.Equal(RunOutcome.Completed, Assert.Single(events.Select(stored => stored.Event).OfType<RunEvent.RunEnded>()).Outcome);
        Assert.Equal(RunState.Ended, Assert.Single(await engine.ListAsync(cancellation)).State);
        Assert.Equal(events.Count, (await engine.FindAsync(id, cancellation))!.Sequence);
    }

    [Fact]
    public async Task The_intent_is_durable_before_the_effect()
    {
        var durable = new List<bool>();
        harness.Outside.Act = (call, _) =>
        {
            using var reader = JournalReader.Open(harness.Folder.Journal);
            durable.Add(reader.Events(call.RunId).Any(stored => stored.Event is RunEvent.AttemptStarted started && started.Id == call.Command.Id));
            return Task.FromResult(FakeOutside.Done);
        };
        await using var engine = await harness.OpenAsync();

        await AllAsync(engine, await StartAsync(engine, $"{Get}, {Notify}"));

        Assert.Equal([true, true], durable);
    }

    [Fact]
    public async Task The_same_request_twice_starts_one_run()
    {
        await using var engine = await harness.OpenAsync();
        var request = Request(Playbook(Wait));

        var answers = await Task.WhenAll(engine.StartAsync(request, cancellation), engine.StartAsync(request, cancellation));
        var later = await engine.StartAsync(request, cancellation);

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], later);
        Assert.Single(await engine.ListAsync(cancellation));
    }

    [Fact]
    public async Task A_version_with_another_text_is_refused()
    {
        await using var engine = await harness.OpenAsync();
        await StartAsync(engine, Get);

        var refused = Assert.IsType<StartResult.Rejected>(await engine.StartAsync(Request(Playbook(Notify), "request-2"), cancellation));

        Assert.Contains("known with another text", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_to_an_unknown_run_says_so()
    {
        await using var engine = await harness.OpenAsync();

        Assert.False(await engine.SignalAsync("nobody", JournalTests.Signal("one"), cancellation));
        Assert.Null(await engine.FindAsync("nobody", cancellation));
        Assert.Empty(await AllAsync(engine, "nobody"));
    }

    [Fact]
    public async Task A_signal_to_a_run_that_is_over_is_still_kept()
    {
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, Get);
        var before = await AllAsync(engine, id);

        Assert.True(await engine.SignalAsync(id, JournalTests.Signal("late"), cancellation));

        var after = await AllAsync(engine, id);
        Assert.Equal(before.Count + 1, after.Count);
        Assert.IsType<RunEvent.SignalReceived>(after[^1].Event);
        Assert.Null(JournalReader.Open(harness.Folder.Journal).History(id)!.Broken);
    }

    [Theory]
    [InlineData(Get, ErrorKind.Bug)]
    [InlineData(Post, ErrorKind.OutcomeUnknown)]
    [InlineData(Notify, ErrorKind.OutcomeUnknown)]
    public async Task An_action_that_throws_has_failed_and_may_have_acted_unless_it_only_reads(string step, ErrorKind kind)
    {
        harness.Outside.Act = (_, _) => throw new InvalidOperationException("a defect");
        await using var engine = await harness.OpenAsync();

        var events = await UntilAsync(engine, await StartAsync(engine, step), happened => happened is RunEvent.ActionFailed);

        var failed = (RunEvent.ActionFailed)events[^1].Event;
        Assert.Equal(kind, failed.Kind);
        Assert.Contains("a defect", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_action_is_cancelled_at_its_deadline_and_a_late_result_is_still_an_event()
    {
        var cancelled = new TaskCompletionSource();
        var answer = new TaskCompletionSource<Outcome>();
        harness.Outside.Act = (_, token) =>
        {
            token.Register(() => cancelled.TrySetResult());
            return answer.Task;
        };
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, Get.Replace("stop", "continue", StringComparison.Ordinal) + "," + Wait);
        await harness.Outside.UntilAsync(() => !harness.Outside.Calls.IsEmpty);

        harness.Time.Advance(Limits.TimeoutDefault);
        await cancelled.Task.WaitAsync(TimeSpan.FromMinutes(5), cancellation);
        await UntilAsync(engine, id, happened => happened is RunEvent.AttemptExpired);
        answer.SetResult(FakeOutside.Done);

        await UntilAsync(engine, id, happened => happened is RunEvent.ActionSucceeded);
    }

    [Fact]
    public async Task A_wait_ends_at_its_instant_and_never_before()
    {
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, Wait);
        await SettleAsync(engine, id);

        harness.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        await SettleAsync(engine, id);
        Assert.DoesNotContain(await engine.ReadAsync(id, 1, cancellation), stored => stored.Event is RunEvent.TimerFired);
        harness.Time.Advance(TimeSpan.FromMilliseconds(1));

        var events = await AllAsync(engine, id);
        var started = events.Single(stored => stored.Event is RunEvent.StepStarted).Event.At;
        Assert.Equal(started.AddMinutes(10), events.Single(stored => stored.Event is RunEvent.StepSucceeded).Event.At);
    }

    [Fact]
    public async Task A_thousand_runs_at_once_all_end_and_share_their_commits()
    {
        await using var engine = await harness.OpenAsync();
        var playbook = Playbook($"{Get}, {Notify}");

        var started = await Task.WhenAll(Enumerable.Range(0, 1000).Select(index => engine.StartAsync(Request(playbook, $"request-{index}"), cancellation)));
        var ids = started.Select(result => Assert.IsType<StartResult.Started>(result).RunId).ToList();
        foreach (var id in ids)
            await AllAsync(engine, id);

        Assert.Equal(1000, ids.Distinct().Count());
        Assert.Equal(2000, harness.Outside.Calls.Count);
        Assert.All(await engine.ListAsync(cancellation), run => Assert.Equal(RunOutcome.Completed, run.Outcome));
        Assert.True(engine.Commits < 10_000, $"{engine.Commits} commits");
    }

    [Fact]
    public async Task A_subscriber_sees_every_event_once_and_in_order()
    {
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, Wait);
        var early = AllAsync(engine, id);
        for (var index = 0; index < 100; index++)
            await engine.SignalAsync(id, JournalTests.Signal($"signal-{index}"), cancellation);
        var late = AllAsync(engine, id);

        harness.Time.Advance(TimeSpan.FromMinutes(10));

        var events = await early;
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(stored => stored.Sequence));
        Assert.Equal(events.Select(stored => stored.Hash), (await late).Select(stored => stored.Hash));
    }

    [Fact]
    public async Task Time_in_a_run_never_goes_back_though_the_clock_does()
    {
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, Wait);
        harness.Time.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync(engine, id);
        var before = (await engine.FindAsync(id, cancellation))!.Now;

        harness.Time.AdjustTime(harness.Time.GetUtcNow().AddHours(-1));
        await SettleAsync(engine, id);

        Assert.Equal(before, (await engine.ReadAsync(id, 1, cancellation))[^1].Event.At);
    }
}
