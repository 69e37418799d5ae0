using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Decisions;
using Playbooks.Tests.Shells.Contract;

namespace Playbooks.Tests.Shells.Durable;

/// <summary>One run per concurrency key in the second shell, whoever dies at whichever call of a store.</summary>
public class RunKeyTests
{
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_for_a_key_that_is_taken_joins_the_run_that_has_it_and_only_once()
    {
        var shell = new DurableShell(new ScriptedWorld(), Logic.Ours, Rotation.Usual);
        var id = await StartedAsync(shell, "attach");

        Assert.Equal(new StartResult.Attached(id), await shell.Runs.StartAsync(ByAlert("attach", "request-2"), cancellation));
        Assert.Equal(new StartResult.Attached(id), await shell.Runs.StartAsync(ByAlert("attach", "request-2"), cancellation));

        Assert.Single(await EventsAsync<RunEvent.AlertAttached>(shell, id));
        Assert.Single(await shell.Runs.ListAsync(cancellation));
    }

    [Fact]
    public async Task A_start_that_is_repeated_after_its_run_has_ended_joins_and_starts_nothing()
    {
        var shell = new DurableShell(new ScriptedWorld(), Logic.Ours, Rotation.Usual);
        var id = await StartedAsync(shell, "attach");
        await shell.Runs.StartAsync(ByAlert("attach", "request-2"), cancellation);
        await shell.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal(new StartResult.Started(id), await shell.Runs.StartAsync(ByAlert("attach", "request-1"), cancellation));
        Assert.Equal(new StartResult.Attached(id), await shell.Runs.StartAsync(ByAlert("attach", "request-2"), cancellation));
        Assert.Single(await shell.Runs.ListAsync(cancellation));
    }

    [Fact]
    public async Task An_alert_for_a_run_that_has_no_instance_joins_it_when_it_is_taken_up()
    {
        var shell = new DurableShell(new ScriptedWorld(), Logic.Ours, Rotation.Usual);
        var id = await StartedAsync(shell, "attach");
        shell.Runner.Purge(id);

        Assert.Equal(new StartResult.Attached(id), await shell.Runs.StartAsync(ByAlert("attach", "request-2"), cancellation));
        Assert.Empty(await EventsAsync<RunEvent.AlertAttached>(shell, id));

        Assert.True(await shell.Durable.AdoptAsync(id, 100, cancellation));
        await shell.SettleAsync(id);
        Assert.Single(await EventsAsync<RunEvent.AlertAttached>(shell, id));
    }

