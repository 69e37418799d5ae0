using System.Collections.Immutable;
using Playbooks.Core.Decisions;

namespace Playbooks.Core.Evidence;

/// <summary>The sentences that sum a report up; the same in HTML, in the terminal and in JSON.</summary>
internal static class ReportWords
{
    public static string Summary(RunReport report) => $"{OutcomeOf(report)} — {VerdictOf(report)}";

    public static string OutcomeOf(RunReport report) => report switch
    {
        { ParkedReason: not null, Outcome: null } => "Parked",
        { Outcome: null } => "Still running",
        { Outcome: RunOutcome.Recovered, Incomplete.IsEmpty: false } => "Recovered, but later steps failed",
        { Outcome: RunOutcome.Recovered } => "Recovered",
        { Outcome: RunOutcome.StoodDown } => "Stood down",
        { Outcome: RunOutcome.Completed } => "Completed",
        { Outcome: RunOutcome.Cancelled } => "Cancelled",
        _ => "Failed",
    };

    public static string VerdictOf(RunReport report)
    {
        var objective = report.Rto is { } rto ? $"objective of {Spoken.Of(rto)}" : "objective";
        return report.Verdict switch
        {
            RtoVerdict.NoObjective => "no recovery time objective",
            RtoVerdict.Met => $"{objective} met: {Spoken.Of(report.Clocks.DetectedToRecovered!.Value)} from detection to recovery",
            RtoVerdict.Missed when report.Clocks.DetectedToRecovered is { } taken => $"{objective} missed: {Spoken.Of(taken)} from detection to recovery",
            RtoVerdict.Missed => $"{objective} missed: service was not recovered",
            _ when report.Clocks.DetectedToRecovered is { } taken => $"{objective} not proven, though {Spoken.Of(taken)} passed from detection to recovery",
            _ => $"{objective} not proven",
        };
    }

    public static ImmutableArray<string> Weaknesses(RunReport report)
    {
        var all = ImmutableArray.CreateBuilder<string>();
        if (report.Mode == RunMode.Drill)
            all.Add("This was a drill: it shows what was practised, in an environment made for it.");
        foreach (var model in report.UnconfirmedModels)
            all.Add($"Model {model} could not be shown to be isolated.");
        foreach (var step in report.Steps.Where(step => step.Simulated))
            all.Add($"Step {step.Path} was simulated: it answered without acting.");
        foreach (var step in report.Steps.Where(step => step.State == "skipped"))
            all.Add($"Step {step.Path} was skipped: {step.Reason}.");
        foreach (var hold in report.Holds.Where(hold => hold.Shortened))
            all.Add($"Step {hold.Path} watched for {Spoken.Of(hold.HeldSeconds)} instead of {Spoken.Of(hold.RequestedSeconds)}: the environment shortens holds.");
        foreach (var approval in report.Approvals.Where(approval => approval.WasGiven && !approval.FourEyesProven))
            all.Add($"Four eyes are not proven for {approval.Path}: {WhyNotFourEyes(approval)}.");
        foreach (var artifact in report.Artifacts.Where(artifact => artifact.ServesWhatWasRestored == false))
            all.Add($"The service of {artifact.Model} last reported another digest than the one made current.");
        foreach (var erasure in report.Erasures.Where(erasure => erasure.Remaining > 0))
            all.Add($"{erasure.Remaining} records of erased subjects remained after {erasure.Path}.");
        foreach (var missed in report.Anchors.Where(anchor => anchor.Missed is not null && !report.Anchors.Any(other => other.Id == anchor.Id && other.Head is not null)).DistinctBy(anchor => anchor.Id))
            all.Add($"The chain's head was not anchored ({missed.Id}): {missed.Missed}");
        if (report.Anchors.IsEmpty)
            all.Add("The chain's head was never anchored in another identity's storage.");
        return all.ToImmutable();
    }

    public static string WhyNotFourEyes(ApprovalReport approval) => approval switch
    {
        { Result: "proceed" } => "silence went on, nobody decided",
        _ when approval.Votes.Any(vote => vote.Scripted) => "a script approved, no person decided",
        _ when approval.Votes.Any(vote => vote.SelfApproved) => "the person who started the run approved it",
        _ => "fewer people than the quorum stand behind it",
    };
}
