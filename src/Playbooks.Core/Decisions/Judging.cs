namespace Playbooks.Core.Decisions;

/// <summary>Judges what people sent: counts or refuses votes, takes or refuses orders. Each gets its answer as an event.</summary>
internal static class Judging
{
    /// <summary>True when a fact was stated; the rest is decided on what it changes.</summary>
    public static bool Decide(Deciding d)
    {
        foreach (var waiting in d.Run.Unjudged)
        {
            switch (waiting)
            {
                case RunEvent.VoteCast vote:
                    Votes.Judge(d, vote);
                    return true;
                case RunEvent.OrderGiven order:
                    Orders.Judge(d, order);
                    return true;
                case RunEvent.TaskConfirmed task when d.StateOf(task.Path) is not StepState.TaskOpen || d.Run.Phase is not RunPhase.Recovering:
                    d.State(new RunEvent.TaskRefused(task.Path, task.Person, "Nobody is asked to do this now.", d.Now));
                    return true;
            }
        }
        return false;
    }

    public static void RefuseAll(Deciding d)
    {
        foreach (var waiting in d.Run.Unjudged)
        {
            switch (waiting)
            {
                case RunEvent.VoteCast vote:
                    d.State(new RunEvent.VoteRefused(vote.VoteId, vote.Path, vote.Person, Over, d.Now));
                    break;
                case RunEvent.OrderGiven order:
                    d.State(new RunEvent.OrderRefused(order.OrderId, order.Order, order.Person, Over, d.Now));
                    break;
                case RunEvent.TaskConfirmed task:
                    d.State(new RunEvent.TaskRefused(task.Path, task.Person, Over, d.Now));
                    break;
            }
        }
    }

    private const string Over = "The run is over.";
}
