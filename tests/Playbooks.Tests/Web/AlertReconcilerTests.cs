using Playbooks.Tests.Alerts;
using Playbooks.Web.Alerts;
using static Playbooks.Tests.Web.AlertHarness;

namespace Playbooks.Tests.Web;

public sealed class AlertReconcilerTests : IDisposable
{
    private readonly AlertHarness harness = new();
    private readonly MemoryAlerts inbox = new();
    private readonly List<string> said = [];
    private Func<IReadOnlyList<string>> firing = () => [];
    private int woken;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    /// <summary>The clock of the harness stands at 03:00 on 1 March 2026.</summary>
    [Theory]
    [InlineData("2026-03-01T02:57:59Z", true)]
    [InlineData("2026-03-01T02:58:00Z", true)]
    [InlineData("2026-03-01T02:58:01Z", false)]
    [InlineData("2026-02-28T23:00:00Z", true)]
    [InlineData("2026-02-28T22:59:59Z", false)]
    [InlineData("2026-03-01T04:00:00Z", false)]
    public async Task What_is_neither_still_under_way_nor_past_every_objective_is_missing(string fired, bool missing)
    {
        firing = () => [Text(fired: fired)];

        Assert.Equal(missing ? 1 : 0, await Reconciler().ReconcileAsync(Cancelled));

        Assert.Equal(missing ? 1 : 0, inbox.Kept.Count);
        Assert.Equal(inbox.Kept.Count, woken);
    }

    [Fact]
    public async Task What_arrived_or_was_asked_for_before_is_not_missing()
    {
        await inbox.KeepAsync(Received("a-1", fired: "2026-03-01T02:30:00.1234567Z"), Cancelled);
        firing = () => [Text("a-1", fired: "2026-03-01T02:30:00Z"), Text("a-2", fired: "2026-03-01T02:31:00Z")];
        var reconciler = Reconciler();

        Assert.Equal(1, await reconciler.ReconcileAsync(Cancelled));
        Assert.Equal(0, await reconciler.ReconcileAsync(Cancelled));

        Assert.Equal(["a-1", "a-2"], inbox.Kept.Select(kept => kept.Received.AlertId));
        Assert.Equal(AlertReconciler.Via, inbox.Kept[1].Received.Via);
    }

    [Fact]
    public async Task An_alert_of_which_only_the_end_arrived_is_missing()
    {
        await inbox.KeepAsync(Received("a-1", resolved: true, fired: "2026-03-01T02:30:00Z"), Cancelled);
        firing = () => [Text("a-1", fired: "2026-03-01T02:30:00Z")];

        Assert.Equal(1, await Reconciler().ReconcileAsync(Cancelled));
    }

    [Fact]
    public async Task What_is_no_alert_or_over_is_passed_by()
    {
        firing = () => ["{", "null", Text("a-1", resolved: true, fired: "2026-03-01T02:30:00Z"), Text("a-2", fired: "2026-03-01T02:30:00Z")];

        Assert.Equal(1, await Reconciler().ReconcileAsync(Cancelled));
    }

    [Fact]
    public async Task That_it_cannot_be_asked_is_said_once_and_so_is_that_it_can_again()
    {
        firing = () => throw new HttpRequestException("No such host.");
        var reconciler = Reconciler();
        await reconciler.ReconcileAsync(Cancelled);
        await reconciler.ReconcileAsync(Cancelled);
        firing = () => [];
        await reconciler.ReconcileAsync(Cancelled);
        await reconciler.ReconcileAsync(Cancelled);

        Assert.Equal(["The monitor cannot be asked for alerts that never arrived: No such host. Alerts that are sent are taken as before.", "The monitor can be asked for alerts again."], said);
    }

    [Fact]
    public async Task It_asks_at_once_and_then_every_five_minutes()
    {
        var asked = System.Threading.Channels.Channel.CreateUnbounded<DateTimeOffset>();
        firing = () => asked.Writer.TryWrite(harness.Engines.Time.GetUtcNow()) ? [] : [];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var running = Reconciler().RunAsync(stop.Token);
        var first = await asked.Reader.ReadAsync(Cancelled);

        harness.Engines.Time.Advance(AlertReconciler.Interval);

        Assert.Equal(AlertReconciler.Interval, await asked.Reader.ReadAsync(Cancelled) - first);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_alert_that_was_asked_for_and_sent_starts_one_run_whichever_came_first(bool askedFirst)
    {
        await using var engine = await harness.Engines.OpenAsync();
        var (asked, sent) = (Text(fired: "2026-03-01T02:30:00Z"), Text(fired: "2026-03-01T02:30:00.1234567Z"));
        foreach (var text in askedFirst ? new[] { asked, sent } : [sent, asked])
        {
            var alert = AzurePayload.Read(text);
            await engine.Alerts.KeepAsync(new(alert.Delivery, alert.Id, text, harness.Engines.Time.GetUtcNow(), text == asked ? AlertReconciler.Via : "Azure Monitor"), Cancelled);
        }

        await harness.SettleAsync(engine, Live);

        Assert.Single(await engine.ListAsync(Cancelled));
        Assert.Contains("one of the two was asked for", Assert.Single(engine.Alerts.OfAlert("a-1")[1].Fate!.Reasons), StringComparison.Ordinal);
    }

    private AlertReconciler Reconciler() => new("The monitor", _ => Task.FromResult(firing()), inbox, () => woken++, harness.Engines.Time, said.Add);

    private Core.Alerts.ReceivedAlert Received(string id, bool resolved = false, string fired = AzurePayload.Fired)
    {
        var text = Text(id, resolved: resolved, fired: fired);
        return new(AzurePayload.Read(text).Delivery, id, text, harness.Engines.Time.GetUtcNow(), "test");
    }
}