    [Fact]
    public async Task A_start_by_hand_for_a_key_that_is_taken_is_rejected_with_the_run_that_has_it()
    {
        var shell = new DurableShell(new ScriptedWorld(), Logic.Ours, Rotation.Usual);
        var id = await StartedAsync(shell, "reject");

        Assert.Contains(id, Assert.Single(Assert.IsType<StartResult.Rejected>(await shell.Runs.StartAsync(ByHand("reject", "request-2"), cancellation)).Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queued_start_begins_when_the_run_before_it_ends_and_its_clock_has_run_since_it_came()
    {
        var shell = new DurableShell(new ScriptedWorld(), Logic.Ours, Rotation.Usual);
        var first = await StartedAsync(shell, "queue");
        await shell.AdvanceAsync(TimeSpan.FromMinutes(1));
        var asked = shell.Now;
        Assert.Equal(new StartResult.Queued(1), await shell.Runs.StartAsync(ByAlert("queue", "request-2"), cancellation));
        Assert.Equal(new StartResult.Queued(1), await shell.Runs.StartAsync(ByAlert("queue", "request-2"), cancellation));
        Assert.Equal(new StartResult.Queued(2), await shell.Runs.StartAsync(ByAlert("queue", "request-3"), cancellation));

        await shell.AdvanceAsync(TimeSpan.FromMinutes(9));

        var second = (await shell.Runs.ListAsync(cancellation)).Single(run => run.RunId != first);
        Assert.Equal((asked, asked.AddMinutes(9)), (second.DetectedAt, second.CreatedAt));
    }

    [Fact]
    public async Task An_alert_within_the_cooldown_waits_for_its_end_and_then_starts_one_run_that_the_others_join()
    {
        var shell = new DurableShell(new ScriptedWorld(), Logic.Ours, Rotation.Usual);
        var ended = await EndedAsync(shell);
        var detected = shell.Now;
        Assert.IsType<StartResult.HeldBack>(await shell.Runs.StartAsync(ByAlert("attach", "request-2"), cancellation));
        Assert.IsType<StartResult.HeldBack>(await shell.Runs.StartAsync(ByAlert("attach", "request-3"), cancellation));

        await shell.AdvanceAsync(TimeSpan.FromMinutes(29));
        await shell.PatrolAsync();
        Assert.Single(await shell.Runs.ListAsync(cancellation));
        await shell.AdvanceAsync(TimeSpan.FromMinutes(1));
        await shell.PatrolAsync();
        await shell.PatrolAsync();

        var second = (await shell.Runs.ListAsync(cancellation)).Single(run => run.RunId != ended);
        Assert.Equal(detected, second.DetectedAt);
        Assert.Single(await EventsAsync<RunEvent.AlertAttached>(shell, second.RunId));
    }

    [Fact]
    public async Task An_alert_that_is_resolved_within_the_cooldown_starts_nothing()
    {
        var shell = new DurableShell(new ScriptedWorld(), Logic.Ours, Rotation.Usual);
        await EndedAsync(shell);
        Assert.IsType<StartResult.HeldBack>(await shell.Runs.StartAsync(ByAlert("attach", "request-2"), cancellation));

        await shell.Keys.ResolvedAsync("alert-request-2", cancellation);
        await shell.AdvanceAsync(TimeSpan.FromMinutes(31));
        await shell.PatrolAsync();

        Assert.Single(await shell.Runs.ListAsync(cancellation));
    }

    [Fact]
    public async Task Who_dies_at_any_call_of_a_store_while_a_start_is_decided_leaves_one_run_for_the_key()
    {
        var deaths = 0;
        for (var at = 1; ; at++)
        {
            var (shell, mortal) = Mortal();
            mortal.DiesAt = at;
            var died = await DiesAsync(() => shell.Runs.StartAsync(ByAlert("queue", "request-1"), cancellation));
            mortal.DiesAt = 0;
            Assert.IsType<StartResult.Started>(await shell.Runs.StartAsync(ByAlert("queue", "request-1"), cancellation));
            Assert.Equal(new StartResult.Queued(1), await shell.Runs.StartAsync(ByAlert("queue", "request-2"), cancellation));
            await shell.PatrolAsync();

            Assert.Single(shell.Runner.Instances);
            if (!died)
                break;
            deaths++;
        }
        Assert.True(deaths >= 10, $"{deaths} places to die at");
    }

    [Fact]
    public async Task Who_dies_at_any_call_of_a_store_while_a_key_is_given_on_or_a_cooldown_ends_leaves_it_to_the_next()
    {
        var deaths = 0;
        for (var at = 1; ; at++)
        {
            var (shell, mortal) = Mortal();
            await shell.Runs.StartAsync(ByAlert("queue", "request-1"), cancellation);
            await shell.Runs.StartAsync(ByAlert("queue", "request-2"), cancellation);
            mortal.DiesAt = at;
            await DiesAsync(() => shell.AdvanceAsync(TimeSpan.FromMinutes(10)));
            var died = mortal.HasDied;
            mortal.DiesAt = 0;
            // The host gives the activity to another worker, and the patrol comes by.
            await shell.CrashAsync();
            await shell.AdvanceAsync(TimeSpan.FromMinutes(1));
            await shell.PatrolAsync();
            Assert.Equal(2, shell.Runner.Instances.Count);
            await shell.AdvanceAsync(TimeSpan.FromMinutes(20));
            Assert.All(await shell.Runs.ListAsync(cancellation), run => Assert.Equal(RunState.Ended, run.State));

            Assert.IsType<StartResult.HeldBack>(await shell.Runs.StartAsync(ByAlert("queue", "request-3"), cancellation));
            Assert.IsType<StartResult.HeldBack>(await shell.Runs.StartAsync(ByAlert("queue", "request-4"), cancellation));
            await shell.AdvanceAsync(TimeSpan.FromHours(1));
            mortal.HasDied = false;
            mortal.DiesAt = at;
            await DiesAsync(() => shell.Keys.PatrolAsync(cancellation));
            died |= mortal.HasDied;
            mortal.DiesAt = 0;
            await shell.PatrolAsync();
            await shell.PatrolAsync();

            var third = Assert.Single(shell.Runner.Instances, instance => !instance.IsOver);
            Assert.Single(await EventsAsync<RunEvent.AlertAttached>(shell, third.Id));
            Assert.Equal(3, shell.Runner.Instances.Count);
            if (!died)
                break;
            deaths++;
        }
        Assert.True(deaths >= 10, $"{deaths} places to die at");
    }

    [Fact]
    public async Task A_key_that_was_not_given_back_because_worker_and_instance_were_lost_is_given_back_when_the_ended_run_is_taken_up()
    {
        var deaths = 0;
        for (var at = 1; ; at++)
        {
            var (shell, mortal) = Mortal();
            var first = Assert.IsType<StartResult.Started>(await shell.Runs.StartAsync(ByAlert("queue", "request-1"), cancellation)).RunId;
            await shell.Runs.StartAsync(ByAlert("queue", "request-2"), cancellation);
            mortal.DiesAt = at;
            await DiesAsync(() => shell.AdvanceAsync(TimeSpan.FromMinutes(10)));
            mortal.DiesAt = 0;
            shell.Runner.Purge(first);

            await shell.Durable.AdoptLostAsync(cancellation);
            await shell.SettleAsync(first);

            Assert.Single(await EventsAsync<RunEvent.RunEnded>(shell, first));
            Assert.Equal(2, (await shell.Runs.ListAsync(cancellation)).Count);
            Assert.Empty(await shell.Durable.AdoptLostAsync(cancellation));
            if (!mortal.HasDied)
                break;
            deaths++;
        }
        Assert.True(deaths >= 3, $"{deaths} places to die at");
    }

    private static (DurableShell Shell, MortalKeys Keys) Mortal()
    {
        MortalKeys? mortal = null;
        var shell = new DurableShell(new ScriptedWorld(), Logic.Ours, Rotation.Usual, stores => mortal = new MortalKeys(stores));
        return (shell, mortal!);
    }

    private static async Task<bool> DiesAsync(Func<Task> act)
    {
        try
        {
            await act();
            return false;
        }
        catch (MortalKeys.DiedException)
        {
            return true;
        }
    }

    private async Task<IEnumerable<T>> EventsAsync<T>(DurableShell shell, string id) => (await shell.Runs.ReadAsync(id, 1, cancellation)).Select(stored => stored.Event).OfType<T>();

    private async Task<string> StartedAsync(DurableShell shell, string onConflict) =>
        Assert.IsType<StartResult.Started>(await shell.Runs.StartAsync(ByAlert(onConflict, "request-1"), cancellation)).RunId;

    private async Task<string> EndedAsync(DurableShell shell)
    {
        var id = await StartedAsync(shell, "attach");
        await shell.AdvanceAsync(TimeSpan.FromMinutes(10));
        return id;
    }

    private static StartRequest ByHand(string onConflict, string requestId)
    {
        var read = PlaybookReader.Read($$"""
            { "playbook": "keyed", "version": "1.0.0", "title": "A key", "objectives": { }, "concurrency": { "key": "grading", "onConflict": "{{onConflict}}", "cooldown": "PT30M" },
              "steps": [ { "id": "rest", "wait": { "for": "PT10M" } } ] }
            """, "keyed.json");
        return new StartRequest(requestId, Assert.IsType<ReadResult<Playbook>.Valid>(read).Value, Environments.Of(RunMode.Live), RunMode.Live, JsonData.EmptyObject, null, "starter", null, null, null);
    }

    private static StartRequest ByAlert(string onConflict, string requestId) =>
        ByHand(onConflict, requestId) with { Alert = JsonData.Object([("id", JsonData.Of("alert-" + requestId))]) };
}
