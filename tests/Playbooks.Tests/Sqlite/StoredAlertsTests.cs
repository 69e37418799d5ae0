using Playbooks.Core.Alerts;
using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

public sealed class StoredAlertsTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly AlertFate Started = new([new AlertEffect("grading", AlertEffectKind.Started, "run-1", [])], []);
    private readonly EngineHarness harness = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task What_was_kept_and_settled_is_there_after_a_restart_in_the_order_of_arrival()
    {
        await using (var engine = await harness.OpenAsync())
        {
            Assert.True(await engine.Alerts.KeepAsync(Received("d-1", "a-1"), cancellation));
            Assert.True(await engine.Alerts.KeepAsync(Received("d-2", "a-2"), cancellation));
            Assert.True(await engine.Alerts.KeepAsync(Received("d-3", "a-1"), cancellation));
            await engine.Alerts.SettleAsync("d-1", Started, cancellation);
        }
        await using var next = await harness.OpenAsync();

        Assert.Equal([(1, "d-1"), (3, "d-3")], next.Alerts.OfAlert("a-1").Select(kept => ((int)kept.Number, kept.Received.Delivery)));
        Assert.Equal(Received("d-2", "a-2"), next.Alerts.OfAlert("a-2").Single().Received);
        Assert.Equal(["d-2", "d-3"], next.Alerts.Unsettled(9).Select(kept => kept.Received.Delivery));
        Assert.Equal(["d-2"], next.Alerts.Unsettled(1).Select(kept => kept.Received.Delivery));
        Assert.Equal(["d-3", "d-2"], next.Alerts.Latest(null, 2).Select(kept => kept.Received.Delivery));
        Assert.Equal(["d-1"], next.Alerts.Latest(2, 9).Select(kept => kept.Received.Delivery));
        Assert.Equal(Started.Effects.AsEnumerable(), next.Alerts.Latest(2, 9).Single().Fate!.Effects.AsEnumerable());
    }

    [Fact]
    public async Task A_delivery_that_was_kept_stays_as_it_was_and_so_does_what_became_of_it()
    {
        await using var engine = await harness.OpenAsync();
        await engine.Alerts.KeepAsync(Received("d-1", "a-1"), cancellation);
        await engine.Alerts.SettleAsync("d-1", Started, cancellation);

        Assert.False(await engine.Alerts.KeepAsync(Received("d-1", "a-1") with { Text = "other", Via = "somebody" }, cancellation));
        await engine.Alerts.SettleAsync("d-1", new AlertFate([], ["nothing"]), cancellation);

        var kept = Assert.Single(engine.Alerts.Latest(null, 9));
        Assert.Equal(Received("d-1", "a-1"), kept.Received);
        Assert.Equal(Started.Effects.AsEnumerable(), kept.Fate!.Effects.AsEnumerable());
    }

    [Theory]
    [InlineData("UPDATE alerts SET delivery = 'd-2'")]
    [InlineData("UPDATE alerts SET alert_id = 'a-2'")]
    [InlineData("UPDATE alerts SET received = replace(received, 'one', 'two')")]
    [InlineData("UPDATE alerts SET fate = replace(fate, 'run-1', 'run-2')")]
    public async Task A_row_that_changed_at_rest_is_found(string change)
    {
        await using (var engine = await harness.OpenAsync())
        {
            await engine.Alerts.KeepAsync(Received("d-1", "a-1"), cancellation);
            await engine.Alerts.SettleAsync("d-1", Started, cancellation);
        }
        harness.Folder.Tamper(change);

        Assert.Contains("is not what was stored", (await Assert.ThrowsAsync<JournalException>(() => harness.OpenAsync())).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_alert_that_is_delivered_for_ever_the_latest_deliveries_are_looked_at()
    {
        await using var engine = await harness.OpenAsync();
        for (var delivery = 1; delivery <= Core.IAlertInbox.OfAlertMax + 2; delivery++)
            await engine.Alerts.KeepAsync(Received($"d-{delivery}", "a-1"), cancellation);

        var looked = engine.Alerts.OfAlert("a-1").Select(kept => kept.Received.Delivery).ToList();

        Assert.Equal((Core.IAlertInbox.OfAlertMax, "d-3", $"d-{Core.IAlertInbox.OfAlertMax + 2}"), (looked.Count, looked[0], looked[^1]));
    }

    [Fact]
    public async Task A_text_of_any_kind_comes_back_as_it_was()
    {
        await using var engine = await harness.OpenAsync();
        var received = Received("d-1", "a-1") with { Text = "{\"a\":\"\\u0000 <é€😀> 'x'\"}\r\n" };
        await engine.Alerts.KeepAsync(received, cancellation);

        Assert.Equal(received, engine.Alerts.Latest(null, 1).Single().Received);
    }

    [Fact]
    public async Task An_engine_that_has_stopped_keeps_nothing_and_says_so()
    {
        var engine = await harness.OpenAsync();
        await engine.DisposeAsync();

        await Assert.ThrowsAsync<JournalException>(() => engine.Alerts.KeepAsync(Received("d-1", "a-1"), cancellation));
    }

    private static ReceivedAlert Received(string delivery, string alertId) => new(delivery, alertId, "one", At, "test");
}
