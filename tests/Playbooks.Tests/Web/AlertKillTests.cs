using Playbooks.Core.Alerts;
using Playbooks.Sqlite;
using Playbooks.Tests.Sqlite;
using static Playbooks.Tests.Web.AlertHarness;

namespace Playbooks.Tests.Web;

/// <summary>Kills the process at every named instant between a delivery's arrival and its settling; its sender, unanswered, sends it again.</summary>
[Collection(CrashPoints.Name)]
public sealed class AlertKillTests : IDisposable
{
    private readonly AlertHarness harness = new();
    private readonly List<(string Point, string Path, bool Answered)> images = [];
    private readonly object gate = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;
    private bool answered;

    public void Dispose()
    {
        CrashPoint.OnHit = null;
        harness.Dispose();
    }

    [Fact]
    public async Task Wherever_it_is_killed_an_answered_alert_starts_one_run_and_its_end_reaches_it()
    {
        await using (var engine = await harness.Engines.OpenAsync())
        {
            CrashPoint.OnHit = Photograph;
            await harness.KeepAsync(engine, Text());
            lock (gate)
                answered = true;
            await harness.SettleAsync(engine, Live);
            await harness.KeepAsync(engine, Text(resolved: true));
            await harness.SettleAsync(engine, Live);
            CrashPoint.OnHit = null;
        }

        Assert.True(images.Count > 15, $"Only {images.Count} instants were met.");
        foreach (var (point, path, wasAnswered) in images)
        {
            await using var next = await harness.Engines.OpenAsync(path, new FakeOutside());
            if (wasAnswered)
                Assert.Single(next.Alerts.OfAlert("a-1"), kept => AlertReader.Read(kept.Received.Text) is AlertReading.Accepted { Alert.Condition: AlertCondition.Fired });
            await harness.SettleAsync(next, Live);
            await harness.DeliverAsync(next, Live, Text());
            await harness.DeliverAsync(next, Live, Text(resolved: true));

            var run = (await next.FindAsync(Assert.Single(await next.ListAsync(cancellation)).RunId, cancellation))!;
            Assert.True(run.AlertResolvedAt is not null, point);
            Assert.All(next.Alerts.Latest(null, 9), kept => Assert.Contains(kept.Fate!.Effects, effect => effect.RunId == run.Id));
        }
    }

    private void Photograph(string point)
    {
        lock (gate)
            images.Add((point, harness.Engines.Folder.AsKilledNow($"image-{images.Count}.db"), answered));
    }
}
