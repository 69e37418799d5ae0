using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Telemetry;

/// <summary>What an operator wants to be woken by or to search for, as records with fields. Like spans, without messages, people and inputs.</summary>
internal sealed partial class RunLog(ILogger log)
{
    /// <param name="of">Playbook and mode of the run.</param>
    public void Say(string runId, (string Playbook, string Mode) of, RunEvent happened)
    {
        if (!log.IsEnabled(LogLevel.Error))
            return;
        // So that each record names the run's trace, and in it the run's span.
        using var within = new Activity("run").SetParentId(TraceIds.TraceOf(runId), default, ActivityTraceFlags.Recorded).Start();
        SpanTeller.TakeId(within, TraceIds.OfRun(runId));
        switch (happened)
        {
            case RunEvent.RunStarted:
                Started(log, runId, of.Playbook, of.Mode);
                break;
            case RunEvent.RunEnded e when e.Outcome is RunOutcome.Failed || e.Verdict is RtoVerdict.Missed:
                EndedBadly(log, runId, of.Playbook, of.Mode, WireName.Of(e.Outcome), WireName.Of(e.Verdict));
                break;
            case RunEvent.RunEnded e:
                Ended(log, runId, of.Playbook, of.Mode, WireName.Of(e.Outcome), WireName.Of(e.Verdict));
                break;
            case RunEvent.RunParked:
                Parked(log, runId, of.Playbook, of.Mode);
                break;
            case RunEvent.StepFailed e:
                StepFailed(log, runId, of.Playbook, of.Mode, e.Path, WireName.Of(e.Kind));
                break;
            case RunEvent.ActionFailed { Id.Purpose: not Purpose.Safety } e:
                AttemptFailed(log, runId, of.Playbook, of.Mode, e.Id.Path, WireName.Of(e.Kind), e.Id.Attempt);
                break;
            case RunEvent.OrderAwaited e:
                OrderAwaited(log, runId, of.Playbook, of.Mode, e.Path, WireName.Of(e.Kind));
                break;
            case RunEvent.ApprovalOpened e:
                ApprovalOpened(log, runId, of.Playbook, of.Mode, e.Path);
                break;
            case RunEvent.ApprovalDecided e:
                ApprovalDecided(log, runId, of.Playbook, of.Mode, e.Path, e.Result);
                break;
            case RunEvent.RtoAtRisk e:
                RtoAtRisk(log, runId, of.Playbook, of.Mode, e.Deadline);
                break;
            case RunEvent.RtoMissed e:
                RtoMissed(log, runId, of.Playbook, of.Mode, e.Deadline);
                break;
            case RunEvent.IsolationUnconfirmed e:
                Unconfirmed(log, runId, of.Playbook, of.Mode, WireName.Of(e.Kind));
                break;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Run {RunId} of {Playbook} has started, {Mode}.")]
    private static partial void Started(ILogger log, string runId, string playbook, string mode);

    [LoggerMessage(2, LogLevel.Information, "Run {RunId} of {Playbook}, {Mode}, has ended: {Outcome}, RTO {Verdict}.")]
    private static partial void Ended(ILogger log, string runId, string playbook, string mode, string outcome, string verdict);

    [LoggerMessage(3, LogLevel.Error, "Run {RunId} of {Playbook}, {Mode}, has ended: {Outcome}, RTO {Verdict}.")]
    private static partial void EndedBadly(ILogger log, string runId, string playbook, string mode, string outcome, string verdict);

    [LoggerMessage(4, LogLevel.Error, "Run {RunId} of {Playbook}, {Mode}, is parked: a person must look.")]
    private static partial void Parked(ILogger log, string runId, string playbook, string mode);

    [LoggerMessage(5, LogLevel.Error, "Run {RunId} of {Playbook}, {Mode}: {Step} has failed with {Error}.")]
    private static partial void StepFailed(ILogger log, string runId, string playbook, string mode, string step, string error);

    [LoggerMessage(6, LogLevel.Warning, "Run {RunId} of {Playbook}, {Mode}: attempt {Attempt} of {Step} has failed with {Error}.")]
    private static partial void AttemptFailed(ILogger log, string runId, string playbook, string mode, string step, string error, int attempt);

    [LoggerMessage(7, LogLevel.Warning, "Run {RunId} of {Playbook}, {Mode}: {Step} has failed with {Error} and waits for an order.")]
    private static partial void OrderAwaited(ILogger log, string runId, string playbook, string mode, string step, string error);

    [LoggerMessage(8, LogLevel.Warning, "Run {RunId} of {Playbook}, {Mode}: {Step} waits for people to approve.")]
    private static partial void ApprovalOpened(ILogger log, string runId, string playbook, string mode, string step);

    [LoggerMessage(9, LogLevel.Information, "Run {RunId} of {Playbook}, {Mode}: {Step} is decided, {Result}.")]
    private static partial void ApprovalDecided(ILogger log, string runId, string playbook, string mode, string step, string result);

    [LoggerMessage(10, LogLevel.Warning, "Run {RunId} of {Playbook}, {Mode}: the RTO, {Deadline}, is at risk.")]
    private static partial void RtoAtRisk(ILogger log, string runId, string playbook, string mode, DateTimeOffset deadline);

    [LoggerMessage(11, LogLevel.Error, "Run {RunId} of {Playbook}, {Mode}: the RTO, {Deadline}, is missed.")]
    private static partial void RtoMissed(ILogger log, string runId, string playbook, string mode, DateTimeOffset deadline);

    [LoggerMessage(12, LogLevel.Error, "Run {RunId} of {Playbook}, {Mode}: a model could not be shown to be isolated, {Error}.")]
    private static partial void Unconfirmed(ILogger log, string runId, string playbook, string mode, string error);
}
