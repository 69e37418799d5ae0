using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Sqlite;
using static Playbooks.Tests.Sqlite.EngineHarness;
using static Playbooks.Tests.Sqlite.EngineTests;

namespace Playbooks.Tests.Sqlite;

/// <summary>One run per concurrency key (rule 9), with what was decided kept over restarts.</summary>
public sealed class EngineKeyTests : IDisposable
{
    private readonly EngineHarness harness = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task An_alert_for_a_key_that_is_taken_joins_the_run_that_has_it()
    {
        await using var engine = await harness.OpenAsync();
        var id = await StartedAsync(engine, "attach", "request-1");

        Assert.Equal(new StartResult.Attached(id), await engine.StartAsync(ByAlert("attach", "request-2"), cancellation));

        Assert.Single((await engine.ReadAsync(id, 1, cancellation)).Select(stored => stored.Event).OfType<RunEvent.AlertAttached>());
        Assert.Single(await engine.ListAsync(cancellation));
    }

    [Fact]
    public async Task A_start_by_hand_for_a_key_that_is_taken_is_rejected()
    {
        await using var engine = await harness.OpenAsync();
        var id = await StartedAsync(engine, "reject", "request-1");

        var rejected = Assert.IsType<StartResult.Rejected>(await engine.StartAsync(ByHand("reject", "request-2"), cancellation));

        Assert.Contains(id, Assert.Single(rejected.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queued_start_begins_when_the_run_before_it_ends_and_its_clock_has_run_since_it_came()
    {
        string first;
        await using (var engine = await harness.OpenAsync())
        {
            first = await StartedAsync(engine, "queue", "request-1");
            harness.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(new StartResult.Queued(1), await engine.StartAsync(ByAlert("queue", "request-2"), cancellation));
        }
        var asked = harness.Time.GetUtcNow();

        await using var next = await harness.OpenAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(9));
        await AllAsync(next, first);

        var second = (await next.ListAsync(cancellation)).Single(run => run.RunId != first);
        Assert.Equal(asked, second.DetectedAt);
        Assert.Equal(asked.AddMinutes(9), second.CreatedAt);
    }

    [Fact]
    public async Task An_alert_within_the_cooldown_waits_for_its_end_and_then_starts_its_run()
    {
        string ended;
        long events;
        await using (var engine = await harness.OpenAsync())
        {
            ended = await EndedAsync(engine);
            events = (await engine.ReadAsync(ended, 1, cancellation)).Count;
            Assert.IsType<StartResult.HeldBack>(await engine.StartAsync(ByAlert("attach", "request-2"), cancellation));
            await harness.Outside.UntilAsync(() => harness.Outside.Told.Any(told => told.Id == "held-back/request-2"));
        }
        var detected = harness.Time.GetUtcNow();

        await using var next = await harness.OpenAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(29));
        await SettleAsync(next, ended);
        Assert.Single(await next.ListAsync(cancellation));
        harness.Time.Advance(TimeSpan.FromMinutes(1));

        // The run is made by nobody's call: the next call that is answered comes after it.
        await next.ResolveHeldBackAsync("nothing", cancellation);
        var second = (await next.ListAsync(cancellation)).Single(run => run.RunId != ended);
        Assert.Equal(detected, second.DetectedAt);
        Assert.Equal(events + 1, (await next.ReadAsync(ended, 1, cancellation)).Count);
    }

    [Fact]
    public async Task An_alert_that_is_resolved_within_the_cooldown_starts_nothing()
    {
        await using var engine = await harness.OpenAsync();
        await EndedAsync(engine);
        Assert.IsType<StartResult.HeldBack>(await engine.StartAsync(ByAlert("attach", "request-2"), cancellation));

        await engine.ResolveHeldBackAsync("alert-request-2", cancellation);
        harness.Time.Advance(TimeSpan.FromMinutes(31));
        await engine.ResolveHeldBackAsync("nothing", cancellation);

        Assert.Single(await engine.ListAsync(cancellation));
    }

    [Fact]
    public async Task A_person_who_starts_within_the_cooldown_starts()
    {
        await using var engine = await harness.OpenAsync();
        await EndedAsync(engine);

        Assert.IsType<StartResult.Started>(await engine.StartAsync(ByHand("attach", "request-2"), cancellation));
    }

    private async Task<string> StartedAsync(Engine engine, string onConflict, string requestId) =>
        Assert.IsType<StartResult.Started>(await engine.StartAsync(ByAlert(onConflict, requestId), cancellation)).RunId;

    private async Task<string> EndedAsync(Engine engine)
    {
        var id = await StartedAsync(engine, "attach", "request-1");
        harness.Time.Advance(TimeSpan.FromMinutes(10));
        await AllAsync(engine, id);
        return id;
    }

    private static StartRequest ByHand(string onConflict, string requestId) =>
        Request(Playbook(Wait, onConflict, $$""" "concurrency": { "key": "grading", "onConflict": "{{onConflict}}", "cooldown": "PT30M" }, """), requestId);

    private static StartRequest ByAlert(string onConflict, string requestId) =>
        ByHand(onConflict, requestId) with { Alert = JsonData.Object([("id", JsonData.Of("alert-" + requestId))]) };
}
