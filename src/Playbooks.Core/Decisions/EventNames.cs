using System.Collections.Frozen;
using static Playbooks.Core.Decisions.RunEvent;

namespace Playbooks.Core.Decisions;

/// <summary>The names under which events are stored. A promise: names are added, never changed or given to another event.</summary>
public static class EventNames
{
    public static FrozenDictionary<Type, string> ByType { get; } = new Dictionary<Type, string>
    {
        [typeof(RunStarted)] = "run.started",
        [typeof(AlertAttached)] = "alert.attached",
        [typeof(AlertResolved)] = "alert.resolved",
        [typeof(AttemptStarted)] = "attempt.started",
        [typeof(ActionSucceeded)] = "action.succeeded",
        [typeof(ActionFailed)] = "action.failed",
        [typeof(ActionPending)] = "action.pending",
        [typeof(TimerFired)] = "timer.fired",
        [typeof(VoteCast)] = "vote.cast",
        [typeof(TaskConfirmed)] = "task.confirmed",
        [typeof(SignalReceived)] = "signal.received",
        [typeof(OrderGiven)] = "order.given",
        [typeof(Told)] = "people.told",
        [typeof(TellFailed)] = "people.notTold",
        [typeof(HeadAnchored)] = "head.anchored",
        [typeof(AnchorFailed)] = "head.notAnchored",
        [typeof(NoticeDelivered)] = "notice.delivered",
        [typeof(NoticeFailed)] = "notice.notDelivered",
        [typeof(RequestRefused)] = "request.refused",
        [typeof(DetectionAwaited)] = "detection.awaited",
        [typeof(RecoveryStarted)] = "recovery.started",
        [typeof(StepStarted)] = "step.started",
        [typeof(StepSucceeded)] = "step.succeeded",
        [typeof(StepSkipped)] = "step.skipped",
        [typeof(StepFailed)] = "step.failed",
        [typeof(AttemptExpired)] = "attempt.expired",
        [typeof(OrderAwaited)] = "order.awaited",
        [typeof(IterationStarted)] = "iteration.started",
        [typeof(IterationEnded)] = "iteration.ended",
        [typeof(BlockDraining)] = "block.draining",
        [typeof(ErrorCaught)] = "error.caught",
        [typeof(ApprovalOpened)] = "approval.opened",
        [typeof(ApprovalEscalated)] = "approval.escalated",
        [typeof(VoteCounted)] = "vote.counted",
        [typeof(VoteRefused)] = "vote.refused",
        [typeof(TaskRefused)] = "task.refused",
        [typeof(ApprovalDecided)] = "approval.decided",
        [typeof(ApprovalVoided)] = "approval.voided",
        [typeof(OrderTaken)] = "order.taken",
        [typeof(OrderRefused)] = "order.refused",
        [typeof(ModelDegraded)] = "model.degraded",
        [typeof(ServiceRecovered)] = "service.recovered",
        [typeof(BudgetExceeded)] = "budget.exceeded",
        [typeof(RtoAtRisk)] = "rto.atRisk",
        [typeof(RtoMissed)] = "rto.missed",
        [typeof(RunStopping)] = "run.stopping",
        [typeof(RunDrained)] = "run.drained",
        [typeof(UndoSucceeded)] = "undo.succeeded",
        [typeof(UndoFailed)] = "undo.failed",
        [typeof(IsolationUnconfirmed)] = "isolation.unconfirmed",
        [typeof(IsolationConfirmed)] = "isolation.confirmed",
        [typeof(FinallyStarted)] = "finally.started",
        [typeof(RunEnded)] = "run.ended",
        [typeof(RunParked)] = "run.parked",
    }.ToFrozenDictionary();

    /// <summary>The stored name of an event.</summary>
    public static string Of(RunEvent happened) => ByType[happened.GetType()];
}
