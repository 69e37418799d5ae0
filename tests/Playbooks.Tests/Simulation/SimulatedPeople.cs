using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Simulation;

/// <summary>
/// Those who vote, order, confirm and are told. What an honest person decides depends on what is asked and on nothing else, so that two
/// simulations with other faults can be compared; who means ill, or errs, is a fault.
/// </summary>
internal sealed class SimulatedPeople(Simulation world)
{
    private static readonly ImmutableArray<string> Approvers = ["approvers"];
    private static readonly ImmutableArray<string> Honest = ["anna", "ben", "cleo"];
    private static readonly ImmutableArray<string> Commanders = ["commanders"];

    private readonly HashSet<string> voting = new(StringComparer.Ordinal);
    private readonly HashSet<string> ordering = new(StringComparer.Ordinal);
    private int orders;

    internal void Asked(Run run, Command question)
    {
        switch (question)
        {
            case Command.AskForVotes votes when voting.Add($"{run.Id} {votes.Approval.Path} {votes.Approval.Round}"):
                Vote(run, votes.Approval);
                break;
            case Command.AskPerson { What: AskFor.Confirmation } ask when voting.Add($"{run.Id} {ask.Path} task"):
                Confirm(run, ask);
                break;
            case Command.AskPerson { What: AskFor.Order } ask when ordering.Add($"{run.Id} {ask.Path} {run.LastOrder}"):
                Answer(run, ask);
                break;
        }
    }

    /// <param name="done">Told whether somebody was reached.</param>
    internal void Tell(string runId, Command.Tell tell, SimulatedProcess process, Action<bool> done)
    {
        world.Watch(runId).Told(tell.Id);
        Answer(Fault.TellFails, process, done);
    }

    /// <param name="done">Told whether it is kept.</param>
    internal void Anchor(SimulatedProcess process, Action<bool> done) => Answer(Fault.AnchorFails, process, done);

    internal void Raise(string runId) => world.Agenda.In(world.Dice.Between(5.01, 5.3), () => world.Send(runId, new RunEvent.AlertAttached(JsonData.EmptyObject, Now, Now)));

    /// <summary>Whatever a person may do at the worst moment. Called whenever something became durable.</summary>
    internal void Meddle(string runId, Run run)
    {
        var faults = world.Faults;
        if (faults.Hit(Fault.Pauses))
            Order(runId, new Order.Pause(), TimeSpan.Zero);
        if (faults.Hit(Fault.Pauses))
            Order(runId, new Order.Resume(), world.Dice.Between(0, 60));
        if (faults.Hit(Fault.Cancels))
            Order(runId, new Order.Cancel(), TimeSpan.Zero);
        if (!run.Steps.All.Any())
            return;
        var paths = run.Steps.All.Select(step => step.Key).Order(StringComparer.Ordinal).ToList();
        if (faults.Hit(Fault.Retries))
            Order(runId, new Order.Retry(world.Dice.Of(paths), Again: false), TimeSpan.Zero);
        if (faults.Hit(Fault.Skips))
            Order(runId, new Order.Skip(world.Dice.Of(paths), NoEffect: false), TimeSpan.Zero);
        if (faults.Hit(Fault.StrangerOrders))
            world.Send(runId, new RunEvent.OrderGiven(NextOrder(), new Order.Cancel(), "stranger", ["guests"], "for fun", "api", Now));
    }

    internal void Resume(string runId) => Order(runId, new Order.Resume(), TimeSpan.Zero);

    private void Vote(Run run, OpenApproval approval)
    {
        var faults = world.Faults;
        var mind = new Dice(Dice.Of(world.Seed, $"{run.Id} {approval.Path}"));
        var (answer, wait) = (mind.Below(20), mind.Between(1, 400));
        if (answer < 18)
        {
            // One after the other, so that somebody else may come between two of them.
            for (var voter = 0; voter < approval.Quorum; voter++)
                Cast(Honest[voter], wait + TimeSpan.FromSeconds(20 * voter), approves: answer < 16);
        }
        if (faults.Hit(Fault.VoteTwice))
            Cast("anna", wait + TimeSpan.FromSeconds(1), approves: true, id: "again");
        if (faults.Hit(Fault.VoteOtherBody))
            Cast("anna", wait - TimeSpan.FromSeconds(0.5), approves: false);
        if (faults.Hit(Fault.LateVote))
            Cast("anna", approval.Until - Now + TimeSpan.FromMilliseconds(1), approves: true, id: "late");
        if (faults.Hit(Fault.VoteOnOldDigest))
            Cast("dora", TimeSpan.FromSeconds(0.3), approves: true, digest: "what-was-shown-before");
        if (faults.Hit(Fault.StrangerVotes))
            Cast("stranger", TimeSpan.FromSeconds(0.2), approves: true, roles: ["guests"]);
        if (faults.Hit(Fault.StarterVotes))
            Cast(Simulation.Starter, TimeSpan.FromSeconds(0.1), approves: true);

        void Cast(string person, TimeSpan delay, bool approves, string id = "", string? digest = null, ImmutableArray<string>? roles = null) => world.Agenda.In(delay, () =>
            world.Send(run.Id, new RunEvent.VoteCast($"{approval.Path}/{approval.Round}/{person}{id}", approval.Path, approval.Round, digest ?? approval.Digest, person, roles ?? Approvers,
                approves, null, "api", Now)));
    }

    private void Confirm(Run run, Command.AskPerson ask)
    {
        var mind = new Dice(Dice.Of(world.Seed, $"{run.Id} {ask.Path}"));
        if (mind.Below(10) < 9)
            world.Agenda.In(mind.Between(1, 100), () => world.Send(run.Id, new RunEvent.TaskConfirmed(ask.Path, "anna", [ask.Role], "done by hand", Now)));
    }

    private void Answer(Run run, Command.AskPerson ask)
    {
        if (run.StateOf(ask.Path) is not StepState.AwaitingOrder awaiting)
            return;
        var mind = new Dice(Dice.Of(world.Seed, $"{run.Id} {ask.Path} {run.LastOrder > 0}"));
        // Whoever is asked looks at the target first.
        var happened = awaiting.Prior is StepState.Acting acting && world.Targets.Effects(run.Id, new CommandId(ask.Path, Purpose.Do, acting.Redo, 0, 0)) > 0;
        var again = !happened && awaiting.Kind is Core.Definitions.ErrorKind.OutcomeUnknown or Core.Definitions.ErrorKind.Timeout && world.Faults.Hit(Fault.RetriesAgain);
        Order(run.Id, mind.Below(10) switch
        {
            < 6 => new Order.Retry(ask.Path, again),
            < 8 => new Order.Skip(ask.Path, NoEffect: false),
            < 9 => new Order.Cancel(),
            _ => new Order.Pause(),
        }, mind.Between(1, 120));
    }

    private void Answer(Fault unless, SimulatedProcess process, Action<bool> done)
    {
        var lost = world.Faults.Hit(unless);
        process.In(world.Dice.Between(0.01, 0.3), () => done(!lost));
    }

    private void Order(string runId, Order order, TimeSpan delay) => world.Agenda.In(delay, () =>
        world.Send(runId, new RunEvent.OrderGiven(NextOrder(), order, "commander", Commanders, "because", "api", Now)));

    private string NextOrder() => "order-" + ++orders;

    private DateTimeOffset Now => world.Agenda.GetUtcNow();
}
