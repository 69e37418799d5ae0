using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using static Playbooks.Tests.Web.AlertHarness;

namespace Playbooks.Tests.Web;

/// <summary>What becomes of an alert, on a real engine.</summary>
public sealed class AlertDispatcherTests : IDisposable
{
    private const string Drillable = """
        { "playbook": "grading", "version": "1.0.0", "title": "t", "owner": "ml-oncall@university.example", "objectives": {}, "inputs": { "model": { "type": "string", "default": "grading" } },
          "triggers": [ { "alert": { "rule": "grading-*" } }, { "alert": { "rule": "test-*" } } ],
          "drill": { "detectWithin": "PT5M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1H" } } ] },
          "steps": [ { "id": "hold", "wait": { "for": "PT10M" } } ] }
        """;

    private readonly AlertHarness harness = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task An_alert_starts_its_run_once_though_it_was_delivered_five_times()
    {
        await using var engine = await harness.Engines.OpenAsync();
        var kept = new List<bool>();
        for (var time = 0; time < 5; time++)
        {
            kept.Add(await harness.KeepAsync(engine, Text()));
            await harness.SettleAsync(engine, Live);
        }

        Assert.Equal([true, false, false, false, false], kept);
        Assert.StartsWith("Alert 1, fired Sev1 grading-model-drift: started grading-2026", Assert.Single(harness.Said), StringComparison.Ordinal);
        var run = (await engine.FindAsync(Assert.Single(await engine.ListAsync(cancellation)).RunId, cancellation))!;
        Assert.Equal("""{"model":"grading"}""", run.Inputs.Text);
        Assert.Equal("grading-model-drift", run.Alert!["rule"]!.AsString());
        Assert.Equal((RunMode.Live, "alert"), (run.Started!.Mode, run.Started.StartedBy));
        // The RTO counts from when the monitor detected it, not from when it reached us.
        Assert.Equal(new DateTimeOffset(2026, 1, 12, 3, 0, 0, 500, TimeSpan.Zero), run.Summary().DetectedAt);
        Assert.Equal([new AlertEffect("grading", AlertEffectKind.Started, run.Id, [])], Assert.Single(engine.Alerts.Latest(null, 9)).Fate!.Effects.AsEnumerable());
    }

    [Fact]
    public async Task Two_alerts_start_two_runs_and_two_firings_of_one_alert_too()
    {
        await using var engine = await harness.Engines.OpenAsync();
        foreach (var text in new[] { Text("a-1"), Text("a-2"), Text("a-1", fired: "2026-01-12T04:00:00Z") })
            await harness.DeliverAsync(engine, Live, text);

        Assert.Equal(3, (await engine.ListAsync(cancellation)).Count);
    }

    [Fact]
    public async Task An_alert_that_no_playbook_takes_is_kept_with_the_reason()
    {
        await using var engine = await harness.Engines.OpenAsync();

        var fate = await harness.DeliverAsync(engine, Live, Text(rule: "payments"));

        Assert.Empty(fate.Effects);
        Assert.Equal(["No playbook takes it. 'playbooks alert' says why for each."], fate.Reasons.AsEnumerable());
        Assert.Empty(await engine.ListAsync(cancellation));
        Assert.Empty(harness.Told);
    }

    [Fact]
    public async Task An_alert_that_a_playbook_takes_but_cannot_start_with_is_kept_and_the_owner_is_told()
    {
        await using var engine = await harness.Engines.OpenAsync();

        var fate = await harness.DeliverAsync(engine, Live, Text(custom: """{ "model": 7 }"""));

        var effect = Assert.Single(fate.Effects);
        Assert.Equal(("grading", AlertEffectKind.Rejected, null), (effect.Playbook, effect.Kind, effect.RunId));
        Assert.Contains("model", Assert.Single(effect.Reasons), StringComparison.Ordinal);
        Assert.StartsWith("The alert grading-model-drift should start grading, but: ", Assert.Single(harness.Told), StringComparison.Ordinal);
        Assert.Empty(await engine.ListAsync(cancellation));
    }

    [Fact]
    public async Task The_end_of_an_alert_is_told_to_its_run_and_cancels_nothing()
    {
        await using var engine = await harness.Engines.OpenAsync();
        var run = Assert.Single((await harness.DeliverAsync(engine, Live, Text())).Effects).RunId!;

        var fate = await harness.DeliverAsync(engine, Live, Text(resolved: true));

        Assert.Equal([new AlertEffect("grading", AlertEffectKind.Resolved, run, [])], fate.Effects.AsEnumerable());
        var told = (await engine.FindAsync(run, cancellation))!;
        Assert.Equal(new DateTimeOffset(2026, 1, 12, 3, 30, 0, TimeSpan.Zero), told.AlertResolvedAt);
        Assert.Equal(RunState.Recovering, told.Summary().State);
    }

    [Fact]
    public async Task An_end_that_came_first_is_told_to_the_run_when_it_starts()
    {
        await using var engine = await harness.Engines.OpenAsync();

        Assert.Empty((await harness.DeliverAsync(engine, Live, Text(resolved: true))).Effects);
        var run = Assert.Single((await harness.DeliverAsync(engine, Live, Text())).Effects).RunId!;

        Assert.NotNull((await engine.FindAsync(run, cancellation))!.AlertResolvedAt);
    }

