using System.Collections.Immutable;
using Playbooks.Core.Decisions;

namespace Playbooks.Core.Cards;

/// <summary>What has become of one round of an approval.</summary>
internal abstract record ApprovalStanding
{
    private ApprovalStanding() { }

    /// <summary>What was asked; null where the run does not know any more.</summary>
    public abstract OpenApproval? Approval { get; }

    public virtual ImmutableArray<Vote> Votes => [];

    public sealed record Open(OpenApproval Asked, ImmutableArray<Vote> Given) : ApprovalStanding
    {
        public override OpenApproval? Approval => Asked;
        public override ImmutableArray<Vote> Votes => Given;
    }

    /// <param name="Says">Sign and words of ours.</param>
    public sealed record Decided(OpenApproval Asked, ImmutableArray<Vote> Given, string Says, bool GoesOn, DateTimeOffset At) : ApprovalStanding
    {
        public override OpenApproval? Approval => Asked;
        public override ImmutableArray<Vote> Votes => Given;
    }

    /// <summary>A later round asks something else.</summary>
    public sealed record Superseded(string What) : ApprovalStanding
    {
        public override OpenApproval? Approval => null;
    }

    /// <summary>Nobody decided, and nobody is asked: the run stops, or the step was reached anew.</summary>
    public sealed record Withdrawn(OpenApproval? Asked) : ApprovalStanding
    {
        public override OpenApproval? Approval => Asked;
    }

    public static ApprovalStanding Of(Run run, string path, int round)
    {
        switch (run.StateOf(path))
        {
            case StepState.Voting voting when voting.Approval.Round == round:
                return run.Phase is RunPhase.Recovering && run.ParkedBecause is null ? new Open(voting.Approval, voting.Votes) : new Withdrawn(voting.Approval);
            case StepState.Voting voting when voting.Approval.Round > round:
                return new Superseded("It is asked again, as it is now.");
            case StepState.Voided voided:
                return new Superseded(voided.What);
            case StepState.Ended { Prior: StepState.Voting voting } ended when voting.Approval.Round == round:
                return Result(ended, voting);
            case StepState.Ended { Prior: StepState.Voting voting } when voting.Approval.Round > round:
                return new Superseded("It was asked again, as it was then.");
            case StepState.Ended { Prior: StepState.Voided voided }:
                return new Superseded(voided.What);
            default:
                return new Withdrawn(null);
        }
    }

    private static ApprovalStanding Result(StepState.Ended ended, StepState.Voting voting) => ended switch
    {
        StepState.Succeeded succeeded => succeeded.Output["result"]?.AsString() switch
        {
            "proceed" => new Decided(voting.Approval, voting.Votes, "⊘ Expired: nobody decided, and the playbook says to go on.", true, ended.At),
            "goto" => new Decided(voting.Approval, voting.Votes, "⊘ Expired: nobody decided; the run goes on without what was asked.", false, ended.At),
            _ => new Decided(voting.Approval, voting.Votes, "✔ APPROVED", true, ended.At),
        },
        StepState.Failed when voting.Votes.Any(vote => !vote.Approves) => new Decided(voting.Approval, voting.Votes, "✖ REJECTED", false, ended.At),
        StepState.Failed when ended.At >= voting.Approval.Until => new Decided(voting.Approval, voting.Votes, "⊘ EXPIRED: nobody decided in time, which counts as no.", false, ended.At),
        _ => new Withdrawn(voting.Approval),
    };
}
