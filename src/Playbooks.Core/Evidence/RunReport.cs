using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Evidence;

/// <summary>What a run's events say, for people and for the pack. Made by <see cref="Of"/> from the journal alone, at any moment of the run.</summary>
public sealed record RunReport
{
    public required string RunId { get; init; }
    public required RunMode Mode { get; init; }
    public required string Playbook { get; init; }
    public required string Version { get; init; }
    public required string Title { get; init; }
    public required string PlaybookDigest { get; init; }
    public required string Environment { get; init; }
    public required string EnvironmentDigest { get; init; }
    public required string StartedBy { get; init; }
    public required JsonData Inputs { get; init; }
    public JsonData? Alert { get; init; }
    /// <summary>The author's own words on the AI Act.</summary>
    public JsonData? Classification { get; init; }

    public required ReportClocks Clocks { get; init; }
    public TimeSpan? Rto { get; init; }
    public TimeSpan? DegradedWithin { get; init; }
    /// <summary>Null while the run has not ended.</summary>
    public RunOutcome? Outcome { get; init; }
    public required RtoVerdict Verdict { get; init; }
    /// <summary>Why the verdict is what it is; never empty.</summary>
    public required ImmutableArray<string> Reasons { get; init; }
    public ImmutableArray<string> Incomplete { get; init; } = [];
    public ImmutableArray<string> Unproven { get; init; } = [];
    /// <summary>Why the run stopped, where it did.</summary>
    public string? StopReason { get; init; }
    public string? ParkedReason { get; init; }

    public required TimeUse Time { get; init; }
    public ImmutableArray<StepReport> Steps { get; init; } = [];
    public ImmutableArray<ApprovalReport> Approvals { get; init; } = [];
    public ImmutableArray<OrderReport> Orders { get; init; } = [];
    public ImmutableArray<TaskReport> Tasks { get; init; } = [];
    public ImmutableArray<RefusalReport> Refusals { get; init; } = [];
    public ImmutableArray<ArtifactReport> Artifacts { get; init; } = [];
    public ImmutableArray<OutputReport> Outputs { get; init; } = [];
    public ImmutableArray<ReplayReport> Replays { get; init; } = [];
    public ImmutableArray<ErasureReport> Erasures { get; init; } = [];
    public ImmutableArray<HoldReport> Holds { get; init; } = [];
    public ImmutableArray<AnchorReport> Anchors { get; init; } = [];
    public ImmutableArray<UndoReport> Undos { get; init; } = [];
    /// <summary>Models that could not be shown to be isolated, and were not later.</summary>
    public ImmutableArray<string> UnconfirmedModels { get; init; } = [];
    public ImmutableArray<NoticeReport> Notices { get; init; } = [];
    /// <summary>What was raised on the way: budgets passed, objective at risk, objective missed.</summary>
    public ImmutableArray<AlarmReport> Alarms { get; init; } = [];

    /// <summary>Sequence of the last event that this report knows.</summary>
    public required long Sequence { get; init; }
    /// <summary>Hash of that event: what an anchor or a signature must name.</summary>
    public required string Head { get; init; }

    /// <summary>What a reader must know if they read one line only.</summary>
    public string FirstLine => UnconfirmedModels.IsEmpty ? Summary : "isolation NOT confirmed";

    /// <summary>Outcome and verdict in one sentence.</summary>
    public string Summary => ReportWords.Summary(this);

    /// <summary>What weakens this evidence: simulated, skipped, shortened, scripted, not anchored. Empty is the good case.</summary>
    public ImmutableArray<string> Weaknesses => ReportWords.Weaknesses(this);

    /// <summary>True when every approval given was given by a person who had not started the run; null when none was asked for.</summary>
    public bool? FourEyesProven => Approvals.Any(approval => approval.WasGiven)
        ? Approvals.Where(approval => approval.WasGiven).All(approval => approval.FourEyesProven) : null;

    /// <exception cref="ArgumentException">There is no event, or the first is not <see cref="RunEvent.RunStarted"/>.</exception>
    public static RunReport Of(IReadOnlyList<StoredEvent> events) => Folding.ReportFold.Of(events);

    /// <summary>The report as one page that needs nothing else: no script, no request.</summary>
    public string ToHtml() => Html.HtmlReport.Write(this);
}

/// <summary>The moments that count. Each is null until it has come.</summary>
/// <param name="DetectedReason">Why somebody gave another moment of detection than the run's start.</param>
/// <param name="Deadline">Detection plus the objective.</param>
public sealed record ReportClocks(DateTimeOffset Made, DateTimeOffset? Occurred, DateTimeOffset? Detected, string? DetectedReason, DateTimeOffset? Started,
    DateTimeOffset? Degraded, DateTimeOffset? Recovered, DateTimeOffset? Ended, DateTimeOffset? Deadline, DateTimeOffset LastEvent)
{
    /// <summary>What the objective is measured by. Waiting for people and pauses are in it.</summary>
    public TimeSpan? DetectedToRecovered => Recovered - Detected;
    public TimeSpan? OccurredToRecovered => Recovered - Occurred;
    public TimeSpan? DetectedToDegraded => Degraded - Detected;
    /// <summary>Until when the objective's clock has run: recovery, else the end, else the last event.</summary>
    public DateTimeOffset ClockStopped => Recovered ?? Ended ?? LastEvent;
}

