using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Web.Access;

namespace Playbooks.Web.Pages.Runs;

/// <summary>
/// What would follow if somebody said something now. The decider itself is asked, on a copy of the run that is thrown away: so what a page promises is what happens,
/// and why a button cannot be pressed is the reason that pressing it would be answered with.
/// </summary>
internal static class WhatIf
{
    private const string Nobody = "";

    public static Foreseen Vote(Run run, OpenApproval approval, Visitor visitor, bool approves, DateTimeOffset now) => Judge(run, visitor, Operation.Vote,
        new RunEvent.VoteCast("what-if", approval.Path, approval.Round, approval.Digest, visitor.Person, visitor.Groups, approves, "because", Votes.ViaPage, At(run, now)));

    public static Foreseen Order(Run run, Order order, Visitor visitor, DateTimeOffset now) => Judge(run, visitor, Operation.GiveOrder,
        new RunEvent.OrderGiven("what-if", order, visitor.Person, visitor.Groups, "because", Votes.ViaPage, At(run, now)));

    public static Foreseen Confirm(Run run, string path, Visitor visitor, DateTimeOffset now) => Judge(run, visitor, Operation.ConfirmTask,
        new RunEvent.TaskConfirmed(path, visitor.Person, visitor.Groups, "done", At(run, now)));

    private static DateTimeOffset At(Run run, DateTimeOffset now) => now > run.Now ? now : run.Now;

    private static Foreseen Judge(Run run, Visitor visitor, Operation operation, RunEvent said)
    {
        if (visitor.WhyNot(operation) is { } whyNot)
            return new(false, whyNot, "");
        if (run.ParkedBecause is not null)
            return new(false, "The run is parked: it decides nothing any more.", "");
        if (run.HasEnded)
            return new(false, "The run is over.", "");
        var reaction = Decider.React(run, [said], Nobody);
        foreach (var fact in reaction.Appended)
        {
            switch (fact)
            {
                case RunEvent.VoteRefused refused:
                    return new(false, refused.Reason, "");
                case RunEvent.OrderRefused refused:
                    return new(false, refused.Why, "");
                case RunEvent.TaskRefused refused:
                    return new(false, refused.Reason, "");
            }
        }
        return new(true, null, Then(run, said, reaction));
    }

    private static string Then(Run before, RunEvent said, Reaction reaction)
    {
        if (reaction.Appended.OfType<RunEvent.RunParked>().Any())
            return "The run stops where it is, and a person must look.";
        if (reaction.Appended.OfType<RunEvent.RunStopping>().FirstOrDefault() is { } stopping)
            return Stops(before, stopping);
        var started = reaction.Appended.OfType<RunEvent.StepStarted>().Select(step => step.Path)
            .Concat(reaction.Appended.OfType<RunEvent.AttemptStarted>().Where(attempt => attempt.Id.Purpose == Purpose.Do).Select(attempt => attempt.Id.Path))
            .Concat(reaction.Appended.OfType<RunEvent.ApprovalOpened>().Select(approval => approval.Path)).Distinct().ToList();
        if (said is RunEvent.VoteCast { Approves: true } vote && reaction.Run.StateOf(vote.Path) is StepState.Voting voting)
            return $"Your yes is counted: {voting.Votes.Count(one => one.Approves)} of the {voting.Approval.Quorum} that are needed.";
        if (said is RunEvent.OrderGiven { Order: Core.Decisions.Order.Pause })
            return "Nothing new is started until somebody resumes it. What runs now runs to its end. The clock does not stop.";
        if (started.Count > 0)
            return $"The run goes on at once with {string.Join(" and ", started.Select(path => Name(before, path)))}.";
        if (reaction.Appended.OfType<RunEvent.FinallyStarted>().Any())
            return "All steps are over; the run ends.";
        return said is RunEvent.OrderGiven { Order: Core.Decisions.Order.Resume } ? "The run goes on where it stands." : "It is taken, and the run goes on.";
    }

    private static string Stops(Run before, RunEvent.RunStopping stopping)
    {
        if (stopping.Outcome is not (RunOutcome.Failed or RunOutcome.Cancelled))
            return "The run ends in an orderly way.";
        var back = before.Steps.Effects.Where(effect => effect.Value is { MayHaveActed: true, Sealed: false, Step.Undo: not null }).OrderByDescending(effect => effect.Value.Order)
            .Select(effect => Name(before, effect.Key)).ToImmutableArray();
        return $"The run stops as {(stopping.Outcome == RunOutcome.Failed ? "failed" : "cancelled")}: what it recovers stays isolated"
            + (back.IsEmpty ? ", nothing has to be taken back" : $", and this is taken back: {string.Join(", ", back)}") + ".";
    }

    private static string Name(Run run, string path) => Shown.Text(run.StepOf(path)?.Title is { } title ? $"“{title}”" : path, 120);
}

/// <param name="WhyNot">Why it would be refused.</param>
/// <param name="Then">What would follow.</param>
public sealed record Foreseen(bool Taken, string? WhyNot, string Then);
