using Playbooks.Core.Decisions;
using Playbooks.Sqlite;
using Message = Playbooks.Sqlite.Message;

namespace Playbooks.Tests.Simulation;

/// <summary>Beside the product's wheel, a list of what was set: each rings once, never before its instant and soon after it.</summary>
internal sealed class SimulatedTimers(Simulation world, EngineProcess process, TimerWheel wheel, Action<Message> post)
{
    /// <summary>The wheel looks at the clock at least every minute.</summary>
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(65);

    private const string Cooldown = "";

    private readonly Dictionary<(string Run, string Id), DateTimeOffset> set = [];
    /// <summary>Since when, in time that nobody can set, timers are due that a set clock made due.</summary>
    private readonly Dictionary<(string Run, string Id), TimeSpan> overdueSince = [];
    private readonly Dictionary<string, RunKey> keys = new(StringComparer.Ordinal);

    internal void Set(string run, string id, DateTimeOffset at, bool adopting)
    {
        if (adopting && world.Planted == Planted.TimersLostOnRestart)
            return;
        set[(run, id)] = at;
        overdueSince.Remove((run, id));
        if (world.Planted == Planted.TimersIgnoreClock)
        {
            var wait = at - world.Agenda.GetUtcNow();
            process.In(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, () =>
            {
                if (set.TryGetValue((run, id), out var current) && current == at)
                    Ring(run, id, world.Agenda.GetUtcNow() > at ? world.Agenda.GetUtcNow() : at);
            });
            return;
        }
        wheel.Set(run, id, world.Planted == Planted.TimerFiresEarly ? at - TimeSpan.FromSeconds(5) : at);
    }

    internal void SetWake(RunKey key, DateTimeOffset at)
    {
        keys[key.ToString()] = key;
        Set(Cooldown, key.ToString(), at, adopting: false);
    }

    internal void Drop(string run, string id)
    {
        set.Remove((run, id));
        overdueSince.Remove((run, id));
        if (world.Planted != Planted.TimerNotDropped)
            wheel.Drop(run, id);
    }

    internal void ClockWasSet()
    {
        foreach (var (timer, at) in set)
        {
            if (at <= world.Agenda.GetUtcNow())
                overdueSince.TryAdd(timer, world.Agenda.Elapsed);
            else
                overdueSince.Remove(timer);
        }
    }

    internal bool Has(string run, Command.StartTimer timer) => set.TryGetValue((run, timer.Id), out var at) && at == timer.DueAt;

    internal void Ring(string run, string id, DateTimeOffset at)
    {
        Take(run, id);
        if (world.Planted == Planted.TimerFiresTwice)
            Take(run, id);
        if (run == Cooldown)
            post(new Message.CooldownOver(keys[id]));
        else
            post(new Message.Happened(run, new RunEvent.TimerFired(id, at), null, null));
    }

    private void Take(string run, string id)
    {
        Violation.When(!set.Remove((run, id), out var due), Promises.Timer, () => $"{id} of {run} rings though it is not set");
        Violation.When(world.Agenda.GetUtcNow() < due && !world.ClockWentBack, Promises.Timer, () => $"{id} of {run} rings at {world.Agenda.GetUtcNow():O}, before {due:O}");
        if (overdueSince.Remove((run, id), out var since))
            Violation.When(world.Agenda.Elapsed - since > NoticedWithin && !world.WasFrozen, Promises.Timer, () => $"{id} of {run} rings {world.Agenda.Elapsed - since} late");
    }
}
