using System.Diagnostics;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Sqlite;

/// <summary>What becomes of an attempt, as the event that says so.</summary>
internal static class ActionReports
{
    internal static RunEvent Answered(ActionCall call, Outcome outcome, DateTimeOffset at) => outcome switch
    {
        Outcome.Succeeded done => new RunEvent.ActionSucceeded(call.Command.Id, done.Output, at),
        Outcome.Failed failed => new RunEvent.ActionFailed(call.Command.Id, failed.Kind, failed.Message, failed.RetryAfter, at),
        Outcome.Pending pending => new RunEvent.ActionPending(call.Command.Id, pending.Token, pending.AskAgainAt, pending.Progress, at),
        _ => throw new UnreachableException(),
    };

    internal static RunEvent NoTime(ActionCall call, DateTimeOffset at) =>
        Failed(call, ErrorKind.Transient, "It was not started: all workers were busy until its deadline.", at);

    internal static RunEvent ShutDown(ActionCall call, DateTimeOffset at) =>
        Failed(call, ErrorKind.Transient, "It was not started: the engine was shutting down.", at);

    internal static RunEvent Overdue(ActionCall call, DateTimeOffset at) => Failed(call, ErrorKind.Timeout, "No answer by its deadline.", at);

    internal static RunEvent Threw(ActionCall call, Exception defect, DateTimeOffset at) =>
        Failed(call, call.Command.Action.Effect == Effect.ReadOnly ? ErrorKind.Bug : ErrorKind.OutcomeUnknown,
            $"{call.Command.Action.Name} threw {defect.GetType().Name}: {defect.Message}", at);

    internal static bool MayRepeat(ActionCall call) =>
        call.Command.Action is { Effect: Effect.ReadOnly } or { Repeatability: Repeatability.Keyed or Repeatability.Checked };

    private static RunEvent.ActionFailed Failed(ActionCall call, ErrorKind kind, string message, DateTimeOffset at) =>
        new(call.Command.Id, kind, message, null, at);
}
