using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>What votes, confirmations and their judgements change.</summary>
internal static class EvolvePeople
{
    /// <summary>Keeps what a person sent until it is judged. A repeat of the same id changes nothing.</summary>
    public static Run Arrived(Run run, string id, RunEvent happened) =>
        run.Seen.Contains(id) ? run : run with { Seen = run.Seen.Add(id), Unjudged = run.Unjudged.Add(happened) };

    public static Run Judged(Run run, string id) => run with
    {
        Unjudged = run.Unjudged.RemoveAll(waiting => waiting switch
        {
            RunEvent.VoteCast vote => vote.VoteId == id,
            RunEvent.OrderGiven order => order.OrderId == id,
            _ => false,
        }),
    };

    public static Run JudgedTask(Run run, string path, string person)
    {
        var first = run.Unjudged.Find(waiting => waiting is RunEvent.TaskConfirmed task && task.Path == path && task.Person == person);
        return first is null ? run : run with { Unjudged = run.Unjudged.Remove(first) };
    }

    /// <summary>The latest card of a notice is the one that counts. A run beyond its limit shows more cards than it can update.</summary>
    public static Run Delivered(Run run, RunEvent.NoticeDelivered e) =>
        e.Card is null || (run.Cards.Count >= Limits.CardsMax && !run.Cards.ContainsKey(e.Notice)) ? run : run with { Cards = run.Cards.SetItem(e.Notice, e.Card) };

    public static Run RefusedAtTheDoor(Run run, RunEvent.RequestRefused e) =>
        run.Refusals >= Limits.RefusalsMax || run.Seen.Contains("refused/" + e.RequestId) ? run
            : run with { Seen = run.Seen.Add("refused/" + e.RequestId), Refusals = run.Refusals + 1 };

    public static Run Opened(Run run, RunEvent.ApprovalOpened e)
    {
        var approval = new OpenApproval(e.Path, e.Round, e.Roles, e.Quorum, e.Message, e.Covered, e.Digest, e.At, e.Until, e.OnTimeout) { DecideOn = e.DecideOn };
        return EvolveSteps.Set(run, e.Path, new StepState.Voting(approval, [], 0, run.Sequence) { StartedAt = EvolveSteps.StartOf(run, e.Path) });
    }

    public static Run Escalated(Run run, RunEvent.ApprovalEscalated e)
    {
        if (run.StateOf(e.Path) is not StepState.Voting voting)
            return run;
        var roles = voting.Approval.Roles.Contains(e.Role) ? voting.Approval.Roles : voting.Approval.Roles.Add(e.Role);
        return EvolveSteps.Set(run, e.Path, voting with { Approval = voting.Approval with { Roles = roles }, Escalations = voting.Escalations + 1 });
    }

    public static Run Counted(Run run, RunEvent.VoteCounted e)
    {
        run = Judged(run, e.VoteId);
        return run.StateOf(e.Path) is StepState.Voting voting
            ? EvolveSteps.Set(run, e.Path, voting with { Votes = voting.Votes.Add(new Vote(e.Person, e.Approves, e.SelfApproved, e.Scripted, e.At)) })
            : run;
    }
}
