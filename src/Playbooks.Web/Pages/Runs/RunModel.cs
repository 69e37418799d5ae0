using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Web.Access;

namespace Playbooks.Web.Pages.Runs;

/// <summary>All that the page of a run shows, made from its events and the one who looks; pure, so that it can be made again at every event.</summary>
public sealed record RunModel
{
    public required RunSummary Summary { get; init; }
    public required string Title { get; init; }
    /// <summary>Where the run stands, in one line.</summary>
    public required string State { get; init; }
    /// <summary>Whom it waits for; null where it waits for nobody.</summary>
    public required string? Awaits { get; init; }
    public required RtoModel? Rto { get; init; }
    public required ImmutableArray<Ask> Asks { get; init; }
    public required ImmutableArray<RunOrder> Orders { get; init; }
    public required TimelineModel Timeline { get; init; }
    public required EventLines Events { get; init; }
    public required RunReport Report { get; init; }
    public required ImmutableArray<string> Models { get; init; }
    /// <summary>Why the one who looks cannot take evidence along; null where they can.</summary>
    public required string? NoEvidence { get; init; }
    public required DateTimeOffset Now { get; init; }

    public static RunModel Of(Run run, IReadOnlyList<StoredEvent> events, Visitor visitor, DateTimeOffset now)
    {
        var report = RunReport.Of(events);
        var summary = run.Summary();
        return new RunModel
        {
            Summary = summary,
            Title = Shown.Text(run.Playbook?.Title ?? report.Title, 200),
            State = RunWords.State(summary, report),
            Awaits = RunWords.Awaits(summary),
            Rto = RtoModel.Of(run, report, now),
            Asks = Ask.Of(run, visitor, now),
            Orders = RunOrder.Of(run, visitor, now),
            Timeline = TimelineModel.Of(run, report, now),
            Events = EventLines.Latest(events),
            Report = report,
            Models = [.. run.Models.Select(model => model.Value == 0 ? $"{model.Key} is isolated, its fallback serves" : FormattableString.Invariant($"{model.Key} serves {model.Value} % of the requests"))],
            NoEvidence = visitor.WhyNot(Operation.DownloadEvidence),
            Now = now,
        };
    }
}

/// <summary>States of runs as people say them.</summary>
public static class RunWords
{
    public static string State(RunSummary run, RunReport? report = null) => run switch
    {
        { State: RunState.Ended, Outcome: RunOutcome.Recovered } => report is { Incomplete.IsEmpty: false } ? "Recovered, but later steps failed" : "Recovered",
        { State: RunState.Ended, Outcome: RunOutcome.StoodDown } => "Stood down: a false alarm",
        { State: RunState.Ended, Outcome: RunOutcome.Completed } => "Completed",
        { State: RunState.Ended, Outcome: RunOutcome.Cancelled } => "Cancelled",
        { State: RunState.Ended } => "Failed",
        { State: RunState.Parked } => "Parked: a person must look",
        { State: RunState.Injecting } => run.Mode == RunMode.Drill ? "The drill injects its incident" : "Starts",
        { State: RunState.AwaitingDetection } => "The drill waits for an alert to find its incident",
        { State: RunState.Paused } => "Paused",
        { State: RunState.Stopping } => "Stopping: takes back what it changed",
        { State: RunState.Finishing } => "Finishing",
        { RecoveredAt: not null } => "Recovered; the last steps run",
        _ => "Recovering",
    };

    /// <summary>Class of the state.</summary>
    public static string Mood(RunSummary run) => run switch
    {
        { State: RunState.Parked } or { Outcome: RunOutcome.Failed } => "bad",
        { Outcome: RunOutcome.Recovered or RunOutcome.StoodDown or RunOutcome.Completed } => "good",
        { WaitingFor: not null } or { State: RunState.Paused } => "warn",
        _ => "calm",
    };

    public static string? Awaits(RunSummary run) => run switch
    {
        { WaitingFor: { } who } => Shown.Text(who),
        { State: RunState.Paused } => "somebody to resume it",
        _ => null,
    };

    public static bool NeedsSomebody(RunSummary run) => run.State == RunState.Parked || (run.State != RunState.Ended && Awaits(run) is not null);

    public static string Verdict(RtoVerdict? verdict) => verdict switch
    {
        RtoVerdict.Met => "objective met",
        RtoVerdict.Missed => "objective missed",
        RtoVerdict.NotProven => "objective not proven",
        RtoVerdict.NoObjective => "no objective",
        _ => "",
    };
}
