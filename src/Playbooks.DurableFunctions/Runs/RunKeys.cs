using System.Text.Json;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.DurableFunctions.Runs;

/// <summary>
/// One run per concurrency key. What <see cref="Admission"/> decides is written to the key's row by compare and swap before anything follows from it,
/// and whatever follows can be repeated: who dies in between leaves a row from which <see cref="PatrolAsync"/> goes on. A row and no entity, because a
/// start is answered at once, to callers that are no orchestrations.
/// </summary>
/// <param name="tell">Tells people what a key's owner should know; what it throws is not heard.</param>
public sealed class RunKeys(IKeys keys, ITexts texts, KnownJournals journals, IInstances instances, Inbox inbox, TimeProvider time, Func<RunSummary, Command.Tell, CancellationToken, Task>? tell = null)
{
    /// <summary>Decides on a start whose playbook has a key.</summary>
    /// <param name="started">The run's first event, whose id is the same for every repeat of the request.</param>
    public async Task<StartResult> AdmitAsync(RunKey key, ConcurrencyRule rule, StartRequest request, RunEvent.RunStarted started, CancellationToken cancellationToken)
    {
        // It is begun later from what stands here, perhaps by another process.
        await texts.KeepAsync(FirstOf(started.RunId), JsonSerializer.Serialize<RunEvent>(started, EventJson.Options), cancellationToken).ConfigureAwait(false);
        await texts.KeepAsync(RunOf(request.RequestId), started.RunId, cancellationToken).ConfigureAwait(false);
        var attached = "attached/" + request.RequestId;
        if (await texts.FindAsync(attached, cancellationToken).ConfigureAwait(false) is { } joined)
            return await AttachAsync(joined, request.RequestId, request.Alert!, request.DetectedAt, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var before = await keys.FindAsync(key, cancellationToken).ConfigureAwait(false);
            if (before.State.RunningRun == started.RunId || await journals.HoldAsync(started.RunId, cancellationToken).ConfigureAwait(false))
                return await BeginAsync(started.RunId, cancellationToken).ConfigureAwait(false);
            if (before.State.Queue.Select(waiting => waiting.RequestId).ToList().IndexOf(request.RequestId) is var at and >= 0)
                return new StartResult.Queued(at + 1);
            if (before.State.HeldBack.Any(waiting => waiting.RequestId == request.RequestId))
                return new StartResult.HeldBack(before.State.EndedRun!, before.State.CooldownUntil!.Value);
            var (next, decision) = before.State.Admit(Starting.Pending(request), rule, started.RunId, time.GetUtcNow());
            switch (decision)
            {
                case Admitted.Refuse refuse:
                    return new StartResult.Rejected([refuse.Reason]);
                case Admitted.Attach attach:
                    await texts.KeepAsync(attached, attach.RunId, cancellationToken).ConfigureAwait(false);
                    return await AttachAsync(attach.RunId, request.RequestId, request.Alert!, request.DetectedAt, cancellationToken).ConfigureAwait(false);
            }
            if (!await keys.TryChangeAsync(before, next, cancellationToken).ConfigureAwait(false))
                continue;
            switch (decision)
            {
                case Admitted.Start:
                    return await BeginAsync(started.RunId, cancellationToken).ConfigureAwait(false);
                case Admitted.Wait wait:
                    return new StartResult.Queued(wait.Position);
                case Admitted.HoldBack held:
                    await TellHeldBackAsync(held, request, cancellationToken).ConfigureAwait(false);
                    return new StartResult.HeldBack(held.EndedRunId, held.Until);
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    /// <summary>A run that had a key is over: whoever waited for it begins.</summary>
    public async Task EndedAsync(string runId, FreedKey freed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = await keys.FindAsync(freed.Key, cancellationToken).ConfigureAwait(false);
            var (next, waiting) = before.State.RunEnded(runId, freed.Cooldown, freed.At);
            if (waiting is not null)
                next = next with { RunningRun = await RunOfAsync(waiting, cancellationToken).ConfigureAwait(false) };
            if (next != before.State && !await keys.TryChangeAsync(before, next, cancellationToken).ConfigureAwait(false))
                continue;
            // Also when an earlier try of this has come as far as the row.
            if (next.RunningRun is { } running)
                await BeginAsync(running, cancellationToken).ConfigureAwait(false);
            return;
        }
    }

    /// <summary>An alert is over: what was only held back for it does not start.</summary>
    public async Task ResolvedAsync(string alertId, CancellationToken cancellationToken)
    {
        foreach (var busy in await keys.BusyAsync(cancellationToken).ConfigureAwait(false))
        {
            var before = busy;
            while (before.State.Resolved(alertId) is var next && next.HeldBack.Length != before.State.HeldBack.Length
                && !await keys.TryChangeAsync(before, next, cancellationToken).ConfigureAwait(false))
                before = await keys.FindAsync(busy.Key, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Begins what a cooldown held back, once it is over, and what somebody who died has left in a row without beginning it.</summary>
    public async Task PatrolAsync(CancellationToken cancellationToken)
    {
        foreach (var busy in await keys.BusyAsync(cancellationToken).ConfigureAwait(false))
        {
            if (busy.State is { RunningRun: { } running })
                await BeginAsync(running, cancellationToken).ConfigureAwait(false);
            if (!busy.State.HeldBack.IsEmpty && busy.State.CooldownUntil <= time.GetUtcNow())
                await CooldownOverAsync(busy, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>In two steps, so that whoever comes after a death in between finds what is left to be done.</summary>
    private async Task CooldownOverAsync(KeptKey before, CancellationToken cancellationToken)
    {
        var (over, held) = before.State.CooldownOver(time.GetUtcNow());
        if (over.RunningRun is null)
        {
            // Who was held back and begins is not held back any more; the others still are.
            var taken = before.State with { RunningRun = await RunOfAsync(held[0], cancellationToken).ConfigureAwait(false), HeldBack = before.State.HeldBack.RemoveAll(start => start.RequestId == held[0].RequestId) };
            if (!await keys.TryChangeAsync(before, taken, cancellationToken).ConfigureAwait(false))
                return;
            await BeginAsync(taken.RunningRun!, cancellationToken).ConfigureAwait(false);
            before = await keys.FindAsync(before.Key, cancellationToken).ConfigureAwait(false);
            (over, held) = before.State.CooldownOver(time.GetUtcNow());
        }
        if (over.RunningRun is not { } running)
            return;
        foreach (var start in held)
            await AttachAsync(running, start.RequestId, start.Alert ?? JsonData.Null, start.DetectedAt, cancellationToken).ConfigureAwait(false);
        // When somebody else was first, the next patrol does it.
        await keys.TryChangeAsync(before, over, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Nothing happens when the run has begun already.</summary>
    internal async Task<StartResult> BeginAsync(string runId, CancellationToken cancellationToken)
    {
        // A run that stands in its journal goes on from there or not at all: an instance that began anew would be in the way of the one that adopts it.
        if (!await journals.HoldAsync(runId, cancellationToken).ConfigureAwait(false)
            && await texts.FindAsync(FirstOf(runId), cancellationToken).ConfigureAwait(false) is { } first && EventJson.Read(System.Text.Encoding.UTF8.GetBytes(first)) is RunEvent.RunStarted started)
            await instances.ScheduleAsync(runId, Handover.First(started with { At = Later(started.At) }).Pack(), cancellationToken).ConfigureAwait(false);
        return new StartResult.Started(runId);
    }

    /// <summary>The same delivery each time, so that an alert joins a run once.</summary>
    private async Task<StartResult> AttachAsync(string runId, string requestId, JsonData alert, DateTimeOffset? detectedAt, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var joins = new Delivery("attach/" + requestId, new RunEvent.AlertAttached(alert, detectedAt ?? at, at));
        if (!await inbox.PutAsync(runId, joins, cancellationToken).ConfigureAwait(false))
        {
            // Whoever was to begin that run has died before it did; of one that is over, nothing more is to be had.
            await BeginAsync(runId, cancellationToken).ConfigureAwait(false);
            await inbox.PutAsync(runId, joins, cancellationToken).ConfigureAwait(false);
        }
        return new StartResult.Attached(runId);
    }

    private async Task TellHeldBackAsync(Admitted.HoldBack held, StartRequest request, CancellationToken cancellationToken)
    {
        if (tell is null || await journals.ReadAsync(held.EndedRunId, cancellationToken).ConfigureAwait(false) is not { Events.IsEmpty: false } ended)
            return;
        foreach (var message in HeldBackNotice.Of(held.EndedRunId, held.Until, request))
            await tell(ended.Run.Summary(), message, cancellationToken).ConfigureAwait(false);
    }

    private DateTimeOffset Later(DateTimeOffset asked) => time.GetUtcNow() is var now && now > asked ? now : asked;

    /// <summary>The run that a start becomes, however long it waits.</summary>
    private async Task<string> RunOfAsync(PendingStart waiting, CancellationToken cancellationToken) =>
        await texts.FindAsync(RunOf(waiting.RequestId), cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"The start '{waiting.RequestId}' waits, but its texts are gone. Start it by hand.");

    private static string FirstOf(string runId) => "first/" + runId;

    private static string RunOf(string requestId) => "run-of/" + requestId;
}
