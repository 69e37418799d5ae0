using System.Diagnostics.CodeAnalysis;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Sqlite;
using Message = Playbooks.Sqlite.Message;

namespace Playbooks.Tests.Simulation;

/// <summary>
/// One opening of the journal: the product's own loop, turns, deeds and timers, with faults in the place of threads. What the engine waits for
/// is planned in virtual time here; what it decides and does is the engine's.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The wheel is disposed of when the process dies, as all do or the world ends.")]
internal sealed class EngineProcess : SimulatedProcess, IDoing
{
    private const double PatrolWithinSeconds = 30;

    private readonly Simulation world;
    private readonly SimulatedDisk disk;
    private readonly EngineLoop loop;
    private readonly TimerWheel wheel;
    private readonly List<Message> inbox = [];
    private readonly Queue<Turn> decided = new();
    private readonly SimulatedTimers timers;
    private readonly List<Task<bool>> adoptions = [];
    private readonly TimeSpan openedAt;
    private bool turning, writing, mayAct = true;

    /// <exception cref="JournalException">The disk is full: not even the epoch can be written.</exception>
    internal EngineProcess(Simulation world, SimulatedDisk disk) : base(world)
    {
        (this.world, this.disk, openedAt) = (world, disk, world.Agenda.Elapsed);
        if (disk.Full)
            throw new JournalException("The disk is full.", "Free space.");
        Epoch = disk.Open();
        loop = LoopOn(disk, Epoch, world.Agenda, world.Logic, RestingKept);
        wheel = new TimerWheel(world.Agenda, (run, id, at) => timers!.Ring(run, id, at));
        timers = new SimulatedTimers(world, this, wheel, message => Do(() => Post(message)));
        var left = loop.Left();
        foreach (var timer in left.Timers)
            timers.Set(timer.RunId, timer.Id, timer.DueAt, adopting: true);
        foreach (var run in left.Runs)
        {
            if (run.Rest == Rest.Busy)
            {
                var done = new TaskCompletionSource<bool>();
                adoptions.Add(done.Task);
                Post(new Message.Adopt(loop.LoadLeft(run.RunId), done));
            }
            else
            {
                In(world.Dice.Between(0, PatrolWithinSeconds), () => Read(run.RunId));
            }
        }
        foreach (var (key, admission) in disk.Keys())
        {
            if (admission is { HeldBack.IsEmpty: false, CooldownUntil: { } until })
                timers.SetWake(key, until);
        }
        wheel.Turn();
    }

    /// <summary>The patrol reads beside the loop, so that what it read may be old when the loop hears of it.</summary>
    private void Read(string runId)
    {
        if (!loop.IsUnseen(runId))
            return;
        var read = loop.LoadLeft(runId);
        In(world.Dice.Between(0, 0.5), () => Post(new Message.Look(read, new TaskCompletionSource<bool>())));
    }

    internal static EngineLoop LoopOn(SimulatedDisk disk, long epoch, TimeProvider time, Logic logic, int kept = 0) => new(epoch, $"epoch:{epoch}", disk, new EngineOptions
    {
        Actions = Nobody.Here, People = Nobody.Here, Anchors = Nobody.Here, RaiseAlert = (_, _) => Task.CompletedTask, Time = time, Logic = logic, RestingKeptMax = kept,
    });

    internal override long Epoch { get; }

    /// <summary>What was left is adopted, so callers are let in.</summary>
    internal override bool IsOpen => !Dead && adoptions.TrueForAll(done => done.IsCompletedSuccessfully);

    internal int RestingKept => (int)(world.Seed % 3);

    /// <summary>Everything told, decided and written; only time can move it.</summary>
    internal bool IsIdle => inbox.Count == 0 && decided.Count == 0 && !turning && !writing;

    internal int HotRuns => loop.HotRuns;

    internal SimulatedTimers Timers => timers;

    internal void Post(Message message)
    {
        if (Dead || (message is Message.Forget && world.Planted == Planted.NothingForgotten))
            return;
        inbox.Add(message);
        if (!turning)
        {
            turning = true;
            In(world.Dice.Between(0, 0.002), Decide);
        }
    }

