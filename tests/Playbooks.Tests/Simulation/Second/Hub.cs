using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Shells.Replay;

namespace Playbooks.Tests.Simulation;

/// <summary>
/// The durable half of an orchestration's host: instances, what has come for them and not been taken, timers, activities that nobody has answered
/// for. It outlives every worker.
/// </summary>
internal sealed class Hub(Simulation world, Func<IOrchestration, Task<string>> orchestrator)
{
    /// <summary>A host looks at its clock at least this often.</summary>
    private const double NoticesWithinSeconds = 60;

    private readonly Dictionary<string, HubInstance> current = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> epochs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> losses = new(StringComparer.Ordinal);

    /// <summary>Also those that go on in a hub that was believed lost.</summary>
    internal List<HubInstance> Instances { get; } = [];

    /// <summary>Takes turns and runs activities; null while none does.</summary>
    internal Worker? Worker { get; set; }

    internal HubInstance? Find(string runId) => current.GetValueOrDefault(runId);

    /// <summary>Instances that the run has had.</summary>
    internal int EpochOf(string runId) => epochs.GetValueOrDefault(runId);

    internal int LossesOf(string runId) => losses.GetValueOrDefault(runId);

    /// <summary>Nothing happens when the id is taken.</summary>
    internal void Schedule(string runId, string input)
    {
        if (current.ContainsKey(runId))
            return;
        var instance = new HubInstance(new ReplayedInstance(runId, input, orchestrator));
        epochs[runId] = EpochOf(runId) + 1;
        current[runId] = instance;
        Instances.Add(instance);
        Wake(instance);
    }

    /// <returns>False when there is no such instance, or it is over.</returns>
    internal bool Raise(string runId, string signal)
    {
        if (Find(runId) is not { IsOver: false } instance)
            return false;
        Deliver(instance, new Arrival.Raised(signal));
        return true;
    }

    /// <summary>What was taken for an instance and comes when that may be over.</summary>
    internal void RaiseLate(string runId, string signal)
    {
        if (Find(runId) is { } instance)
            Deliver(instance, new Arrival.Raised(signal));
    }

    internal void Deliver(HubInstance instance, Arrival arrival)
    {
        if (instance.IsGone)
            return;
        if (instance.IsOver)
        {
            if (arrival is Arrival.Raised late)
                instance.TooLate.Add(late.Signal);
            return;
        }
        instance.Replayed.Inbox.Add(arrival);
        Wake(instance);
    }

    /// <summary>What a kept turn asked for is the host's from here on.</summary>
    internal void Take(HubInstance instance, Turn turn)
    {
        foreach (var asked in turn.Asked)
        {
            switch (asked)
            {
                case Asked.Act act:
                    instance.Running.Add(act);
                    break;
                case Asked.Timer timer:
                    instance.Timers[timer.Request] = timer.DueAt;
                    Plan(instance, instance.Replayed.Generation, timer.Request, TimeSpan.Zero);
                    break;
                case Asked.Cancel cancel:
                    instance.Timers.Remove(cancel.Request);
                    break;
            }
        }
        if (instance.IsOver)
            instance.TooLate.AddRange(instance.Replayed.Inbox.OfType<Arrival.Raised>().Select(raised => raised.Signal));
        else if (instance.Replayed.Inbox.Count > 0)
            Wake(instance);
    }

    internal void ClockWasSet()
    {
        foreach (var instance in Instances.Where(instance => !instance.IsGone))
        {
            foreach (var (request, _) in instance.Timers)
                Plan(instance, instance.Replayed.Generation, request, world.Dice.Between(0, NoticesWithinSeconds));
        }
    }

    /// <summary>The instance is lost with its hub, or is believed to be and goes on there.</summary>
    internal void Lose(HubInstance instance, bool goesOn)
    {
        current.Remove(instance.RunId);
        losses[instance.RunId] = LossesOf(instance.RunId) + 1;
        instance.IsGone = !goesOn;
    }

    /// <summary>Hubs that were believed lost are shut down.</summary>
    internal void EndOld()
    {
        foreach (var old in Instances.Where(instance => Find(instance.RunId) != instance))
            old.IsGone = true;
    }

    private void Plan(HubInstance instance, int generation, int request, TimeSpan atLeast)
    {
        var left = instance.Timers[request] - world.Agenda.GetUtcNow();
        world.Agenda.In(left > atLeast ? left : atLeast, () =>
        {
            if (instance.Replayed.Generation != generation || !instance.Timers.TryGetValue(request, out var dueAt))
                return;
            if (dueAt > world.Agenda.GetUtcNow())
            {
                Plan(instance, generation, request, TimeSpan.Zero);
                return;
            }
            instance.Timers.Remove(request);
            Deliver(instance, new Arrival.TimerFired(request));
        });
    }

    private void Wake(HubInstance instance) => Worker?.Wake(instance);
}
