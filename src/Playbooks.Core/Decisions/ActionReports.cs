using System.Diagnostics;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>What becomes of an attempt, as the event that says so.</summary>
public static class ActionReports
{
    public static RunEvent Answered(ActionCall call, Outcome outcome, DateTimeOffset at) => outcome switch
    {
        Outcome.Succeeded done => new RunEvent.ActionSucceeded(call.Command.Id, done.Output, at),
        Outcome.Failed failed => new RunEvent.ActionFailed(call.Command.Id, failed.Kind, failed.Message, failed.RetryAfter, at),
        Outcome.Pending pending => new RunEvent.ActionPending(call.Command.Id, pending.Token, pending.AskAgainAt, pending.Progress, at),
        _ => throw new UnreachableException(),
    };

    public static RunEvent NoTime(ActionCall call, DateTimeOffset at) =>
        Failed(call, ErrorKind.Transient, "It was not started: all workers were busy until its deadline.", at);

    public static RunEvent ShutDown(ActionCall call, DateTimeOffset at) =>
        Failed(call, ErrorKind.Transient, "It was not started: the engine was shutting down.", at);

    public static RunEvent Overdue(ActionCall call, DateTimeOffset at) => Failed(call, ErrorKind.Timeout, "No answer by its deadline.", at);

    public static RunEvent Threw(ActionCall call, Exception defect, DateTimeOffset at) =>
        Failed(call, call.Command.Action.Effect == Effect.ReadOnly ? ErrorKind.Bug : ErrorKind.OutcomeUnknown,
            $"{call.Command.Action.Name} threw {defect.GetType().Name}: {defect.Message}", at);

    /// <summary>Another owner may have acted, has not reported, and the action cannot be repeated.</summary>
    public static RunEvent Unrepeatable(ActionCall call, DateTimeOffset at) => Failed(call, ErrorKind.OutcomeUnknown, Decider.Unrepeatable, at);

    public static bool MayRepeat(ActionCall call) =>
        call.Command.Action is { Effect: Effect.ReadOnly } or { Repeatability: Repeatability.Keyed or Repeatability.Checked };

    private static RunEvent.ActionFailed Failed(ActionCall call, ErrorKind kind, string message, DateTimeOffset at) =>
        new(call.Command.Id, kind, message, null, at);
}