    internal void Post(string runId, RunEvent happened, string? reported = null) =>
        Post(new Message.Happened(runId, happened, world.Planted == Planted.ReportsNotNoted ? null : reported, null));

    internal override void Start(StartRequest request, Action<StartResult> answered, Action failed)
    {
        disk.KeepText(request.Environment.Digest, request.Environment.Text);
        if (!disk.KeepPlaybook(request.Playbook.Name, request.Playbook.Version, request.Playbook.Digest, request.Playbook.Text))
            return;
        var result = new TaskCompletionSource<StartResult>();
        Await(result.Task, answered, failed);
        Post(new Message.Start(request, RunInputs.Of(request.Playbook.Inputs, request.Inputs), result));
    }

    internal override void Signal(string runId, string delivery, RunEvent happened, Action<bool> answered, Action failed)
    {
        var known = new TaskCompletionSource<bool>();
        Await(known.Task, answered, failed);
        Post(new Message.Happened(runId, happened with { At = world.Agenda.GetUtcNow() }, null, known));
    }

    protected override void Died()
    {
        wheel.Dispose();
        inbox.Clear();
        decided.Clear();
    }

    private void Decide()
    {
        turning = false;
        if (inbox.Count > 1 && world.Faults.Hit(Fault.Reordered))
        {
            var last = inbox.FindLastIndex(message => message is Message.Happened);
            var first = inbox.FindIndex(message => message is Message.Happened);
            if (first >= 0)
                (inbox[first], inbox[last]) = (inbox[last], inbox[first]);
        }
        var taken = world.Dice.Chance(0.8) ? inbox.Count : 1 + world.Dice.Below(inbox.Count);
        var messages = inbox.GetRange(0, taken);
        inbox.RemoveRange(0, taken);
        if (loop.Turn(messages) is { } turn)
        {
            if (world.Planted == Planted.AnswersBeforeCommit)
                turn.Waiting.ToList().ForEach(waiting => waiting.Durable());
            if (world.Planted == Planted.ActsBeforeCommit)
                (turn with { Waiting = [] }).Follow(this);
            decided.Enqueue(turn);
            Write();
        }
        if (inbox.Count > 0)
        {
            turning = true;
            In(world.Dice.Between(0, 0.001), Decide);
        }
    }

    private void Write()
    {
        if (writing || decided.Count == 0)
            return;
        writing = true;
        In(world.Dice.Between(0.001, 0.004), Commit);
    }

    private void Commit()
    {
        if (decided.Peek().Append is not null && world.IsFull())
        {
            In(world.Dice.Between(1, 60), Commit);
            return;
        }
        var turn = decided.Dequeue();
        if (!IsOpen && world.Faults.Hit(Fault.CrashInRecovery))
            throw new Killed();
        try
        {
            if (turn.Append is { } append)
                Append(append);
        }
        catch (JournalException error)
        {
            if (world.Planted == Planted.ActsAfterFailedCommit && error is not JournalFencedException)
            {
                Follow(turn);
                return;
            }
            turn.Fail(error);
            while (decided.TryDequeue(out var later))
                later.Fail(error);
            LookAtAnswers();
            Kill();
            return;
        }
        if (world.Faults.Hit(Fault.TwoOwners) && world.Freeze(this))
        {
            Hold(() => Follow(turn));
            return;
        }
        // Between the commit and what follows it the machine may take its time.
        In(world.Dice.Between(0, 0.001), () => Follow(turn));
    }

    private void Append(JournalBatch append)
    {
        if (world.Faults.Hit(Fault.CrashBeforeAppend))
            throw new Killed();
        if (world.Faults.Hit(Fault.AppendFails))
        {
            if (world.Planted == Planted.FailedSyncTakenForDone)
                return;
            throw new JournalException("An error of the disk.", "Mend it.");
        }
        var zombie = Epoch != disk.Epoch;
        var stored = disk.Append(Epoch, append);
        Violation.When(zombie && stored.Count > 0, Promises.Fencing, () => $"epoch {Epoch} appended after epoch {disk.Epoch} had opened");
        foreach (var entry in stored)
            world.Stored(entry);
        if (world.Faults.Hit(Fault.CrashAfterAppend))
            throw new Killed();
        if (world.Faults.Hit(Fault.SyncFailsButStored))
            throw new JournalException("The sync failed; nobody knows what the disk holds.", "Start again.");
    }

