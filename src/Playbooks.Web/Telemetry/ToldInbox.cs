using System.Collections.Concurrent;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Telemetry;

/// <summary>An inbox that tells what became of each alert. Runs that the alert started name its span.</summary>
internal sealed class ToldInbox(IAlertInbox inbox, SpanTeller spans, RunMeters meters, TimeProvider time) : IAlertInbox
{
    private const int InHandMax = 1024;

    /// <summary>When those arrived that are being settled.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> arrived = new(StringComparer.Ordinal);

    public Task<bool> KeepAsync(ReceivedAlert alert, CancellationToken cancellationToken) => inbox.KeepAsync(alert, cancellationToken);

    public async Task SettleAsync(string delivery, AlertFate fate, CancellationToken cancellationToken)
    {
        await inbox.SettleAsync(delivery, fate, cancellationToken).ConfigureAwait(false);
        var effect = fate.Effects.IsEmpty ? "none" : WireName.Of(fate.Effects[0].Kind);
        meters.Settled(effect);
        if (arrived.TryRemove(delivery, out var at))
            spans.TellSettled(TraceIds.OfDelivery(delivery), [new(TelemetryNames.Effect, effect), new(TelemetryNames.Runs, fate.Effects.Count(done => done.RunId is not null))], at, time.GetUtcNow());
    }

    public IReadOnlyList<KeptAlert> Unsettled(int atMost)
    {
        var waiting = inbox.Unsettled(atMost);
        foreach (var kept in waiting.Where(_ => arrived.Count < InHandMax))
            arrived[kept.Received.Delivery] = kept.Received.ReceivedAt;
        return waiting;
    }

    public IReadOnlyList<KeptAlert> Latest(long? before, int atMost) => inbox.Latest(before, atMost);

    public IReadOnlyList<KeptAlert> OfAlert(string alertId) => inbox.OfAlert(alertId);
}
