using System.Globalization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using static Playbooks.Core.Decisions.RunEvent;

namespace Playbooks.Core.Evidence;

/// <summary>Events as sentences, for terminals, pages and for walking through a run. What strangers wrote is in them as it came: make it safe where it is shown.</summary>
public static class EventSentences
{
    /// <summary>Null for events that only matter to the engine.</summary>
    public static string? Of(RunEvent happened) => happened switch
    {
        RunStarted e => $"run {e.RunId} starts ({WireName.Of(e.Mode)}), by {e.StartedBy}",
        AlertAttached e => $"an alert came, detected at {Instant(e.DetectedAt)}",
        AlertResolved => "the monitor says that the condition is over",
        AttemptStarted { Id: { Poll: 0, Attempt: > 1 } } e => $"{Who(e.Id)}: attempt {e.Id.Attempt}",
        ActionFailed e => $"{Who(e.Id)}: attempt {e.Id.Attempt} failed ({WireName.Of(e.Kind)}): {e.Message}",
        ActionPending { Progress: not null } e => $"{Who(e.Id)}: {e.Progress}",
        AttemptExpired e => $"{Who(e.Id)}: no answer in time",
        TaskConfirmed e => $"{e.Person} confirms {e.Path}: {e.Note}",
        SignalReceived e => $"signal {e.Name}",
        NoticeFailed e => $"{e.Notice} did not get through by {e.Channel}: {e.Message}",
        RequestRefused e => $"{e.Person} is refused ({e.Operation}): {e.Reason}",
        AnchorFailed e => $"the chain's head could not be anchored: {e.Message}",
        DetectionAwaited e => $"the incident is injected; waiting for an alert until {Instant(e.Until)}",
        RecoveryStarted => "recovery starts",
        StepStarted e => $"{e.Path} starts{(e.Simulated ? " (simulated)" : "")}",
        StepSucceeded e => $"{e.Path} succeeded",
        StepSkipped e => $"{e.Path} skipped: {e.Reason}",
        StepFailed e => $"{e.Path} FAILED ({WireName.Of(e.Kind)}): {e.Message}",
        OrderAwaited e => $"{e.Path} waits for an order until {Instant(e.Until)}: {e.Message}",
        BlockDraining e => $"{e.Path} comes to rest: {e.Message}",
        ErrorCaught e => $"{e.Path} caught the failure of {e.FailedPath}",
        ApprovalOpened e => $"{e.Path} asks {string.Join(" or ", e.Roles)} until {Instant(e.Until)}: {e.Message}",
        ApprovalEscalated e => $"{e.Path} asks {e.Role} too",
        VoteCounted e => $"{e.Person} says {(e.Approves ? "yes" : "no")} to {e.Path}{(e.Scripted ? " (scripted)" : e.SelfApproved ? " (started the run)" : "")}",
        VoteRefused e => $"the vote of {e.Person} on {e.Path} is refused: {e.Reason}",
        ApprovalDecided e => $"{e.Path} is decided: {e.Result}",
        ApprovalVoided e => $"{e.Path} is void: {e.What}",
        TaskRefused e => $"the confirmation of {e.Path} by {e.Person} is refused: {e.Reason}",
        OrderTaken e => $"{e.Person} orders {e.Order.GetType().Name.ToLowerInvariant()}: {e.Reason}",
        OrderRefused e => $"the order of {e.Person} is refused: {e.Why}",
        ModelDegraded e => $"{e.Model} is isolated; its fallback serves",
        ServiceRecovered => "the service has RECOVERED; the RTO clock stops",
        BudgetExceeded e => $"{e.Path} has passed its budget of {IsoDuration.Format(e.Budget)}",
        RtoAtRisk e => $"the RTO is AT RISK: worst case {Instant(e.ExpectedEnd)}, deadline {Instant(e.Deadline)}",
        RtoMissed e => $"the RTO is MISSED: the deadline was {Instant(e.Deadline)}",
        RunStopping e => $"the run stops ({WireName.Of(e.Outcome)}): {e.Reason}",
        RunDrained => "everything outstanding has come to rest",
        UndoSucceeded e => $"{e.Path} is taken back",
        UndoFailed e => $"{e.Path} could NOT be taken back ({WireName.Of(e.Kind)}): {e.Message}",
        IsolationUnconfirmed e => $"isolation NOT confirmed for {e.Model}: {e.Message}",
        IsolationConfirmed e => $"isolation of {e.Model} is confirmed",
        FinallyStarted => "finally",
        RunEnded e => $"the run ends: {WireName.Of(e.Outcome)}, RTO {WireName.Of(e.Verdict)}{(e.Incomplete.IsDefaultOrEmpty ? "" : $", incomplete: {string.Join(", ", e.Incomplete)}")}",
        RunParked e => $"the run is PARKED: {e.Reason}",
        _ => null,
    };

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Who(CommandId id) => id.Purpose switch
    {
        Purpose.Undo => $"taking back {id.Path}",
        Purpose.Safety => $"isolating {id.Path[(id.Path.IndexOf('/', StringComparison.Ordinal) + 1)..]}",
        _ => id.Path,
    };
}