    [Fact]
    public async Task The_end_of_an_earlier_firing_is_not_told_to_a_later_run()
    {
        await using var engine = await harness.Engines.OpenAsync();
        await harness.DeliverAsync(engine, Live, Text(resolved: true));

        var run = Assert.Single((await harness.DeliverAsync(engine, Live, Text(fired: "2026-01-12T04:00:00Z"))).Effects).RunId!;

        Assert.Null((await engine.FindAsync(run, cancellation))!.AlertResolvedAt);
    }

    [Fact]
    public async Task A_test_starts_nothing_that_is_live_and_a_drill_in_a_drill_environment()
    {
        await using var engine = await harness.Engines.OpenAsync();

        var live = await harness.DeliverAsync(engine, Live, Text(rule: "test-alert", severity: "Sev4"), Drillable);

        Assert.Equal(["grading takes it, but a test starts drills only, and live is live."], live.Reasons.AsEnumerable());
        Assert.Empty(await engine.ListAsync(cancellation));

        var drill = await harness.DeliverAsync(engine, Drill, Text("a-2", rule: "test-alert", severity: "Sev4"), Drillable);

        Assert.Equal(RunMode.Drill, (await engine.FindAsync(Assert.Single(drill.Effects).RunId!, cancellation))!.Started!.Mode);
    }

    [Fact]
    public async Task A_drill_that_waits_for_its_alert_is_detected_by_it_and_by_no_other()
    {
        await using var engine = await harness.Engines.OpenAsync();
        var id = Assert.IsType<StartResult.Started>(await engine.StartAsync(new StartRequest("drill-1", Playbook(Drillable), Drill, RunMode.Drill, Core.Json.JsonData.EmptyObject, null, "starter", null, null, null), cancellation)).RunId;
        await Sqlite.EngineHarness.UntilAsync(engine, id, happened => happened is RunEvent.DetectionAwaited);

        Assert.Empty((await harness.DeliverAsync(engine, Drill, Text("a-0", rule: "payments"), Drillable)).Effects);
        var fate = await harness.DeliverAsync(engine, Drill, Text(), Drillable);

        Assert.Equal([new AlertEffect("grading", AlertEffectKind.Detected, id, [])], fate.Effects.AsEnumerable());
        await Sqlite.EngineHarness.UntilAsync(engine, id, happened => happened is RunEvent.AlertAttached);
        // What its fault raises later on must not break it once more.
        var late = await harness.DeliverAsync(engine, Drill, Text("a-2"), Drillable);
        Assert.Equal(["grading takes it, but none of its drills awaits an alert now."], late.Reasons.AsEnumerable());
        Assert.Single(await engine.ListAsync(cancellation));
    }

    [Fact]
    public async Task A_defect_that_one_alert_meets_is_shown_and_keeps_no_other_from_starting()
    {
        await using var engine = await harness.Engines.OpenAsync();
        harness.Starting = request =>
        {
            if (request.Alert!["id"]!.AsString() == "a-1")
                throw new InvalidOperationException("Broken.");
        };
        await harness.KeepAsync(engine, Text("a-1"));
        await harness.KeepAsync(engine, Text("a-2"));

        await harness.SettleAsync(engine, Live);

        Assert.Equal(["This is a defect: Broken. Start by hand what it should have started."], engine.Alerts.OfAlert("a-1").Single().Fate!.Reasons.AsEnumerable());
        Assert.Single(engine.Alerts.OfAlert("a-2").Single().Fate!.Effects);
        Assert.Single(harness.Told);
    }

    [Fact]
    public async Task An_alert_that_meets_trouble_which_passes_waits_and_keeps_no_other_from_starting()
    {
        await using var engine = await harness.Engines.OpenAsync();
        harness.Passes = trouble => trouble is IOException;
        harness.Starting = request =>
        {
            if (request.Alert!["id"]!.AsString() == "a-1")
                throw new IOException("Nobody answers.");
        };
        await harness.KeepAsync(engine, Text("a-1"));
        await harness.KeepAsync(engine, Text("a-2"));

        await Assert.ThrowsAsync<IOException>(() => harness.SettleAsync(engine, Live));

        Assert.Null(engine.Alerts.OfAlert("a-1").Single().Fate);
        Assert.Single(engine.Alerts.OfAlert("a-2").Single().Fate!.Effects);
        Assert.Empty(harness.Told);

        harness.Starting = _ => { };
        await harness.SettleAsync(engine, Live);
        Assert.Single(engine.Alerts.OfAlert("a-1").Single().Fate!.Effects);
    }

    [Fact]
    public async Task What_an_earlier_process_left_is_settled_at_the_next_start_and_what_comes_later_when_it_comes()
    {
        await using (var earlier = await harness.Engines.OpenAsync())
            await harness.KeepAsync(earlier, Text("a-1"));
        await using var engine = await harness.Engines.OpenAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var started = System.Threading.Channels.Channel.CreateUnbounded<string>();
        harness.Starting = request => started.Writer.TryWrite(request.Alert!["id"]!.AsString()!);
        using var dispatcher = harness.Dispatcher(engine, Live, engine.Alerts, []);
        var running = dispatcher.RunAsync(stop.Token);

        Assert.Equal("a-1", await started.Reader.ReadAsync(cancellation));
        await harness.KeepAsync(engine, Text("a-2"));
        dispatcher.Wake();
        dispatcher.Wake();

        Assert.Equal("a-2", await started.Reader.ReadAsync(cancellation));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
