using System.Globalization;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.DurableFunctions.Runs;

/// <summary>Runs as pages and verbs see them.</summary>
public sealed class DurableRuns(IInstances instances, KnownJournals journals, ITexts texts, Inbox inbox, IRunIndex index, RunKeys keys, TimeProvider time) : IRuns
{
    /// <summary>What is younger may still be on its way to its first instance.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(5);
    /// <summary>Of an end that is older, nobody needs to be told any more.</summary>
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(7);

    /// <summary>Runs that want nothing any more.</summary>
    private readonly HashSet<string> over = new(StringComparer.Ordinal);

    public async Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        var (playbook, environment, at) = (request.Playbook, request.Environment, time.GetUtcNow());
        if (await texts.KeepVersionAsync(playbook.Name, playbook.Version, playbook.Digest, cancellationToken).ConfigureAwait(false) != playbook.Digest)
            return new StartResult.Rejected([$"Version {playbook.Version} of '{playbook.Name}' is known with another text. Give the changed playbook a new version."]);
        var inputs = RunInputs.Of(playbook.Inputs, request.Inputs);
        var reasons = Starting.Reasons(request, inputs, at);
        if (reasons.Length > 0)
            return new StartResult.Rejected(reasons);
        // The first to ask gives the run its instant; who repeats the request, after a crash for example, makes the same run of it.
        var first = await texts.KeepStartAsync(request.RequestId, at.ToString("O", CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        at = DateTimeOffset.Parse(first, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        request = request with { Inputs = ((RunInputs.Accepted)inputs).Values, DetectedAt = Starting.Detected(request, at), OccurredAt = Starting.Occurred(request) };
        var runId = Starting.RunId(request, at);
        await texts.KeepAsync(environment.Digest, environment.Text, cancellationToken).ConfigureAwait(false);
        if (playbook.Concurrency is { } rule)
        {
            var value = rule.Key.Evaluate(JsonData.Object([("inputs", request.Inputs), ("alert", request.Alert ?? JsonData.Null)]));
            if (value.Error is { } wrong)
                return new StartResult.Rejected([$"The concurrency key has no value: {wrong.Message}"]);
            var key = new RunKey(environment.Name, value.Value!.AsString() ?? value.Value.Text);
            return await keys.AdmitAsync(key, rule, request, Starting.Event(runId, request, key.Key, at), cancellationToken).ConfigureAwait(false);
        }
        // A run that stands in its journal goes on from there or not at all: an instance that began anew would be in the way of the one that adopts it.
        if (!await journals.HoldAsync(runId, cancellationToken).ConfigureAwait(false))
            await instances.ScheduleAsync(runId, Handover.First(Starting.Event(runId, request, null, at)).Pack(), cancellationToken).ConfigureAwait(false);
        return new StartResult.Started(runId);
    }

    /// <summary>Durable once this returns, and in the journal by then unless the host is slow.</summary>
    public Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken) =>
        SignalAsync(runId, Guid.NewGuid().ToString("N"), happened, cancellationToken);

    /// <param name="deliveryId">The same for every repeat of one signal, which then counts once.</param>
    public async Task<bool> SignalAsync(string runId, string deliveryId, RunEvent happened, CancellationToken cancellationToken)
    {
        if (!await inbox.PutAsync(runId, new Delivery(deliveryId, happened with { At = time.GetUtcNow() }), cancellationToken).ConfigureAwait(false))
            return false;
        await inbox.TakenAsync(runId, deliveryId, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) => index.ListAsync(cancellationToken);

    public async Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) =>
        await journals.ReadAsync(runId, cancellationToken).ConfigureAwait(false) is { Events.IsEmpty: false } journal ? journal.Run : null;

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) =>
        (await journals.ReadAsync(runId, cancellationToken).ConfigureAwait(false)).Events is var events && fromSequence <= 1 ? events
            : events.GetRange((int)Math.Min(fromSequence - 1, events.Count), events.Count - (int)Math.Min(fromSequence - 1, events.Count));

    /// <summary>
    /// Goes on with runs whose instances are gone or have failed: their task hub was lost, or somebody has ended them by hand. Their journals are whole.
    /// </summary>
    /// <returns>The runs that were taken up.</returns>
    public async Task<IReadOnlyList<string>> AdoptLostAsync(CancellationToken cancellationToken)
    {
        var adopted = new List<string>();
        foreach (var run in await index.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            var now = time.GetUtcNow();
            if (over.Contains(run.RunId) || run.EndedAt < now - LooksBack || run.CreatedAt > now - LostAfter || await instances.LivesAsync(run.RunId, cancellationToken).ConfigureAwait(false))
                continue;
            var journal = await journals.ReadAsync(run.RunId, cancellationToken).ConfigureAwait(false);
            // What has ended is over when its end is told and anchored.
            if (journal.Run is { HasEnded: true, IsQuiet: true })
            {
                over.Add(run.RunId);
                continue;
            }
            // Above every epoch before: each that has started anything has appended more events than its number.
            var epoch = journal.Events.Count + 1;
            if (await AdoptAsync(run.RunId, epoch, cancellationToken).ConfigureAwait(false))
                adopted.Add(run.RunId);
        }
        return adopted;
    }

    /// <summary>Goes on with a run whose instance is gone, purged or lost with its task hub, from the journal alone.</summary>
    /// <param name="epoch">Above that of every instance before; names the new one.</param>
    /// <returns>False when there is no such journal.</returns>
    public async Task<bool> AdoptAsync(string runId, int epoch, CancellationToken cancellationToken)
    {
        if (await journals.ReadAsync(runId, cancellationToken).ConfigureAwait(false) is not { Events.IsEmpty: false } journal)
            return false;
        await instances.ScheduleAsync(runId, Handover.Adopting(journal.Run, journal.End, epoch).Pack(), cancellationToken).ConfigureAwait(false);
        await inbox.RaiseKeptAsync(runId, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
