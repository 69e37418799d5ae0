using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>
/// What is known of one concurrency key in one environment: who runs, who waits, what is held back. One run per key, across playbooks.
/// Pure; a shell keeps it beside its journal and changes it in the same commit as what it decides.
/// </summary>
public sealed record Admission
{
    public static Admission Free { get; } = new();

    /// <summary>Alerts held back per key; more are refused with a reason.</summary>
    public const int HeldBackMax = 10;

    public string? RunningRun { get; init; }
    public ImmutableArray<PendingStart> Queue { get; init; } = [];
    public string? EndedRun { get; init; }
    public DateTimeOffset? CooldownUntil { get; init; }
    /// <summary>Alerts that came in the cooldown. Those unresolved when it ends start a run, with their own detection.</summary>
    public ImmutableArray<PendingStart> HeldBack { get; init; } = [];

    /// <summary>Decides on a start.</summary>
    /// <param name="runId">Of the run that would start.</param>
    public (Admission Next, Admitted Decision) Admit(PendingStart start, ConcurrencyRule rule, string runId, DateTimeOffset at)
    {
        if (RunningRun is { } running)
        {
            switch (rule.OnConflict)
            {
                case OnConflict.Attach when start.Alert is not null:
                    return (this, new Admitted.Attach(running));
                case OnConflict.Queue when Queue.Length < Limits.QueuedRunsPerKeyMax:
                    return (this with { Queue = Queue.Add(start) }, new Admitted.Wait(Queue.Length + 1));
                case OnConflict.Queue:
                    return (this, new Admitted.Refuse($"{Limits.QueuedRunsPerKeyMax} runs wait for this key already."));
                default:
                    return (this, new Admitted.Refuse($"Run {running} has this key. Wait for its end or cancel it."));
            }
        }
        // A person who starts a run by hand has seen the cooldown and goes on.
        if (start.Alert is not null && EndedRun is { } ended && CooldownUntil is { } until && at < until)
        {
            return HeldBack.Length < HeldBackMax
                ? (this with { HeldBack = HeldBack.Add(start) }, new Admitted.HoldBack(ended, until))
                : (this, new Admitted.Refuse($"{HeldBackMax} alerts are held back for this key already."));
        }
        return (this with { RunningRun = runId }, new Admitted.Start());
    }

    /// <summary>The run has ended: the cooldown begins. Who waited in the queue starts at once, its clock running since it was detected.</summary>
    public (Admission Next, PendingStart? Start) RunEnded(string runId, TimeSpan cooldown, DateTimeOffset at)
    {
        if (RunningRun != runId)
            return (this, null);
        // What is held back already keeps its own instant: a run that a person started meanwhile must not put it off, or lose it.
        var until = !HeldBack.IsEmpty ? CooldownUntil : cooldown > TimeSpan.Zero ? at + cooldown : null;
        var next = this with { RunningRun = null, EndedRun = runId, CooldownUntil = until };
        return Queue.IsEmpty ? (next, null) : (next with { Queue = Queue.RemoveAt(0) }, Queue[0]);
    }

    /// <summary>The cooldown is over: what is still unresolved starts one run, the earliest first; the others join it. Where a person has started a run meanwhile, all join that one.</summary>
    public (Admission Next, ImmutableArray<PendingStart> Start) CooldownOver(DateTimeOffset at)
    {
        if (CooldownUntil is not { } until || at < until)
            return (this, []);
        return (this with { CooldownUntil = null, HeldBack = [] }, [.. HeldBack.OrderBy(start => start.DetectedAt)]);
    }

    /// <summary>The monitor says that an alert is over: if it was only held back, nothing starts for it.</summary>
    public Admission Resolved(string alertId) => this with { HeldBack = HeldBack.RemoveAll(start => start.AlertId == alertId) };
}

/// <summary>One run at a time has it, in an environment, across playbooks.</summary>
/// <param name="Environment">Name of the environment.</param>
public readonly record struct RunKey(string Environment, string Key);

/// <summary>A start that waits, with all that it needs later.</summary>
/// <param name="PlaybookDigest">Of a text that the shell keeps.</param>
/// <param name="EnvironmentDigest">Of a text that the shell keeps.</param>
public sealed record PendingStart(string RequestId, string PlaybookDigest, string EnvironmentDigest, RunMode Mode, JsonData Inputs, JsonData? Alert,
    string? AlertId, string StartedBy, DateTimeOffset? OccurredAt, DateTimeOffset? DetectedAt, string? DetectedReason);

/// <summary>What becomes of a start.</summary>
public abstract record Admitted
{
    private Admitted() { }

    public sealed record Start : Admitted;
    public sealed record Attach(string RunId) : Admitted;
    /// <param name="Position">From 1.</param>
    public sealed record Wait(int Position) : Admitted;
    public sealed record HoldBack(string EndedRunId, DateTimeOffset Until) : Admitted;
    public sealed record Refuse(string Reason) : Admitted;
}
