using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Simulation;

/// <summary>The decider with one of the planted defects in it.</summary>
internal static class PlantedLogic
{
    private static int turns;

    internal static Logic Of(Planted planted)
    {
        var ours = Logic.Ours;
        return planted switch
        {
            Planted.KeyHoldsAttempt => Both(reaction => Rekeyed(reaction, command => $"{command.Key}-{command.Id.Attempt}")),
            Planted.KeyHoldsOwner => ours with
            {
                React = (run, happened, owner) => Rekeyed(ours.React(run, happened, owner), command => command.Key + owner),
                Adopt = (run, owner, at) => Rekeyed(ours.Adopt(run, owner, at), command => command.Key + owner),
            },
            Planted.RejoinsOnFailure => Both(reaction => reaction with { Start = [.. reaction.Start.Select(Rejoining)] }),
            Planted.OnceRepeatedOnRestart => ours with { Adopt = (run, owner, at) => OnceAgain(run, owner, at) },
            Planted.AnswerOfAnyAttempt => ours with { React = (run, happened, owner) => ours.React(run, [.. happened.Select(fact => ForCurrent(run, fact))], owner) },
            Planted.PauseIgnored => ours with { React = (run, happened, owner) => Paused(ours.React(run with { Paused = false }, happened, owner), run) },
            Planted.SignalDroppedWhilePaused => ours with
            {
                React = (run, happened, owner) => ours.React(run, run.Paused ? [.. happened.Where(fact => fact is not RunEvent.SignalReceived)] : happened, owner),
            },
            Planted.PauseForgottenOnReplay => ours with
            {
                Evolve = (run, fact) => fact is RunEvent.OrderTaken { Order: Order.Pause } ? ours.Evolve(run, fact) with { Paused = false } : ours.Evolve(run, fact),
            },
            Planted.UndoForward => ours with { React = (run, happened, owner) => Forward(run, happened, owner) },
            Planted.SafetyOnlyClaimed => ours with { React = (run, happened, owner) => Claimed(ours.React(run, happened, owner), owner) },
            Planted.DecidesByChance => Both(reaction => reaction.Start.Length > 1 && ++turns % 2 == 0 ? reaction with { Start = [.. reaction.Start.Reverse()] } : reaction),
            Planted.NoDrain => Rewriting((_, fact) => fact is RunEvent.RunStopping ? [fact, new RunEvent.RunDrained(fact.At)] : null),
            Planted.SecondVoteCounts => Counting("One person"),
            Planted.LateVoteCounts => Counting("It had to be decided"),
            Planted.OldDigestCounts => Counting("What is asked has changed"),
            Planted.StarterMayVote => Counting("Nobody decides on a run"),
            Planted.StrangerMayVote => Counting("Only holders"),
            Planted.StrangerMayOrder => Rewriting((_, fact) => fact is RunEvent.OrderRefused refused && refused.Why.StartsWith("Only holders", StringComparison.Ordinal)
                ? [new RunEvent.OrderTaken(refused.OrderId, refused.Order, refused.Person, "because", refused.At)] : null),
            Planted.SilenceApproves => Rewriting((_, fact) => fact is RunEvent.ApprovalDecided { Result: "expired" } decided
                ? [decided with { Result = "approved" }, new RunEvent.StepSucceeded(decided.Path,
                    JsonData.Object(("result", JsonData.Of("approved")), ("round", JsonData.Of(decided.Round))), decided.At)] : null),
            _ => ours,
        };
    }

    private static Logic Both(Func<Reaction, Reaction> change) => Logic.Ours with
    {
        React = (run, happened, owner) => change(Logic.Ours.React(run, happened, owner)),
        Adopt = (run, owner, at) => change(Logic.Ours.Adopt(run, owner, at)),
    };

    private static Logic Counting(string refusal) => Rewriting((events, fact) =>
        fact is RunEvent.VoteRefused refused && refused.Reason.StartsWith(refusal, StringComparison.Ordinal)
            && events.OfType<RunEvent.VoteCast>().LastOrDefault(vote => vote.VoteId == refused.VoteId) is { } cast
            ? [new RunEvent.VoteCounted(cast.VoteId, cast.Path, cast.Round, cast.Person, cast.Approves, false, false, refused.At)] : null);

