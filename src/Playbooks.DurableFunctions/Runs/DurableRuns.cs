using System.Globalization;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.DurableFunctions.Runs;

/// <summary>
/// Runs as pages and verbs see them. A playbook with a concurrency key is refused: this shell does not hold keys yet, and starting a second
/// run for one would isolate a model twice.
/// </summary>
public sealed class DurableRuns(IInstances instances, IJournals journals, ITexts texts, TimeProvider time) : IRuns
{
    public async Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        var (playbook, environment, at) = (request.Playbook, request.Environment, time.GetUtcNow());
        if (await texts.KeepVersionAsync(playbook.Name, playbook.Version, playbook.Digest, cancellationToken).ConfigureAwait(false) != playbook.Digest)
            return new StartResult.Rejected([$"Version {playbook.Version} of '{playbook.Name}' is known with another text. Give the changed playbook a new version."]);
        var inputs = RunInputs.Of(playbook.Inputs, request.Inputs);
        var reasons = Starting.Reasons(request, inputs, at);
        if (playbook.Concurrency is not null)
            reasons = reasons.Add("This shell cannot hold the playbook's concurrency key.");
        if (reasons.Length > 0)
            return new StartResult.Rejected(reasons);
        // The first to ask gives the run its instant; who repeats the request, after a crash for example, makes the same run of it.
        var first = await texts.KeepStartAsync(request.RequestId, at.ToString("O", CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        at = DateTimeOffset.Parse(first, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        request = request with { Inputs = ((RunInputs.Accepted)inputs).Values, DetectedAt = Starting.Detected(request, at), OccurredAt = Starting.Occurred(request) };
        var runId = Starting.RunId(request, at);
        await texts.KeepAsync(environment.Digest, environment.Text, cancellationToken).ConfigureAwait(false);
        // A run that stands in its journal goes on from there or not at all: an instance that began anew would be in the way of the one that adopts it.
        if (!(await journals.ReadAsync(runId, 0, 1, cancellationToken).ConfigureAwait(false)).IsEmpty)
            return new StartResult.Started(runId);
        await instances.ScheduleAsync(runId, Handover.First(Starting.Event(runId, request, null, at)).Pack(), cancellationToken).ConfigureAwait(false);
        return new StartResult.Started(runId);
    }

    /// <summary>Durable with the host once this returns; in the journal soon after.</summary>
    public Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken) =>
        SignalAsync(runId, Guid.NewGuid().ToString("N"), happened, cancellationToken);

    /// <param name="deliveryId">The same for every repeat of one signal, which then counts once.</param>
    public Task<bool> SignalAsync(string runId, string deliveryId, RunEvent happened, CancellationToken cancellationToken) =>
        instances.RaiseAsync(runId, new Delivery(deliveryId, happened with { At = time.GetUtcNow() }).Write(), cancellationToken);

    public async Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) =>
    [
        .. (await instances.StatusesAsync(cancellationToken).ConfigureAwait(false)).Select(instance => instance.Value).OfType<string>()
            .Select(status => InstanceStatus.Read(status).Run).OrderBy(summary => summary.CreatedAt).ThenBy(summary => summary.RunId, StringComparer.Ordinal),
    ];

    public async Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) =>
        await ReadAsync(runId, 1, cancellationToken).ConfigureAwait(false) is { Count: > 0 } events ? Decider.Fold(events.Select(stored => stored.Event)) : null;

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) =>
        [.. (await journals.EventsAsync(runId, cancellationToken).ConfigureAwait(false)).Events.Where(stored => stored.Sequence >= fromSequence)];

    /// <summary>Goes on with a run whose instance is gone, purged or lost with its task hub, from the journal alone.</summary>
    /// <param name="epoch">Above that of every instance before; names the new one.</param>
    /// <returns>False when there is no such journal.</returns>
    public async Task<bool> AdoptAsync(string runId, int epoch, CancellationToken cancellationToken)
    {
        var (events, end) = await journals.EventsAsync(runId, cancellationToken).ConfigureAwait(false);
        if (events.Count == 0)
            return false;
        await instances.ScheduleAsync(runId, Handover.Adopting(Decider.Fold(events.Select(stored => stored.Event)), end, epoch).Pack(), cancellationToken)
            .ConfigureAwait(false);
        return true;
    }
}
