using System.Globalization;
using System.Runtime.CompilerServices;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Shells;
using Simulated = Playbooks.Tests.Simulation;

namespace Playbooks.Tests.Simulation;

/// <summary>The second shell: its own orchestrator, activities and client, over a host and stores in memory.</summary>
internal sealed class SecondShell : ISimulatedShell
{
    private readonly Simulation world;
    private readonly MemoryStores stores = new();
    private readonly Rotation rotation;
    private readonly List<SecondLog> logs = [];
    private readonly Dictionary<string, SecondLog> byRun = new(StringComparer.Ordinal);
    /// <summary>By the context of each orchestrator, what it has decided last.</summary>
    private readonly ConditionalWeakTable<IOrchestration, Run> decided = [];
    private readonly HashSet<(string Run, string Identity)> removedWhenOver = [];
    private long epoch;

    internal SecondShell(Simulation world)
    {
        this.world = world;
        var dice = new Dice(world.Seed, "rotation");
        // Short, so that a run goes through many generations and a replay is not long.
        var rotateAt = dice.OneOf(4, 12, 30, 60);
        rotation = new Rotation(rotateAt, dice.Percent(50) ? rotateAt * 2 : int.MaxValue);
        Planted = new PlantedActivities(world.Planted);
        Hub = new Hub(world, context => RunOrchestrator.RunAsync(PlantedOrchestration.Of(context, world), Noting(context), rotation));
    }

    internal Hub Hub { get; }
    internal PlantedActivities Planted { get; }
    internal IJournals Journals => stores;
    internal IOutcomes Outcomes => stores;
    internal ITexts Texts => stores;
    internal IDeliveries Deliveries => stores;
    internal IKeys Keys => stores;
    internal IRunIndex Index => stores;

    public IReadOnlyList<RunLog> Logs => logs;
    public bool AnswersFromJournal => false;
    public bool Full { get; set; }

    public RunLog? Find(string runId) => byRun.GetValueOrDefault(runId);

    internal SecondLog LogOf(string runId) => byRun[runId];

    public SimulatedProcess Open()
    {
        var worker = Hub.Worker = new Worker(world, this, ++epoch);
        worker.Begin();
        return worker;
    }

    public void Heal()
    {
        Full = false;
        Hub.EndOld();
    }

    public void ClockWasSet() => Hub.ClockWasSet();

    public bool HasTimer(string runId, Command.StartTimer timer) => Hub.Find(runId) is { } instance && instance.Timers.ContainsValue(timer.DueAt);

    public bool CameTooLate(string runId, string identity) => removedWhenOver.Contains((runId, identity))
        || Hub.Instances.Where(instance => instance.RunId == runId).SelectMany(instance => instance.TooLate).Any(signal => IdentityOf(signal) == identity);

    /// <summary>What is kept for a run without an instance, which an instance that was thought lost brings to its end meanwhile, comes too late.</summary>
    internal void Removes(string runId, string deliveryId)
    {
        if (Find(runId)?.Events.Any(stored => stored.Event is RunEvent.RunEnded) == true
            && ((IDeliveries)stores).OfAsync(runId, CancellationToken.None).Result.FirstOrDefault(kept => kept.DeliveryId == deliveryId) is { } kept)
            removedWhenOver.Add((runId, IdentityOf(kept.Text)));
    }

    public void JudgeRest()
    {
        foreach (var instance in Hub.Instances.Where(instance => instance is { IsGone: false, IsOver: false }))
        {
            Violation.When(instance.Replayed.Inbox.Count > 0 || instance.Running.Count > 0, Promises.Progress,
                () => $"the world is at rest; {instance.RunId} has {instance.Replayed.Inbox.Count} arrivals not taken and waits for {string.Join(", ", instance.Running.Select(act => act.Activity))}");
        }
    }

    /// <returns>False when the journal has another length.</returns>
    internal bool Append(string runId, long length, ReadOnlyMemory<byte> block)
    {
        if (world.Planted == Simulated.Planted.NoFencing)
            length = Journals.ReadAsync(runId, 0, long.MaxValue, CancellationToken.None).Result.Length;
        if (!Journals.TryAppendAsync(runId, length, block, CancellationToken.None).Result)
            return false;
        if (!byRun.TryGetValue(runId, out var log))
        {
            byRun[runId] = log = new SecondLog(runId, Hub);
            logs.Add(log);
        }
        var first = log.Events.Count;
        foreach (var stored in Read(runId, block))
            log.Add(stored, world.Logic);
        for (var index = first; index < log.Events.Count; index++)
            world.Stored(log.Events[index]);
        world.Appended(log.Folded);
        return true;
    }