    /// <summary>One decided event is replaced, what was decided after it is forgotten, and the decider goes on from there.</summary>
    private static Logic Rewriting(Func<IReadOnlyList<RunEvent>, RunEvent, RunEvent[]?> change) => Logic.Ours with
    {
        React = (run, happened, owner) =>
        {
            var reaction = Logic.Ours.React(run, happened, owner);
            for (var round = 0; round < 20; round++)
            {
                var at = -1;
                RunEvent[]? instead = null;
                for (var index = happened.Count; index < reaction.Appended.Length && instead is null; index++)
                    instead = change(reaction.Appended, reaction.Appended[at = index]);
                // What was put in its place must not be found again.
                if (instead is null || (at > 0 && reaction.Appended.Length > at + 1 && instead.Length > 1 && reaction.Appended[at + 1].GetType() == instead[1].GetType()))
                    return reaction;
                RunEvent[] kept = [.. reaction.Appended.Take(at), .. instead];
                var folded = kept.Aggregate(run, Decider.Evolve);
                var rest = Decider.React(folded, [], owner);
                reaction = rest with { Appended = [.. kept, .. rest.Appended] };
            }
            return reaction;
        },
    };

    private static Reaction Rekeyed(Reaction reaction, Func<Command.RunAction, string> key) => reaction with
    {
        Start = [.. reaction.Start.Select(command => command with { Key = key(command) })],
        Appended = [.. reaction.Appended.Select(fact => fact is RunEvent.AttemptStarted started
            && reaction.Start.FirstOrDefault(command => command.Id == started.Id) is { } command ? started with { Key = key(command) } : fact)],
    };

    private static Command.RunAction Rejoining(Command.RunAction command) => command.Id.Purpose != Purpose.Safety ? command : command with
    {
        Action = Catalogue.Find(Catalogue.Rejoin)!,
        Inputs = JsonData.Object(("model", command.Inputs["model"]!), ("percent", JsonData.Of(100))),
    };

    private static Reaction OnceAgain(Run run, string owner, DateTimeOffset at)
    {
        var running = Decider.Decide(run).OfType<Command.RunAction>()
            .Where(command => command.Action.Repeatability == Repeatability.Once && run.StateOf(command.Id.Path) is StepState.Acting { Stage: Stage.Running }).ToList();
        if (running.Count == 0)
            return Decider.Adopt(run, owner, at);
        var reaction = Decider.React(run, [new RunEvent.TimerFired("restart", at > run.Now ? at : run.Now)], owner);
        return reaction with { Start = [.. running, .. reaction.Start] };
    }

    private static RunEvent ForCurrent(Run run, RunEvent fact) => fact is RunEvent.ActionSucceeded done
        && Decider.Decide(run).OfType<Command.RunAction>().FirstOrDefault(command => command.Id.Path == done.Id.Path) is { } current
        ? done with { Id = current.Id } : fact;

    private static Reaction Paused(Reaction reaction, Run before) =>
        before.Paused && !reaction.Appended.OfType<RunEvent.OrderTaken>().Any() ? reaction with { Run = reaction.Run with { Paused = true } } : reaction;

    private static Reaction Forward(Run run, IReadOnlyList<RunEvent> happened, string owner)
    {
        var turned = run.Phase is RunPhase.Draining or RunPhase.Undoing;
        var reaction = Decider.React(turned ? With(run, order => -order) : run, happened, owner);
        return turned ? reaction with { Run = With(reaction.Run, Math.Abs) } : reaction;
    }

    private static Run With(Run run, Func<long, long> order) => run with
    {
        Steps = run.Steps.WithEffects((_, effect) => effect with { Order = order(effect.Order) }),
    };

    private static Reaction Claimed(Reaction reaction, string owner)
    {
        while (reaction.Start.FirstOrDefault(command => command.Id.Purpose == Purpose.Safety) is { } safety)
        {
            var done = Decider.React(reaction.Run, [new RunEvent.ActionSucceeded(safety.Id, JsonData.EmptyObject, reaction.Run.Now)], owner);
            reaction = done with { Appended = [.. reaction.Appended, .. done.Appended], Start = [.. reaction.Start.Where(command => command != safety), .. done.Start] };
        }
        return reaction;
    }
}
