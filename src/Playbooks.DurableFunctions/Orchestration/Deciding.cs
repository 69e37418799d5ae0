using System.Collections.Immutable;
using Playbooks.Core.Decisions;

namespace Playbooks.DurableFunctions.Orchestration;

/// <summary>The run as it is decided on, which may be ahead of its journal. What the decider throws parks the run, never the instance.</summary>
internal sealed class Deciding
{
    private readonly Logic logic;
    private readonly string owner;
    private bool parked;

    internal Deciding(Handover before, Logic logic)
    {
        (this.logic, Run, Epoch, owner) = (logic, before.Run, before.Epoch, before.Owner);
        Sequence = before.Position.Sequence;
        parked = Run.ParkedBecause is not null;
    }

    internal Run Run { get; private set; }
    internal int Epoch { get; }
    /// <summary>Of the last event, written or not.</summary>
    internal long Sequence { get; private set; }
    /// <summary>Events of this generation.</summary>
    internal int Decided { get; private set; }
    internal ImmutableArray<Command> Outstanding { get; private set; } = [];

    /// <summary>Over, and nothing of it is left to do. A parked run stays: what happens to it is still kept.</summary>
    internal bool IsOver => Run is { IsQuiet: true, ParkedBecause: null } && Outstanding.IsEmpty;

    /// <summary>The first batch of a generation, with what the one before has left to be started.</summary>
    internal Batch Begin(Handover before, DateTimeOffset now)
    {
        var first = before switch
        {
            { Happened.IsEmpty: false } => Decide(before.Happened, () => logic.React(Run, before.Happened, owner)),
            { Adopts: true } when !parked => Decide([], () => logic.Adopt(Run, owner, now)),
            // Asked again, it wants the same things under the same names.
            _ when !parked => Decide([], () => logic.React(Run, [], owner)),
            _ => Made([], []),
        };
        return first with
        {
            Start = [.. Outstanding.OfType<Command.RunAction>().Where(command => before.Owed.Contains(command.Id)), .. first.Start],
            // Whoever wrote the end may have died before the key was given back.
            Frees = before is { Adopts: true, Run.HasEnded: true } ? Freed() : first.Frees,
        };
    }

    /// <param name="delivery">Id of the delivery that it came with; null for what the orchestration has found out itself.</param>
    internal Batch Happened(RunEvent happened, string? delivery = null)
    {
        happened = happened with { At = happened.At > Run.Now ? happened.At : Run.Now };
        var batch = parked ? Keep([happened]) : Decide([happened], () => logic.React(Run, [happened], owner));
        return batch with { Delivery = delivery };
    }

    private Batch Decide(ImmutableArray<RunEvent> happened, Func<Reaction> ask)
    {
        Reaction reaction;
        ImmutableArray<string> events;
        try
        {
            reaction = ask();
            events = [.. reaction.Appended.Select(Answers.Write)];
        }
#pragma warning disable CA1031 // The decider must not throw. If it does, whatever it is, the run stops where it is: thrown on, it would fail the instance for good.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            return Keep([.. happened, new RunEvent.RunParked($"Deciding failed: {defect.GetType().Name}: {defect.Message}",
                happened.IsEmpty || happened[^1].At < Run.Now ? Run.Now : happened[^1].At)]);
        }
        Run = reaction.Run;
        Outstanding = reaction.Outstanding;
        return Made(events, reaction.Start) with { Frees = reaction.Appended.Any(fact => fact is RunEvent.RunEnded) ? Freed() : null };
    }

    /// <summary>Keeps what happened without deciding on it. What cannot be written is why the run is parked, and its reason says so.</summary>
    private Batch Keep(ImmutableArray<RunEvent> happened)
    {
        parked = true;
        Outstanding = [];
        happened = [.. happened.Where(EventJson.CanBeWritten)];
        foreach (var fact in happened)
            Fold(fact);
        return Made([.. happened.Select(Answers.Write)], []);
    }

    private FreedKey? Freed() => Run is { Started.ConcurrencyKey: { } key, Playbook.Concurrency: { } rule, Environment: { } environment }
        ? new FreedKey(new RunKey(environment.Name, key), rule.Cooldown, Run.Now) : null;

    private void Fold(RunEvent fact)
    {
        try
        {
            Run = logic.Evolve(Run, fact);
        }
#pragma warning disable CA1031 // Folding must not throw. If it does, the run is parked already, or is now.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            Run = Run with { ParkedBecause = Run.ParkedBecause ?? $"Event {Run.Sequence + 1} cannot be folded: {defect.GetType().Name}: {defect.Message}" };
        }
    }

    private Batch Made(ImmutableArray<string> events, ImmutableArray<Command.RunAction> start)
    {
        Sequence += events.Length;
        Decided += events.Length;
        return new Batch(events, start);
    }
}

/// <summary>What one decision adds.</summary>
/// <param name="Events">As the journal stores them.</param>
/// <param name="Start">Actions to be called once all of these are in the journal.</param>
internal sealed record Batch(ImmutableArray<string> Events, ImmutableArray<Command.RunAction> Start)
{
    /// <summary>Nothing new: what came is shown by events before.</summary>
    internal static Batch Shown(string delivery) => new([], []) { Delivery = delivery };

    /// <summary>What came from outside and is shown by these events.</summary>
    internal string? Delivery { get; init; }

    /// <summary>Given back once the events are in the journal.</summary>
    internal FreedKey? Frees { get; init; }
}
