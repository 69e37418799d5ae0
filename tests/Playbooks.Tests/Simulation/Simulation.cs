using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Simulated = Playbooks.Tests.Simulation;

namespace Playbooks.Tests.Simulation;

/// <summary>
/// One world from one seed, on one thread, in virtual time: some runs, the product's loop under them, and faults. Three phases: faults, healing,
/// and then everything must come to rest.
/// </summary>
internal sealed partial class Simulation
{
    internal const string Starter = "operator";
    private const int StepsMax = 100_000;
    private const int EventsPerRunMax = 20_000;
    private const int ResumesMax = 500;
    private const int ResumesAtLeast = 30;

    private readonly Dictionary<string, RunWatch> watches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Playbook> playbooks = new(StringComparer.Ordinal);
    private readonly List<SimulatedProcess> processes = [];
    private readonly List<(string Run, RunEvent Event)> acknowledged = [];
    private readonly bool comparesDeeply;
    private readonly Shell kind;
    private ulong trace = 14695981039346656037;
    private SimulatedProcess? process;
    private bool restarting;
    private int deliveries;

    internal Simulation(Shell kind, ulong seed, Planted planted = Planted.Nothing, IEnumerable<(Fault, int)>? only = null, bool withoutFaults = false)
    {
        (this.kind, Seed, Planted) = (kind, seed, planted);
        Dice = new Dice(seed);
        Faults = new Faults(seed, only, withoutFaults);
        Logic = PoisonRun(PlantedLogic.Of(planted));
        comparesDeeply = seed % 4 == 0 || planted != Planted.Nothing;
        Targets = new SimulatedTargets(this);
        Connectors = new SimulatedConnectors(this);
        People = new SimulatedPeople(this);
        Shell = kind switch
        {
            Simulated.Shell.Embedded => new EmbeddedShell(this),
            Simulated.Shell.Second => new SecondShell(this),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    internal ulong Seed { get; }
    internal Planted Planted { get; }
    internal Dice Dice { get; }
    internal Faults Faults { get; }
    internal Agenda Agenda { get; } = new();
    internal ISimulatedShell Shell { get; }
    internal Logic Logic { get; }
    internal SimulatedTargets Targets { get; }
    internal SimulatedConnectors Connectors { get; }
    internal SimulatedPeople People { get; }
    internal bool ClockWentBack { get; private set; }
    internal bool ClockWasSet { get; private set; }
    internal bool WasFrozen { get; private set; }

    /// <summary>Of everything that became durable, with when it did.</summary>
    internal ulong Trace => trace;

    /// <summary>What went wrong where its thrower could not be heard.</summary>
    internal Exception? Broken { get; set; }

    internal IEnumerable<RunWatch> Watches => watches.Values;
    internal int Runs => watches.Count;
    internal int Events => Shell.Logs.Sum(log => log.Events.Count);

    internal Playbook PlaybookOf(string digest) => playbooks[digest];

    internal RunWatch Watch(string runId) => watches.TryGetValue(runId, out var watch) ? watch
        : throw new Violation(Promises.Intent, $"something is done for {runId}, of which nothing is durable");

    /// <exception cref="Violation">A promise was not kept.</exception>
    internal void Run(IEnumerable<Playbook>? instead = null)
    {
        // A test's context would carry what becomes ready to another thread.
        SynchronizationContext.SetSynchronizationContext(null);
        Open();
        if (instead is null)
            PlanStarts();
        else
            PlanStarts(instead);
        Agenda.In(Dice.Between(20, 900), Heal);
        while (Agenda.Step())
        {
            if (Broken is { } broken)
                throw broken;
            Violation.When(Agenda.Steps > StepsMax, Promises.Progress, () => "it never comes to rest: " + string.Join("; ", Unsettled()));
        }
        JudgeEnd();
    }

    /// <summary>Sends as a client does: again and again until it is acknowledged.</summary>
    internal void Send(string runId, RunEvent happened) => Send(runId, $"delivery-{++deliveries}", happened, 0);

    private void Send(string runId, string delivery, RunEvent happened, int tries)
    {
        if (process is not { IsOpen: true, Frozen: false } open)
        {
            if (tries < 500)
                Agenda.In(TimeSpan.FromSeconds(2), () => Send(runId, delivery, happened, tries + 1));
            return;
        }
        open.Signal(runId, delivery, happened, answer =>
        {
            Violation.When(answer && Shell.AnswersFromJournal && !IsDurable(runId, IdentityOf(happened)), Promises.Acknowledged, () => $"{IdentityOf(happened)} was acknowledged and is not in the journal of {runId}");
            Violation.When(!answer && Shell.Find(runId) is not null && (Shell.AnswersFromJournal || Watch(runId).Ended is null), Promises.Acknowledged, () => $"{runId} is said to be unknown");
            if (answer)
                acknowledged.Add((runId, happened));
        }, () => Agenda.In(TimeSpan.FromSeconds(1), () => Send(runId, delivery, happened, tries + 1)));
    }

    /// <summary>What was acknowledged for a run by a host that is lost is sent again by who misses it.</summary>
    internal void SendAgain(string runId)
    {
        var lost = acknowledged.FindAll(sent => sent.Run == runId && !IsDurable(runId, IdentityOf(sent.Event)));
        foreach (var sent in lost)
        {
            acknowledged.Remove(sent);
            Agenda.In(Dice.Between(1, 60), () => Send(runId, sent.Event));
        }
    }

    internal void Stored(StoredEvent entry)
    {
        if (!watches.TryGetValue(entry.RunId, out var watch))
        {
            watches[entry.RunId] = watch = new RunWatch(this, entry.RunId);
            FirstOf(entry);
        }
        watch.See(entry);
        Violation.When(entry.Sequence > EventsPerRunMax, Promises.Memory, () => $"{entry.RunId} has more than {EventsPerRunMax} events");
        trace = Dice.Mix(trace ^ Convert.ToUInt64(entry.Hash[..16], 16) ^ (ulong)Agenda.Elapsed.Ticks);
        if (Faults.Hit(Fault.ClockForward))
            SetClock(Dice.Between(1, 7200));
        if (Faults.Hit(Fault.ClockYearsForward))
            SetClock(TimeSpan.FromDays(365 * (1 + Dice.Below(10))));
        if (Faults.Hit(Fault.ClockBack))
        {
            ClockWentBack = true;
            SetClock(-Dice.Between(1, 3600));
        }
    }

    internal void Published(Run run, SimulatedProcess by)
    {
        if (by.Dead || run.Started is null)
            return;
        Compare(run);
        Appended(run);
    }

    /// <summary>The run as a process has it in memory, with what its journal folds to.</summary>
    internal void Compare(Run live)
    {
        if (!comparesDeeply || live.ParkedBecause is not null || !(live.HasEnded || live.Paused || live.Sequence % 16 == 0))
            return;
        var folded = Shell.Find(live.Id)!.Events.Take((int)live.Sequence).Select(stored => stored.Event).Aggregate(Core.Decisions.Run.Empty, Logic.Evolve);
        var difference = Same.Difference(live, folded);
        Violation.When(difference is not null, Promises.Replay, () => $"{live.Id} at event {live.Sequence}: {difference}");
    }

    /// <summary>Something has become durable, and everybody may know.</summary>
    internal void Appended(Run run)
    {
        trace = Dice.Mix(trace ^ Targets.Trace);
        People.Meddle(run.Id, run);
    }

    /// <summary>Whether a write finds no room; it may be the first that does.</summary>
    internal bool IsFull()
    {
        if (!Shell.Full && Faults.Hit(Fault.DiskFull))
        {
            Shell.Full = true;
            Agenda.In(Dice.Between(5, 3600), () => Shell.Full = false);
        }
        return Shell.Full;
    }

    /// <summary>The process stands still while another one takes over; it wakes later and knows nothing of that.</summary>
    internal bool Freeze(SimulatedProcess frozen)
    {
        if (frozen != process || Shell.Full)
            return false;
        WasFrozen = true;
        frozen.Freeze();
        Restart();
        Agenda.In(Dice.Between(2, 120), () =>
        {
            if (!Faults.Hit(Fault.WokenZombie))
                frozen.Die();
            frozen.Thaw();
        });
        return true;
    }

    internal void Restart()
    {
        if (restarting)
            return;
        restarting = true;
        process = null;
        Agenda.In(Dice.Between(0.5, 30), Open);
    }

    private void Open()
    {
        restarting = false;
        process = Shell.Open();
        if (process is null)
            Restart();
        else
            processes.Add(process);
    }

    private void Heal()
    {
        Faults.Rage = false;
        foreach (var old in processes.Where(old => old != process))
            old.Die();
        Shell.Heal();
        if (process is null && !restarting)
            Restart();
        ResumePaused(ResumesMax);
    }

    /// <summary>Somebody looks after paused runs as long as there are runs.</summary>
    private void ResumePaused(int times)
    {
        var going = watches.Values.Where(watch => watch.Ended is null && !IsParked(watch.RunId)).ToList();
        foreach (var watch in going.Where(watch => watch.IsPaused))
            People.Resume(watch.RunId);
        // Some runs begin only now.
        if (times > 0 && (going.Count > 0 || times > ResumesMax - ResumesAtLeast))
            Agenda.In(TimeSpan.FromSeconds(100), () => ResumePaused(times - 1));
    }

    private void SetClock(TimeSpan by)
    {
        ClockWasSet = true;
        Agenda.ClockSetBy += by;
        Shell.ClockWasSet();
    }

    private Logic PoisonRun(Logic logic) => Faults.Hit(Fault.PoisonRun)
        ? logic with
        {
            React = (run, happened, owner) => IsPoison(run) ? throw new InvalidOperationException("poison") : logic.React(run, happened, owner),
            Adopt = (run, owner, at) => IsPoison(run) ? throw new InvalidOperationException("poison") : logic.Adopt(run, owner, at),
        }
        : logic;

    private static bool IsPoison(Run run) => run.Sequence > 8 && run.Inputs["model"]?.AsString() == "m0";

    private bool IsDurable(string runId, string identity) =>
        Shell.Find(runId) is { } log && log.Events.FindLastIndex(stored => IdentityOf(stored.Event) == identity) >= 0;

    internal static string IdentityOf(RunEvent happened) => happened switch
    {
        RunEvent.VoteCast vote => "vote " + vote.VoteId,
        RunEvent.OrderGiven order => "order " + order.OrderId,
        RunEvent.SignalReceived signal => "signal " + signal.SignalId,
        RunEvent.TaskConfirmed task => $"task {task.Path} {task.Person}",
        RunEvent.AlertAttached => "alert",
        _ => "",
    };
}
