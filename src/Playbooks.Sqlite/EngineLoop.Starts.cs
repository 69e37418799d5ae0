using System.Collections.Concurrent;
using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Sqlite;

/// <summary>Starts, and the one run per concurrency key: what <see cref="Admission"/> decides is stored in the commit that follows from it.</summary>
internal sealed partial class EngineLoop
{
    private readonly ConcurrentDictionary<string, StartResult> uncommittedStarts = new(StringComparer.Ordinal);
    private readonly Dictionary<RunKey, Admission> keys = stored.Keys().ToDictionary();

    private void Start(Message.Start start, Batch batch)
    {
        var request = start.Request;
        if ((uncommittedStarts.GetValueOrDefault(request.RequestId) ?? stored.Start(request.RequestId)) is { } known)
        {
            batch.After(() => start.Result.TrySetResult(known), start.Fail);
            return;
        }
        var result = Judge(request, start.Inputs, options.Time.GetUtcNow(), batch);
        batch.Starts[request.RequestId] = uncommittedStarts[request.RequestId] = result;
        batch.After(() =>
        {
            uncommittedStarts.TryRemove(request.RequestId, out _);
            start.Result.TrySetResult(result);
        }, start.Fail);
    }

    private StartResult Judge(StartRequest request, RunInputs inputs, DateTimeOffset at, Batch batch)
    {
        var reasons = Starting.Reasons(request, inputs, at);
        if (reasons.Length > 0)
            return new StartResult.Rejected(reasons);
        request = request with { Inputs = ((RunInputs.Accepted)inputs).Values, DetectedAt = Starting.Detected(request, at), OccurredAt = Starting.Occurred(request) };
        if (request.Playbook.Concurrency is not { } rule)
            return Begin(request, null, at, batch);
        var value = rule.Key.Evaluate(JsonData.Object([("inputs", request.Inputs), ("alert", request.Alert ?? JsonData.Null)]));
        if (value.Error is { } wrong)
            return new StartResult.Rejected([$"The concurrency key has no value: {wrong.Message}"]);
        return Admit(request, rule, new RunKey(request.Environment.Name, value.Value!.AsString() ?? value.Value.Text), at, batch);
    }

    private StartResult Admit(StartRequest request, ConcurrencyRule rule, RunKey key, DateTimeOffset at, Batch batch)
    {
        var (next, decision) = keys.GetValueOrDefault(key, Admission.Free).Admit(Starting.Pending(request), rule, Starting.RunId(request, at), at);
        switch (decision)
        {
            case Admitted.Start:
                Keep(key, next, batch);
                return Begin(request, key, at, batch);
            case Admitted.Attach attach:
                Attach(attach.RunId, request.Alert!, request.DetectedAt ?? at, at, batch);
                return new StartResult.Attached(attach.RunId);
            case Admitted.Wait wait:
                Keep(key, next, batch);
                return new StartResult.Queued(wait.Position);
            case Admitted.HoldBack held:
                Keep(key, next, batch);
                batch.AfterCommit.Add(new KeyDeed.Wake(key, held.Until));
                batch.AfterCommit.Add(new KeyDeed.TellHeldBack(held.EndedRunId, request, held.Until));
                return new StartResult.HeldBack(held.EndedRunId, held.Until);
            case Admitted.Refuse refuse:
                return new StartResult.Rejected([refuse.Reason]);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private StartResult.Started Begin(StartRequest request, RunKey? key, DateTimeOffset at, Batch batch)
    {
        var run = new HotRun(Starting.RunId(request, at));
        hot.Add(run.Id, run);
        React(run, [Starting.Event(run.Id, request, key?.Key, at)], batch);
        return new StartResult.Started(run.Id);
    }

    private void Attach(string runId, JsonData alert, DateTimeOffset detectedAt, DateTimeOffset at, Batch batch)
    {
        if (Find(runId, batch) is not { } run)
            return;
        // An alert that joins a parked run would wait for nobody: the call for help is repeated.
        run.ParkedTold = false;
        batch.Add(run, InOrder(run, new RunEvent.AlertAttached(alert, detectedAt, at)));
    }

    /// <summary>A run has ended in this batch: whoever waited for its key starts in the same commit.</summary>
    private void Ended(Run run, Batch batch)
    {
        if (run is not { Started.ConcurrencyKey: { } name, Playbook.Concurrency: { } rule, Environment: { } environment })
            return;
        var key = new RunKey(environment.Name, name);
        if (!keys.TryGetValue(key, out var admission))
            return;
        var (next, waiting) = admission.RunEnded(run.Id, rule.Cooldown, run.Now);
        Keep(key, next, batch);
        if (waiting is not null)
            BeginPending(waiting, key, batch);
    }

    private void CooldownOver(RunKey key, Batch batch)
    {
        if (!keys.TryGetValue(key, out var admission))
            return;
        var at = options.Time.GetUtcNow();
        var (next, held) = admission.CooldownOver(at);
        if (next == admission)
            return;
        Keep(key, next, batch);
        foreach (var start in held)
        {
            if (keys[key].RunningRun is { } running)
                Attach(running, start.Alert ?? JsonData.Null, start.DetectedAt ?? at, at, batch);
            else
                BeginPending(start, key, batch);
        }
    }

    private void Resolved(Message.AlertResolved resolved, Batch batch)
    {
        foreach (var (key, admission) in keys.ToArray())
        {
            var next = admission.Resolved(resolved.AlertId);
            if (next.HeldBack.Length != admission.HeldBack.Length)
                Keep(key, next, batch);
        }
        batch.After(() => resolved.Done.TrySetResult(true), resolved.Fail);
    }

    /// <summary>Starts what waited, from the texts that were kept when it came.</summary>
    private void BeginPending(PendingStart waiting, RunKey key, Batch batch)
    {
        StartRequest request;
        try
        {
            request = WaitingStart.Restored(waiting, stored);
        }
        catch (JournalException error)
        {
            batch.AfterCommit.Add(new KeyDeed.TellNotStarted(keys[key].EndedRun ?? "", waiting.RequestId, error.Message));
            return;
        }
        var at = options.Time.GetUtcNow();
        Keep(key, keys[key] with { RunningRun = Starting.RunId(request, at) }, batch);
        Begin(request, key, at, batch);
    }

    private void Keep(RunKey key, Admission admission, Batch batch) => keys[key] = batch.Keys[key] = admission;
}

/// <summary>What follows for a key after the commit.</summary>
internal abstract record KeyDeed
{
    private KeyDeed() { }

    /// <summary>The cooldown ends at the instant.</summary>
    internal sealed record Wake(RunKey Key, DateTimeOffset At) : KeyDeed;

    internal sealed record TellNotStarted(string EndedRunId, string RequestId, string Why) : KeyDeed;

    internal sealed record TellHeldBack(string EndedRunId, StartRequest Request, DateTimeOffset Until) : KeyDeed;
}