    private void Follow(Turn turn)
    {
        writing = false;
        if (!loop.MayAct(turn, out _) && world.Planted != Planted.ZombieActs)
        {
            mayAct = false;
            turn.Follow(this);
            LookAtAnswers();
            Die();
            return;
        }
        if (world.Planted == Planted.AnswersBeforeCommit)
            turn = turn with { Waiting = [] };
        if (world.Planted == Planted.ActsBeforeCommit)
            turn.Waiting.ToList().ForEach(waiting => waiting.Durable());
        else
            turn.Follow(this);
        foreach (var deeds in turn.Deeds)
            world.Published(deeds.Run, this);
        Write();
    }

    private void Deed()
    {
        if (world.Faults.Hit(Fault.CrashAmongDeeds))
            throw new Killed();
    }

    bool IDoing.MayAct => mayAct && !Dead;

    void IDoing.Publish(RunDeeds deeds)
    {
        if (deeds.Rest != Rest.Busy)
            Post(new Message.Forget(deeds.RunId, deeds.Run.Sequence));
    }

    void IDoing.SetTimer(string runId, string id, DateTimeOffset at)
    {
        Deed();
        timers.Set(runId, id, at, adopting: !IsOpen || Epoch > 1 && world.Agenda.Elapsed - openedAt < TimeSpan.FromSeconds(0.05));
    }

    void IDoing.DropTimer(string runId, string id) => timers.Drop(runId, id);

    void IDoing.Start(ActionCall call)
    {
        Deed();
        if (call.Command.Deadline <= world.Agenda.GetUtcNow())
            Post(call.RunId, ActionReports.NoTime(call, world.Agenda.GetUtcNow()));
        else
            world.Connectors.Start(call, new EngineAttempt(world, this, call));
    }

    void IDoing.Show(Run run, Command question, bool open)
    {
        if (open)
            world.People.Asked(run, question);
    }

    void IDoing.Do(Run run, Command command)
    {
        Deed();
        switch (command)
        {
            case Command.Tell { Id: "run.parked" } when world.Planted == Planted.ParkedToldToNobody:
                break;
            case Command.Tell tell:
                world.People.Tell(run.Id, tell, this, reached => Post(run.Id, reached ? new RunEvent.Told(tell.Id, "terminal", Now) : new RunEvent.TellFailed(tell.Id, "Nobody is there.", Now), tell.Name));
                break;
            case Command.AnchorHead anchor:
                var hash = disk.ByRun[run.Id].Events[(int)anchor.Sequence - 1].Hash;
                world.People.Anchor(this, kept => Post(run.Id, kept ? new RunEvent.HeadAnchored(anchor.Id, anchor.Sequence, hash, "vault", Now) : new RunEvent.AnchorFailed(anchor.Id, "No.", Now), anchor.Name));
                break;
            case Command.RaiseAlert:
                world.People.Raise(run.Id);
                break;
        }
    }

    void IDoing.Do(KeyDeed deed)
    {
        if (deed is KeyDeed.Wake wake)
            timers.SetWake(wake.Key, wake.At);
    }

    void IDoing.Done() => wheel.Turn();

    private DateTimeOffset Now => world.Agenda.GetUtcNow();

    /// <summary>The loop never calls the outside itself; what it wants done comes through its deeds.</summary>
    private sealed class Nobody : IActions, IPeople, IAnchors
    {
        internal static readonly Nobody Here = new();

        public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken) => throw new System.Diagnostics.UnreachableException();
        public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken) => throw new System.Diagnostics.UnreachableException();
        public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken) => throw new System.Diagnostics.UnreachableException();
        public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken) => throw new System.Diagnostics.UnreachableException();
        public Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken) => throw new System.Diagnostics.UnreachableException();
    }
}
