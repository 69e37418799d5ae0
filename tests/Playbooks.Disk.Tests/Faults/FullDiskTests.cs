using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Disk.Tests.Simulated;
using Playbooks.Sqlite;
using Playbooks.Tests.Definitions;

namespace Playbooks.Disk.Tests.Faults;

/// <summary>Fills the disk at the first write of an engine at work, then at the second, and so on, and gives it room again after some tries.</summary>
[Collection(WholeProcess.Name)]
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int Signals = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task An_engine_whose_disk_is_full_waits_for_room_and_loses_and_doubles_nothing()
    {
        var (watch, moments) = (Stopwatch.StartNew(), 0);
        for (var clean = false; !clean; moments++)
            clean = !await FullFromAsync(write: moments, tries: 1 + moments % 3);
        output.WriteLine($"full at {moments - 1} moments in {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.True(moments > 20, $"{moments} moments");
    }

    [Fact]
    public async Task An_engine_that_is_stopped_while_its_disk_is_full_gives_up_what_waits_and_keeps_what_was_acknowledged()
    {
        using var disk = new SimulatedDisk("full");
        var (time, world) = (new WaitingTime(), new World());
        var engine = await world.OpenAsync(disk, time);
        var run = await StartAsync(engine);
        Assert.True(await SignalAsync(engine, run, "before"));
        disk.Fail = call => call == DiskCall.Write ? DiskFault.NoSpace : DiskFault.None;
        var waiting = SignalAsync(engine, run, "waits");
        await time.Waits.ReadAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(engine.Health.WaitsSince);
        await engine.DisposeAsync();

        Assert.Contains("full", (await Assert.ThrowsAsync<JournalException>(() => waiting)).Message, StringComparison.Ordinal);
        disk.Fail = null;
        await using var next = await world.OpenAsync(disk, time);
        Assert.Equal(["before"], (await next.ReadAsync(run, 1, CancellationToken.None)).Select(stored => stored.Event).OfType<RunEvent.SignalReceived>().Select(signal => signal.SignalId));
    }

    /// <returns>Whether the disk was ever full.</returns>
    private static async Task<bool> FullFromAsync(int write, int tries)
    {
        using var disk = new SimulatedDisk("full");
        var (time, world, writes, full, waits) = (new WaitingTime(), new World(), 0, false, 0);
        var engine = await world.OpenAsync(disk, time);
        disk.Fail = call => call == DiskCall.Write && waits < tries && (full |= writes++ >= write) ? DiskFault.NoSpace : DiskFault.None;

        List<StoredEvent> events;
        await using (engine)
        {
            var playing = PlayAsync(engine, time);
            while (await Task.WhenAny(playing, time.Waits.WaitToReadAsync().AsTask()).WaitAsync(Patience) != playing)
            {
                var wait = await time.Waits.ReadAsync();
                Assert.Equal(TimeSpan.FromSeconds(1 << waits), wait);
                Assert.NotNull(engine.Health.WaitsSince);
                Assert.Contains("full", Assert.Single(world.Said), StringComparison.Ordinal);
                waits++;
                time.Advance(wait);
            }
            events = [.. await engine.ReadAsync(await playing, 1, CancellationToken.None)];
        }

        // What was written can be read a moment before it is said that there is room again, so the engine is stopped first.
        // What is full is the log or the database; the database is moved into later, and nobody waits for that.
        Assert.Equal(waits > 0 ? 2 : 0, world.Said.Count);
        Assert.Equal(EngineHealth.Well, engine.Health);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(sequence => (long)sequence), events.Select(stored => stored.Sequence));
        Assert.Equal(RunOutcome.Completed, events.Select(stored => stored.Event).OfType<RunEvent.RunEnded>().Single().Outcome);
        Assert.Equal(Enumerable.Range(0, Signals).Select(index => $"signal-{index}"), events.Select(stored => stored.Event).OfType<RunEvent.SignalReceived>().Select(signal => signal.SignalId).Order());
        Assert.Equal(2, world.Calls.Count);
        Assert.Equal(2, world.Calls.Distinct().Count());
        Assert.Empty(world.TooEarly);
        return full;
    }

    private static async Task<string> PlayAsync(Engine engine, WaitingTime time)
    {
        var run = await StartAsync(engine);
        await Task.WhenAll(Enumerable.Range(0, Signals).Select(index => SignalAsync(engine, run, $"signal-{index}")));
        await foreach (var stored in engine.SubscribeAsync(run))
        {
            // With the commit after this one the wait's timer is set, or it is overdue when it is.
            if (stored.Event is RunEvent.StepSucceeded { Path: "look" })
                time.Advance(TimeSpan.FromMinutes(10));
        }
        return run;
    }

    private static async Task<string> StartAsync(Engine engine) =>
        Assert.IsType<StartResult.Started>(await engine.StartAsync(World.Request, CancellationToken.None)).RunId;

    private static Task<bool> SignalAsync(Engine engine, string run, string id) =>
        engine.SignalAsync(run, new RunEvent.SignalReceived(id, "note", JsonData.Null, default), CancellationToken.None);

    /// <summary>Says when somebody waits for room, and how long; only the test moves it.</summary>
    private sealed class WaitingTime() : FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero))
    {
        private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

        public ChannelReader<TimeSpan> Waits => waits.Reader;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            // Nothing else in the engine waits for so few seconds.
            if (dueTime > TimeSpan.Zero && dueTime <= TimeSpan.FromSeconds(4))
                waits.Writer.TryWrite(dueTime);
            return timer;
        }
    }

    private sealed class World : IActions, IPeople, IAnchors
    {
        private const string Text = """
            { "playbook": "small", "version": "1.0.0", "title": "Small", "owner": "ml-oncall@university.example", "objectives": {},
              "roles": { "approver": "ml-approvers" },
              "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://shop.example/" }, "onFailure": "stop" },
                         { "id": "hold", "wait": { "for": "PT10M" } },
                         { "id": "tell", "do": "notify", "with": { "channel": "incidents", "text": "hello" }, "onFailure": "stop" } ] }
            """;

        private Engine? engine;

        public static StartRequest Request { get; } = new("request-1", PlaybookReader.Read(Text, "playbook.json") is ReadResult<Playbook>.Valid valid ? valid.Value : throw new InvalidOperationException(),
            EnvironmentText.Valid(EnvironmentText.Drill), RunMode.Drill, JsonData.EmptyObject, null, "starter", null, null, null);

        public ConcurrentQueue<string> Said { get; } = new();
        public ConcurrentQueue<CommandId> Calls { get; } = new();
        /// <summary>Called before their intent was durable.</summary>
        public ConcurrentQueue<CommandId> TooEarly { get; } = new();

        public async Task<Engine> OpenAsync(SimulatedDisk disk, TimeProvider time) => engine = await Engine.OpenAsync(disk.Journal, new EngineOptions
        {
            Actions = this, People = this, Anchors = this, RaiseAlert = (_, _) => Task.CompletedTask, Time = time, Disk = disk, Say = Said.Enqueue, PatrolAfter = TimeSpan.Zero,
        });

        public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
        {
            Calls.Enqueue(call.Command.Id);
            if (!(await engine!.ReadAsync(call.RunId, 1, cancellationToken)).Any(stored => stored.Event is RunEvent.AttemptStarted started && started.Id == call.Command.Id))
                TooEarly.Enqueue(call.Command.Id);
            return new Outcome.Succeeded(JsonData.EmptyObject);
        }

        public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken) => Task.FromResult("here");
        public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken) => Task.CompletedTask;
        public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken) => Task.CompletedTask;
        public Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken) => Task.FromResult("there");
    }
}
