using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

public abstract partial record RunEvent
{
    /// <summary>The injections are done; the drill waits for its alert.</summary>
    public sealed record DetectionAwaited(DateTimeOffset Until, DateTimeOffset At) : RunEvent(At);

    /// <summary>The first of the steps may start; the incident is detected.</summary>
    public sealed record RecoveryStarted(DateTimeOffset DetectedAt, DateTimeOffset? OccurredAt, DateTimeOffset At) : RunEvent(At);

    public sealed record StepStarted(string Path, DateTimeOffset At) : RunEvent(At)
    {
        /// <summary>Of a <c>forEach</c>: its items, fixed here.</summary>
        public JsonData? Items { get; init; }
        /// <summary>Of a <c>switch</c>: the body chosen.</summary>
        public string? Arm { get; init; }
        /// <summary>Of an action or an inlined playbook: its inputs, fixed here.</summary>
        public JsonData? Inputs { get; init; }
        /// <summary>Of an action: the inputs of its undo, fixed here.</summary>
        public JsonData? UndoInputs { get; init; }
        /// <summary>Of a wait or task: when it is over.</summary>
        public DateTimeOffset? Until { get; init; }
        /// <summary>Of a task: what to do, as shown.</summary>
        public string? Text { get; init; }
        /// <summary>Answer instead of acting, because this drill simulates the step.</summary>
        public bool Simulated { get; init; }
    }

    public sealed record StepSucceeded(string Path, JsonData Output, DateTimeOffset At) : RunEvent(At);

    public sealed record StepSkipped(string Path, string Reason, DateTimeOffset At) : RunEvent(At);

    /// <summary>Failed for good: no retry is left and nobody ordered one.</summary>
    /// <param name="Then">What follows: <c>stop</c>, <c>continue</c>, <c>goto STEP</c> or <c>caught</c>.</param>
    public sealed record StepFailed(string Path, ErrorKind Kind, string Message, string Then, DateTimeOffset At) : RunEvent(At);

    /// <summary>An attempt is over without a report: its deadline, and where it matters the grace after it, has passed.</summary>
    public sealed record AttemptExpired(CommandId Id, ErrorKind Kind, DateTimeOffset At) : RunEvent(At);

    /// <summary>The step has failed and waits for a person's order.</summary>
    public sealed record OrderAwaited(string Path, ErrorKind Kind, string Message, DateTimeOffset Until, DateTimeOffset At) : RunEvent(At);

    /// <summary>A repeat block begins its next round, or a forEach an iteration.</summary>
    public sealed record IterationStarted(string Path, int Index, DateTimeOffset At) : RunEvent(At);

    public sealed record IterationEnded(string Path, int Index, bool Failed, DateTimeOffset At) : RunEvent(At);

    /// <summary>A block stops starting things and waits for what is outstanding in it: a loser of <c>any</c>, or its timeout.</summary>
    /// <param name="Kind">What the block fails with once drained; null for a branch that lost.</param>
    public sealed record BlockDraining(string Path, ErrorKind? Kind, string Message, DateTimeOffset At) : RunEvent(At);

    /// <summary>The steps of a try failed and this arm runs.</summary>
    public sealed record ErrorCaught(string Path, int Arm, string FailedPath, ErrorKind Kind, DateTimeOffset At) : RunEvent(At);

    public sealed record ApprovalOpened(string Path, int Round, ImmutableArray<string> Roles, int Quorum, string Message, JsonData Covered,
        string Digest, DateTimeOffset Until, string OnTimeout, DateTimeOffset At) : RunEvent(At)
    {
        /// <summary><c>page</c> where only the signed-in page takes the decision; null where any way does.</summary>
        public string? DecideOn { get; init; }
    }

    public sealed record ApprovalEscalated(string Path, int Round, string Role, DateTimeOffset At) : RunEvent(At);

    public sealed record VoteCounted(string VoteId, string Path, int Round, string Person, bool Approves, bool SelfApproved, bool Scripted,
        DateTimeOffset At) : RunEvent(At);

    public sealed record VoteRefused(string VoteId, string Path, string Person, string Reason, DateTimeOffset At) : RunEvent(At);

    public sealed record TaskRefused(string Path, string Person, string Reason, DateTimeOffset At) : RunEvent(At);

    /// <param name="Result">approved, denied, expired (silence denied), proceed (silence went on), goto.</param>
    public sealed record ApprovalDecided(string Path, int Round, string Result, ImmutableArray<string> By, DateTimeOffset At) : RunEvent(At);

    /// <summary>What was approved has changed; people are asked again, or the approval ends denied after too many rounds.</summary>
    public sealed record ApprovalVoided(string Path, int Round, string What, DateTimeOffset At) : RunEvent(At);

    public sealed record OrderTaken(string OrderId, Order Order, string Person, string Reason, DateTimeOffset At) : RunEvent(At);

    public sealed record OrderRefused(string OrderId, Order Order, string Person, string Why, DateTimeOffset At) : RunEvent(At);

    /// <summary>The first isolation is confirmed.</summary>
    public sealed record ModelDegraded(string Model, DateTimeOffset At) : RunEvent(At);

    /// <summary>The step that recovers has succeeded: the RTO clock stops here, and what completed before is sealed.</summary>
    public sealed record ServiceRecovered(string Path, DateTimeOffset At) : RunEvent(At);

    public sealed record BudgetExceeded(string Path, TimeSpan Budget, DateTimeOffset At) : RunEvent(At);

    /// <summary>Elapsed time plus the worst case of what remains passes the deadline.</summary>
    public sealed record RtoAtRisk(DateTimeOffset ExpectedEnd, DateTimeOffset Deadline, DateTimeOffset At) : RunEvent(At);

    public sealed record RtoMissed(DateTimeOffset Deadline, DateTimeOffset At) : RunEvent(At);

    /// <summary>The run will not go on: it isolates, drains, undoes, runs <c>finally</c> and ends with the outcome.</summary>
    public sealed record RunStopping(RunOutcome Outcome, string? Path, ErrorKind? Kind, string Reason, DateTimeOffset At) : RunEvent(At);

    /// <summary>Everything outstanding has reported or expired.</summary>
    public sealed record RunDrained(DateTimeOffset At) : RunEvent(At);

    public sealed record UndoSucceeded(string Path, DateTimeOffset At) : RunEvent(At);

    /// <summary>An undo that failed is listed and a person is told; the others go on.</summary>
    public sealed record UndoFailed(string Path, ErrorKind Kind, string Message, DateTimeOffset At) : RunEvent(At);

    /// <summary>A model could not be shown to be isolated when the run failed.</summary>
    public sealed record IsolationUnconfirmed(string Model, ErrorKind Kind, string Message, DateTimeOffset At) : RunEvent(At);

    public sealed record IsolationConfirmed(string Model, DateTimeOffset At) : RunEvent(At);

    public sealed record FinallyStarted(DateTimeOffset Until, DateTimeOffset At) : RunEvent(At);

    public sealed record RunEnded(RunOutcome Outcome, RtoVerdict Verdict, ImmutableArray<string> Incomplete, ImmutableArray<string> Unproven,
        string? Reason, DateTimeOffset At) : RunEvent(At);

    /// <summary>What happened cannot be; the run stops where it is and a person must look.</summary>
    public sealed record RunParked(string Reason, DateTimeOffset At) : RunEvent(At);
}

public enum RunOutcome { Recovered, StoodDown, Completed, Failed, Cancelled }

/// <summary>Whether the recovery time objective was kept.</summary>
public enum RtoVerdict { NoObjective, Met, Missed, NotProven }
