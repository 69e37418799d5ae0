using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.DurableFunctions.Storage;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Durable;

/// <summary>The alert inbox of the second shell, on the emulator.</summary>
[Collection(UsesAzurite.Name)]
public sealed class TableAlertsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly AlertFate Nothing = new([], ["No playbook takes it."]);
    private readonly TableAlerts alerts = new(StateStorageTests.StorageOf(azurite), TimeProvider.System);
    private readonly string id = AzuriteFixture.Unique("alert");

    private IAlertInbox Inbox => alerts;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await StateStorageTests.StorageOf(azurite).PrepareAsync(Cancelled);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_delivery_is_kept_once_whole_and_found_by_its_alert_and_by_its_number()
    {
        // Up to 256 KB, of which nothing can be packed.
        var received = new ReceivedAlert(id + "/d", id, Convert.ToBase64String(Random(180 * 1024)), DateTimeOffset.UnixEpoch, "webhook");
        Assert.True(await alerts.KeepAsync(received, Cancelled));
        Assert.False(await alerts.KeepAsync(received with { Text = "another" }, Cancelled));

        var kept = Assert.Single(Inbox.OfAlert(id));
        Assert.Equal(received, kept.Received);
        Assert.Null(kept.Fate);
        Assert.Contains(Inbox.Latest(kept.Number + 1, 10), latest => latest.Received.Delivery == received.Delivery);
        Assert.DoesNotContain(Inbox.Latest(kept.Number, 100), latest => latest.Received.Delivery == received.Delivery);
    }

    [Fact]
    public async Task What_has_become_of_nothing_is_found_the_oldest_first_and_the_first_word_stays()
    {
        foreach (var number in Enumerable.Range(0, 3))
            await alerts.KeepAsync(Delivery($"{number}"), Cancelled);
        Assert.Equal(["0", "1", "2"], Waiting());

        await alerts.SettleAsync(Delivery("1").Delivery, Nothing, Cancelled);
        await alerts.SettleAsync(Delivery("1").Delivery, new AlertFate([], ["Another word."]), Cancelled);
        await alerts.SettleAsync("unknown", Nothing, Cancelled);

        Assert.Equal(["0", "2"], Waiting());
        Assert.Equal(["No playbook takes it."], Inbox.OfAlert(id)[1].Fate!.Reasons);
        foreach (var number in new[] { "0", "2" })
            await alerts.SettleAsync(Delivery(number).Delivery, Nothing, Cancelled);
    }

    [Fact]
    public async Task Of_one_alert_the_latest_sixty_four_are_looked_at_in_the_order_of_arrival()
    {
        foreach (var number in Enumerable.Range(0, IAlertInbox.OfAlertMax + 2))
            await alerts.KeepAsync(Delivery($"{number:D3}"), Cancelled);

        var deliveries = Inbox.OfAlert(id).Select(kept => kept.Received.Delivery[(id.Length + 1)..]).ToList();

        Assert.Equal(Enumerable.Range(2, IAlertInbox.OfAlertMax).Select(number => $"{number:D3}"), deliveries);
        await Task.WhenAll(Inbox.Unsettled(1000).Where(kept => kept.Received.AlertId == id).Select(kept => alerts.SettleAsync(kept.Received.Delivery, Nothing, Cancelled)));
    }

    [Fact]
    public async Task Fifty_that_arrive_in_the_same_moment_are_all_kept_under_numbers_of_their_own()
    {
        var kept = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => alerts.KeepAsync(Delivery($"{number}"), Cancelled)));

        Assert.All(kept, Assert.True);
        var numbers = Inbox.OfAlert(id).Select(alert => alert.Number).ToList();
        Assert.Equal((50, 50), (numbers.Count, numbers.Distinct().Count()));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => alerts.SettleAsync(Delivery($"{number}").Delivery, Nothing, Cancelled)));
    }

    private IEnumerable<string> Waiting() => Inbox.Unsettled(1000).Where(kept => kept.Received.AlertId == id).Select(kept => kept.Received.Delivery[(id.Length + 1)..]);

    private ReceivedAlert Delivery(string name) => new($"{id}/{name}", id, "{}", DateTimeOffset.UnixEpoch, "webhook");

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