/// <summary>
/// Where the time between detection and recovery went. A moment in which anybody was waited for is human; the rest is the machine's. Nothing
/// of it is subtracted from the objective.
/// </summary>
/// <param name="Total">From detection to recovery, else to the end.</param>
/// <param name="Approvals">Time in which an approval was open; the kinds may overlap, so they may add up to more than <paramref name="Human"/>.</param>
public sealed record TimeUse(TimeSpan Total, TimeSpan Human, TimeSpan Machine, TimeSpan Approvals, TimeSpan Tasks, TimeSpan Orders, TimeSpan Pauses,
    ImmutableArray<HumanWait> Waits);

/// <summary>Somebody was waited for.</summary>
/// <param name="What">approval, task, order or pause.</param>
public sealed record HumanWait(string What, string? Path, DateTimeOffset From, DateTimeOffset To);

/// <param name="Phase">drill, steps or finally.</param>
/// <param name="State">running, succeeded, failed or skipped.</param>
/// <param name="Working">Time in which an attempt was under way.</param>
public sealed record StepReport(string Path, string Phase, string Kind, string? Action, string? Title, string State, string? Reason,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, TimeSpan? Budget, TimeSpan? Actual, TimeSpan Working, bool OverBudget, bool Simulated,
    bool Recovers, ImmutableArray<AttemptReport> Attempts);

/// <param name="Result">running, succeeded, expired, or the kind of error.</param>
/// <param name="Starts">Times that some process took it up; more than one means a restart in the middle.</param>
public sealed record AttemptReport(string Id, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int Polls, int Starts, string Result, string? Message);

/// <param name="Digest">Of what people were shown: playbook, inputs of the covered steps, targets.</param>
/// <param name="Result">approved, denied, expired, proceed, goto, voided or open.</param>
public sealed record ApprovalReport(string Path, int Round, string Message, ImmutableArray<string> Roles, ImmutableArray<string> EscalatedTo, int Quorum,
    JsonData Covered, string Digest, DateTimeOffset OpenedAt, DateTimeOffset Until, DateTimeOffset? DecidedAt, string Result, string? VoidedBecause,
    ImmutableArray<VoteReport> Votes)
{
    public bool WasGiven => Result is "approved" or "proceed";

    /// <summary>Two people stood behind it: as many as its quorum approved who neither started the run nor were a script.</summary>
    public bool FourEyesProven => Result == "approved" && Votes.Count(vote => vote is { Approves: true, SelfApproved: false, Scripted: false }) >= Quorum;
}

public sealed record VoteReport(string Person, bool Approves, DateTimeOffset At, string Via, string? Comment, bool SelfApproved, bool Scripted, string DigestShown);

public sealed record OrderReport(string Order, string? Path, string Person, string Reason, string Via, DateTimeOffset At);

public sealed record TaskReport(string Path, DateTimeOffset? AskedAt, DateTimeOffset? DoneAt, string? Person, string? Note);

/// <param name="What">vote, order or confirmation.</param>
public sealed record RefusalReport(string What, string? Path, string Person, string Why, DateTimeOffset At);

/// <summary>A model's artifact before and after.</summary>
public sealed record ArtifactReport(string Model, ArtifactState? Before, ArtifactState? Preserved, ArtifactState? After, string? ServedDigest,
    DateTimeOffset? ServedAt)
{
    /// <summary>The service reported the digest that was last made current; null where it was not asked.</summary>
    public bool? ServesWhatWasRestored => ServedDigest is null || After?.Digest is null ? null : ServedDigest == After.Digest;
}

/// <param name="From">Path of the step whose output says so.</param>
public sealed record ArtifactState(string From, DateTimeOffset At, long? Version, string? Digest, string? Location, long? Files, long? Bytes);

/// <summary>What a step of <c>artifacts.*</c> or <c>model.*</c> answered, unshortened.</summary>
public sealed record OutputReport(string Path, string Action, string? Model, DateTimeOffset At, JsonData Output);

public sealed record ReplayReport(string Path, string? Queue, DateTimeOffset At, long Matched, long Sent, long Duplicates, long Erased, long Quarantined,
    long Held, long Returned, string? Ledger);

/// <param name="Remaining">Records of erased subjects still found; must be 0.</param>
public sealed record ErasureReport(string Path, string? Model, DateTimeOffset At, long Erasures, long Removed, long Remaining, string? Digest);

/// <summary>How long a verification watched, and how long its author wanted it to.</summary>
public sealed record HoldReport(string Path, decimal RequestedSeconds, decimal HeldSeconds)
{
    public bool Shortened => HeldSeconds < RequestedSeconds;
}

/// <param name="Head">Null when the head could not be written.</param>
public sealed record AnchorReport(string Id, DateTimeOffset At, long? Sequence, string? Head, string? Location, string? Missed);

/// <param name="Error">Null when what the step did was taken back.</param>
public sealed record UndoReport(string Path, string? Action, DateTimeOffset At, ErrorKind? Error, string? Message);

/// <param name="Error">Null when it was delivered.</param>
public sealed record NoticeReport(string Id, DateTimeOffset At, string? Via, string? Error);

/// <param name="What">budget, at-risk or missed.</param>
public sealed record AlarmReport(string What, string? Path, DateTimeOffset At, string Text);
