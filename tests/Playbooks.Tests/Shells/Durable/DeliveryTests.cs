using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Decisions;
using Playbooks.Tests.Shells.Contract;

namespace Playbooks.Tests.Shells.Durable;

/// <summary>What comes from outside is kept until the journal shows it, and raised again until then.</summary>
public sealed class DeliveryTests : IAsyncDisposable
{
    private readonly DurableShell shell = new(new ScriptedWorld(), Logic.Ours, Rotation.Usual);
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => shell.DisposeAsync();

    [Fact]
    public async Task What_the_journal_shows_is_kept_no_longer()
    {
        var id = await StartedAsync();

        Assert.True(await shell.Runs.SignalAsync(id, Signal("one"), cancellation));

        Assert.Equal(["one"], await NamesAsync(id));
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task What_was_kept_by_somebody_who_died_before_raising_it_arrives_with_the_next_patrol_and_once()
    {
        var id = await StartedAsync();
        var text = new Delivery("d-1", Signal("one")).Write();
        await ((IDeliveries)shell.Stores).KeepAsync(id, "d-1", text, cancellation);

        await shell.PatrolAsync();
        await shell.PatrolAsync();
        await shell.Runner.RaiseAsync(id, text, cancellation);
        await shell.SettleAsync(id);

        Assert.Equal(["one"], await NamesAsync(id));
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task What_comes_for_a_run_that_is_over_or_unknown_is_not_kept()
    {
        var id = await StartedAsync();
        await shell.AdvanceAsync(TimeSpan.FromMinutes(10));

        Assert.False(await shell.Runs.SignalAsync(id, Signal("late"), cancellation));
        Assert.False(await shell.Runs.SignalAsync("nobody", Signal("late"), cancellation));
        await ((IDeliveries)shell.Stores).KeepAsync(id, "d-1", new Delivery("d-1", Signal("later")).Write(), cancellation);
        await shell.PatrolAsync();

        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task What_comes_while_a_run_has_no_instance_counts_when_it_is_taken_up()
    {
        var id = await StartedAsync();
        shell.Runner.Purge(id);

        Assert.True(await shell.Runs.SignalAsync(id, Signal("one"), cancellation));
        await shell.PatrolAsync();
        Assert.Single(await WaitingAsync());

        Assert.True(await shell.Durable.AdoptAsync(id, 100, cancellation));
        await shell.SettleAsync(id);
        Assert.Equal(["one"], await NamesAsync(id));
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task What_is_sent_again_after_the_journal_has_shown_it_is_not_kept_for_ever()
    {
        var id = await StartedAsync();
        foreach (var time in Enumerable.Range(0, 2))
        {
            Assert.True(await shell.Durable.SignalAsync(id, "d-1", Signal("one"), cancellation));
            await shell.SettleAsync(id);
        }

        Assert.Equal(["one"], await NamesAsync(id));
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task While_nothing_can_be_appended_it_stays_kept()
    {
        var id = await StartedAsync();
        shell.Stores.BeforeAppend = _ => throw new IOException("The store does not answer.");
        Assert.True(await shell.Runs.SignalAsync(id, Signal("one"), cancellation));
        Assert.Single(await WaitingAsync());

        shell.Stores.BeforeAppend = _ => { };
        await shell.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["one"], await NamesAsync(id));
        Assert.Empty(await WaitingAsync());
    }

    private Task<IReadOnlyList<KeptDelivery>> WaitingAsync() => shell.Stores.OlderAsync(DateTimeOffset.MaxValue, 10, cancellation);

    private async Task<IEnumerable<string>> NamesAsync(string id) =>
        (await shell.Runs.ReadAsync(id, 1, cancellation)).Select(stored => stored.Event).OfType<RunEvent.SignalReceived>().Select(signal => signal.Name);

    private async Task<string> StartedAsync()
    {
        var read = PlaybookReader.Read("""
            { "playbook": "waiting", "version": "1.0.0", "title": "It waits", "objectives": { }, "steps": [ { "id": "rest", "wait": { "for": "PT10M" } } ] }
            """, "waiting.json");
        var request = new StartRequest("request-1", Assert.IsType<ReadResult<Playbook>.Valid>(read).Value, Environments.Of(RunMode.Live), RunMode.Live, JsonData.EmptyObject, null, "starter", null, null, null);
        return Assert.IsType<StartResult.Started>(await shell.Runs.StartAsync(request, cancellation)).RunId;
    }

    private static RunEvent.SignalReceived Signal(string name) => new("signal-" + name, name, JsonData.Null, ShellContract.Start);
}