    /// <summary>The host has kept a turn.</summary>
    internal void Kept(HubInstance instance, IOrchestration context)
    {
        if (!byRun.TryGetValue(instance.RunId, out var log))
            return;
        // Where two instances write, each is right only about its own events.
        if (Hub.EpochOf(instance.RunId) == 1 && decided.TryGetValue(context, out var live) && live.Sequence == log.Events.Count)
            world.Compare(live);
        if (instance.IsOver)
        {
            if (!InstanceStatus.Read(instance.Replayed.Result!).Fenced)
                return;
            Violation.When(Hub.EpochOf(instance.RunId) == 1, Promises.Progress, () => $"{instance.RunId} is given up by its only instance");
            // A parked run has its instance for good: what happens to it is still kept.
            if (log.Folded is not { IsQuiet: true, ParkedBecause: null } || !Decider.Decide(log.Folded).IsEmpty)
                Lose(instance, goesOn: false);
        }
        else if (world.Watch(instance.RunId).Ended is null && world.Faults.Hit(Fault.InstanceLost))
        {
            Lose(instance, goesOn: world.Faults.Hit(Fault.InstanceGoesOn));
        }
    }

    private void Lose(HubInstance instance, bool goesOn)
    {
        if (Hub.Find(instance.RunId) != instance)
            return;
        Hub.Lose(instance, goesOn);
        world.SendAgain(instance.RunId);
        AdoptSoon(instance.RunId);
        RaiseAgainSoon(instance.RunId);
    }

    /// <summary>An operator looks for runs without an instance.</summary>
    private void AdoptSoon(string runId) => world.Agenda.In(world.Dice.Between(1, 60), () =>
    {
        if (Hub.Find(runId) is not null)
            return;
        if (Hub.Worker is not { IsOpen: true, Frozen: false } worker)
            AdoptSoon(runId);
        else
            worker.Adopt(runId, known => Violation.When(!known, Promises.Acknowledged, () => $"{runId} has no journal when it is adopted"), () => AdoptSoon(runId));
    });

    /// <summary>As the patrol does, until the run has an instance again and nothing is kept for it any more.</summary>
    private void RaiseAgainSoon(string runId) => world.Agenda.In(world.Dice.Between(30, 90), () =>
    {
        if (Hub.Find(runId) is not null && ((IDeliveries)stores).OfAsync(runId, CancellationToken.None).Result.Count == 0)
            return;
        if (Hub.Worker is { IsOpen: true, Frozen: false } worker)
            worker.RaiseAgain(_ => RaiseAgainSoon(runId), () => RaiseAgainSoon(runId));
        else
            RaiseAgainSoon(runId);
    });

    private static string IdentityOf(string signal) => Simulation.IdentityOf(Delivery.Read(signal).Event);

    private Logic Noting(IOrchestration context) => world.Logic with
    {
        React = (run, happened, owner) => Noted(context, world.Logic.React(run, happened, owner)),
        Adopt = (run, owner, at) => Noted(context, world.Logic.Adopt(run, owner, at)),
    };

    private Reaction Noted(IOrchestration context, Reaction reaction)
    {
        decided.AddOrUpdate(context, reaction.Run);
        return reaction;
    }

    /// <summary>A line for each event: sequence, hash, and the event's own bytes.</summary>
    private static IEnumerable<StoredEvent> Read(string runId, ReadOnlyMemory<byte> block)
    {
        while (block.Length > 0)
        {
            var end = block.Span.IndexOf((byte)'\n');
            var line = block[..end];
            var json = line.Span.IndexOf((byte)'{');
            var prefix = System.Text.Encoding.UTF8.GetString(line.Span[..json]).Split(' ');
            yield return new StoredEvent(runId, long.Parse(prefix[0], CultureInfo.InvariantCulture), EventJson.Read(line.Span[json..]), prefix[1], line[json..]);
            block = block[(end + 1)..];
        }
    }
}
