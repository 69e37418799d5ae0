using System.Text.Json;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Decisions;
using Playbooks.Tests.Shells.Contract;
using static Playbooks.Tests.Decisions.Steps;

namespace Playbooks.Tests.Shells.Durable;

/// <summary>What only the second shell has: generations, deliveries, one writer per journal, and a state that must stay small.</summary>
public class OrchestratorTests
{
    private const string Rest = """{ "id": "rest", "wait": { "for": "PT10M" } }""";
    /// <summary>What a host keeps in its tables; more goes to blobs and is slow.</summary>
    private const int StateMaxBytes = 60 * 1024;

    private readonly ScriptedWorld world = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3, 5)]
    [InlineData(20, 40)]
    [InlineData(100, 200)]
    public async Task Two_hundred_signals_at_once_some_of_them_twice_arrive_once_and_in_order_over_all_generations(int rotateAt, int drainAt)
    {
        var shell = new DurableShell(world, Logic.Ours, new Rotation(rotateAt, drainAt));
        var id = await StartAsync(shell, Rest);
        for (var signal = 0; signal < 200; signal++)
        {
            var delivery = new Delivery($"d-{signal}", new RunEvent.SignalReceived($"s-{signal}", $"name{signal}", JsonData.Null, shell.Now)).Write();
            await shell.Runner.RaiseAsync(id, delivery, cancellation);
            if (signal % 3 == 0)
                await shell.Runner.RaiseAsync(id, delivery, cancellation);
        }

        await shell.SettleAsync(id);

        var names = (await shell.Runs.ReadAsync(id, 1, cancellation)).Select(stored => stored.Event).OfType<RunEvent.SignalReceived>().Select(signal => signal.Name);
        Assert.Equal(Enumerable.Range(0, 200).Select(signal => $"name{signal}"), names);
        Assert.True(rotateAt == 100 || shell.Runner.Instance(id).Generation > 1);
    }

    [Fact]
    public async Task Signals_that_arrive_in_another_order_than_they_were_sent_are_all_kept_and_no_instant_goes_back()
    {
        var shell = new DurableShell(world, Logic.Ours, new Rotation(4, 8));
        var id = await StartAsync(shell, Rest);
        await shell.AdvanceAsync(TimeSpan.FromMinutes(1));
        foreach (var sent in new[] { 30, 10, 50, 20, 40 })
        {
            var at = ShellContract.Start.AddSeconds(sent);
            await shell.Runner.RaiseAsync(id, new Delivery($"d-{sent}", new RunEvent.SignalReceived($"s-{sent}", $"after{sent}", JsonData.Null, at)).Write(), cancellation);
        }

        await shell.SettleAsync(id);

        var events = (await shell.Runs.ReadAsync(id, 1, cancellation)).Select(stored => stored.Event).ToList();
        Assert.Equal(["after30", "after10", "after50", "after20", "after40"], events.OfType<RunEvent.SignalReceived>().Select(signal => signal.Name));
        Assert.Equal(events.Select(happened => happened.At).Order(), events.Select(happened => happened.At));
    }

    [Fact]
    public async Task A_delivery_that_is_none_changes_nothing()
    {
        var shell = new DurableShell(world, Logic.Ours, Rotation.Usual);
        var id = await StartAsync(shell, Get("look"), Rest);

        await shell.Runner.RaiseAsync(id, "not a delivery", cancellation);
        await shell.AdvanceAsync(TimeSpan.FromMinutes(10));

        await shell.UntilAsync(id, happened => happened is RunEvent.RunEnded);
    }

    [Fact]
    public async Task A_generation_that_drains_starts_nothing_and_the_next_one_starts_what_is_owed()
    {
        var slow = world.Hold("slow");
        var quick = world.Hold("quick");
        var shell = new DurableShell(world, Logic.Ours, new Rotation(3, 3));
        var id = await StartAsync(shell, $$"""{ "id": "both", "parallel": { "branches": { "left": [ {{Get("slow")}} ], "right": [ {{Get("quick")}}, {{Get("next")}} ] }, "join": "all" } }""");
        await shell.UntilAsync(() => world.Calls.Count == 2);

        quick.SetResult(ScriptedWorld.Done);
        await shell.SettleAsync(id);
        Assert.Contains((await shell.Runs.ReadAsync(id, 1, cancellation)).Select(stored => stored.Event), happened => happened is RunEvent.AttemptStarted { Id.Path: "both.right/next" });
        Assert.Equal(2, world.Calls.Count);
        var before = shell.Runner.Instance(id).Generation;
        slow.SetResult(ScriptedWorld.Done);

        await shell.UntilAsync(id, happened => happened is RunEvent.RunEnded);
        Assert.Equal("both.right/next~d.0.1.0", world.Names.Last());
        Assert.True(shell.Runner.Instance(id).Generation > before);
    }

    [Fact]
    public async Task While_the_journal_cannot_be_written_nothing_is_done_and_nothing_is_lost()
    {
        var shell = new DurableShell(world, Logic.Ours, Rotation.Usual);
        shell.Stores.BeforeAppend = _ => throw new IOException("The storage is away.");
        var id = await StartAsync(shell, Get("look"), Rest);
        await shell.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(world.Calls);
        Assert.True(await shell.Runs.SignalAsync(id, new RunEvent.SignalReceived("s", "meanwhile", JsonData.Null, default), cancellation));

        shell.Stores.BeforeAppend = _ => { };
        await shell.AdvanceAsync(TimeSpan.FromMinutes(20));

        var events = await shell.UntilAsync(id, happened => happened is RunEvent.RunEnded);
        Assert.Contains(events, stored => stored.Event is RunEvent.SignalReceived { Name: "meanwhile" });
    }

    [Fact]
    public async Task An_append_that_happened_and_was_not_answered_for_is_known_again_though_more_has_come_meanwhile()
    {
        var shell = new DurableShell(world, Logic.Ours, Rotation.Usual);
        shell.Stores.AfterAppend = _ =>
        {
            shell.Stores.AfterAppend = _ => { };
            throw new IOException("The answer was lost.");
        };
        var id = await StartAsync(shell, Rest);
        Assert.True(await shell.Runs.SignalAsync(id, new RunEvent.SignalReceived("s", "meanwhile", JsonData.Null, default), cancellation));

        await shell.AdvanceAsync(TimeSpan.FromMinutes(20));

        var events = await shell.UntilAsync(id, happened => happened is RunEvent.RunEnded);
        Assert.Contains(events, stored => stored.Event is RunEvent.SignalReceived { Name: "meanwhile" });
        Assert.False(InstanceStatus.Read(shell.Runner.Instance(id).Result!).Fenced);
    }

    [Fact]
    public async Task An_instance_whose_journal_another_has_written_stops_and_does_nothing_more()
    {
        var shell = new DurableShell(world, Logic.Ours, Rotation.Usual);
        var id = await StartAsync(shell, Rest, Get("look"));
        await shell.UntilAsync(id, happened => happened is RunEvent.StepStarted);
        var length = (await ((IJournals)shell.Stores).ReadAsync(id, 0, long.MaxValue, cancellation)).Length;
        Assert.True(await shell.Stores.TryAppendAsync(id, length, "by another\n"u8.ToArray(), cancellation));

        await shell.AdvanceAsync(TimeSpan.FromMinutes(10));

        Assert.True(InstanceStatus.Read(shell.Runner.Instance(id).Result!).Fenced);
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task A_run_whose_instance_is_lost_goes_on_from_its_journal_alone()
    {
        world.Hold("act");
        var shell = new DurableShell(world, Logic.Ours, Rotation.Usual);
        var id = await StartAsync(shell, Get("look"), Promote("act"));
        await shell.UntilAsync(() => world.Calls.Count == 2);

        shell.Runner.Purge(id);
        Assert.True(await shell.Durable.AdoptAsync(id, 2, cancellation));

        var events = await shell.UntilAsync(id, happened => happened is RunEvent.RunEnded);
        Assert.Equal(["look~d.0.1.0", "act~d.0.1.0", "act~d.0.1.0"], world.Names);
        Assert.Equal("epoch:2", events.Select(stored => stored.Event).OfType<RunEvent.AttemptStarted>().Last().Owner);
    }

    [Fact]
    public async Task A_start_that_is_repeated_after_the_instance_was_lost_does_not_begin_the_run_anew()
    {
        var shell = new DurableShell(world, Logic.Ours, Rotation.Usual);
        var id = await StartAsync(shell, Rest, Get("look"));
        await shell.UntilAsync(id, happened => happened is RunEvent.StepStarted);
        shell.Runner.Purge(id);

        Assert.Equal(id, await StartAsync(shell, Rest, Get("look")));

        Assert.Empty(shell.Runner.Instances);
        Assert.True(await shell.Durable.AdoptAsync(id, 2, cancellation));
        await shell.AdvanceAsync(TimeSpan.FromMinutes(20));
        await shell.UntilAsync(id, happened => happened is RunEvent.RunEnded);
    }

    [Fact]
    public void The_state_of_a_run_of_five_hundred_steps_is_far_below_what_a_host_keeps_in_its_tables()
    {
        var items = string.Join(", ", Enumerable.Range(0, 500));
        var request = Request($$"""{ "id": "each", "forEach": { "items": [{{items}}], "maxItems": 500, "concurrency": 10, "steps": [ {{Get("look", Retried)}} ] } }""");
        var generation = Handover.First(Starting.Event("run-1", request with { DetectedAt = ShellContract.Start }, null, ShellContract.Start));
        var reaction = Decider.React(Run.Empty, generation.Happened, generation.Owner);
        var at = ShellContract.Start;
        while (reaction.Start.Length > 0)
        {
            at = at.AddSeconds(7);
            RunEvent[] happened = [.. reaction.Start.Select(command => new RunEvent.ActionSucceeded(command.Id, JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(command.Key[..16]))), at))];
            reaction = Decider.React(reaction.Run, happened, generation.Owner);
        }
        Assert.Equal(501, reaction.Run.Steps.All.Count());

        var packed = (generation with { Run = reaction.Run, Happened = [] }).Pack();

        Assert.True(packed.Length < StateMaxBytes, $"{packed.Length} bytes");
        Assert.Equal(reaction.Run.Summary(), Handover.Unpack(packed).Run.Summary());
    }

    [Fact]
    public void A_state_of_another_format_is_refused() => Assert.Throws<JsonException>(() => Handover.Unpack("999:AAAA"));

    [Fact]
    public void The_host_is_set_up_as_the_loop_needs_it()
    {
        var settings = JsonDocument.Parse(Repository.Read("host.json")).RootElement.GetProperty("extensions").GetProperty("durableTask");
        var storage = settings.GetProperty("storageProvider");

        Assert.False(settings.GetProperty("extendedSessionsEnabled").GetBoolean());
        Assert.Equal(("00:01:00", "00:01:00", "00:00:02", 4), (storage.GetProperty("controlQueueVisibilityTimeout").GetString(),
            storage.GetProperty("workItemQueueVisibilityTimeout").GetString(), storage.GetProperty("maxQueuePollingInterval").GetString(), storage.GetProperty("partitionCount").GetInt32()));
    }

    private async Task<string> StartAsync(DurableShell shell, params string[] steps) =>
        Assert.IsType<StartResult.Started>(await shell.Runs.StartAsync(Request(string.Join(", ", steps)), cancellation)).RunId;

    private static StartRequest Request(string steps)
    {
        var read = PlaybookReader.Read($$"""{ "playbook": "second", "version": "1.0.0", "title": "The second shell", "objectives": {}, "roles": { "commander": "commanders" }, "steps": [ {{steps}} ] }""", "second.json");
        return new StartRequest("request-1", Assert.IsType<ReadResult<Playbook>.Valid>(read).Value, Environments.Of(RunMode.Live), RunMode.Live, JsonData.EmptyObject, null, "starter", null, null, null);
    }
}
