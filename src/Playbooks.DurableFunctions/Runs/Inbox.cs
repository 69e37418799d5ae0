using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.DurableFunctions.Runs;

/// <summary>
/// How what happens outside comes to a run: it is kept, then raised, and raised again until the append that shows it removes it. The orchestrator knows a
/// repeat by its id.
/// </summary>
public sealed class Inbox(IInstances instances, IDeliveries deliveries, KnownJournals journals, TimeProvider time)
{
    /// <summary>Deliveries raised again in one patrol; the others wait for the next.</summary>
    private const int RaisedAgainMax = 500;

    /// <summary>What is younger may still be on its way to the journal.</summary>
    public static readonly TimeSpan RaisedAgainAfter = TimeSpan.FromSeconds(30);

    /// <summary>Durable once this returns.</summary>
    /// <returns>False when the run is over or unknown: nothing is kept then.</returns>
    public async Task<bool> PutAsync(string runId, Delivery delivery, CancellationToken cancellationToken)
    {
        var text = delivery.Write();
        await deliveries.KeepAsync(runId, delivery.Id, text, cancellationToken).ConfigureAwait(false);
        return await RaiseAsync(runId, delivery.Id, text, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until the journal shows it, for a few seconds at most.</summary>
    public Task TakenAsync(string runId, string deliveryId, CancellationToken cancellationToken) => deliveries.TakenAsync(runId, deliveryId, cancellationToken);

    /// <summary>Raises what was kept and is not in its journal: whoever kept it has died, or the host has lost it.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RaiseAgainAsync(CancellationToken cancellationToken)
    {
        var waiting = await deliveries.OlderAsync(time.GetUtcNow() - RaisedAgainAfter, RaisedAgainMax, cancellationToken).ConfigureAwait(false);
        await RaiseAsync(waiting, cancellationToken).ConfigureAwait(false);
        return waiting.Count;
    }

    /// <summary>Raises what has come while the run had no instance.</summary>
    public async Task RaiseKeptAsync(string runId, CancellationToken cancellationToken) =>
        await RaiseAsync(await deliveries.OfAsync(runId, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async Task RaiseAsync(IReadOnlyList<KeptDelivery> waiting, CancellationToken cancellationToken)
    {
        foreach (var delivery in waiting)
            await RaiseAsync(delivery.RunId, delivery.DeliveryId, delivery.Text, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> RaiseAsync(string runId, string deliveryId, string text, CancellationToken cancellationToken)
    {
        if (await instances.RaiseAsync(runId, text, cancellationToken).ConfigureAwait(false))
            return true;
        // A run that is not over has lost its instance: it is taken up from its journal, and then this is raised again.
        if ((await journals.ReadAsync(runId, cancellationToken).ConfigureAwait(false)).Run is { Started: not null, Phase: not RunPhase.Ended })
            return true;
        await deliveries.RemoveAsync(runId, deliveryId, cancellationToken).ConfigureAwait(false);
        return false;
    }
}
