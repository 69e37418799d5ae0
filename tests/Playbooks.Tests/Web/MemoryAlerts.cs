using Playbooks.Core;
using Playbooks.Core.Alerts;

namespace Playbooks.Tests.Web;

/// <summary>An inbox that forgets nothing while the test lives, and fails when it is told to.</summary>
internal sealed class MemoryAlerts : IAlertInbox
{
    private readonly List<KeptAlert> kept = [];

    /// <summary>Thrown by whatever comes next, once.</summary>
    public Exception? FailsWith { get; set; }

    /// <summary>Where keeping never ends by itself.</summary>
    public bool Hangs { get; set; }

    public IReadOnlyList<KeptAlert> Kept
    {
        get
        {
            lock (kept)
                return [.. kept];
        }
    }

    public async Task<bool> KeepAsync(ReceivedAlert alert, CancellationToken cancellationToken)
    {
        if (Hangs)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        if (FailsWith is { } error)
        {
            FailsWith = null;
            throw error;
        }
        lock (kept)
        {
            if (kept.Exists(one => one.Received.Delivery == alert.Delivery))
                return false;
            kept.Add(new KeptAlert(kept.Count + 1, alert, null));
            return true;
        }
    }

    public Task SettleAsync(string delivery, AlertFate fate, CancellationToken cancellationToken)
    {
        lock (kept)
        {
            var at = kept.FindIndex(one => one.Received.Delivery == delivery);
            kept[at] = kept[at] with { Fate = kept[at].Fate ?? fate };
        }
        return Task.CompletedTask;
    }

    public IReadOnlyList<KeptAlert> Unsettled(int atMost) => [.. Kept.Where(one => one.Fate is null).Take(atMost)];

    public IReadOnlyList<KeptAlert> Latest(long? before, int atMost) => [.. Kept.Where(one => one.Number < (before ?? long.MaxValue)).Reverse().Take(atMost)];

    public IReadOnlyList<KeptAlert> OfAlert(string alertId) => [.. Kept.Where(one => one.Received.AlertId == alertId)];
}
