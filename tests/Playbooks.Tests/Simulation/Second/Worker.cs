using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Runs;
using Playbooks.Tests.Shells.Replay;

namespace Playbooks.Tests.Simulation;

/// <summary>
/// One process of the second shell: takes turns of instances, runs the product's activities, and answers callers with the product's client. What
/// it has not handed to the host is gone with it.
/// </summary>
internal sealed class Worker : SimulatedProcess, IActions, IPeople, IAnchors, IInstances
{
    private const double RecoversWithinSeconds = 1;
    /// <summary>Share of the turns for which the generation is replayed though an orchestrator stands ready. At its end, it always is.</summary>
    private const double ReplayedWhole = 0.05;

    private static readonly Task<string> Shown = Task.FromResult("");

    private readonly Simulation world;
    private readonly SecondShell shell;
    private readonly Hub hub;
    private readonly RunActivities activities;
    private readonly DurableRuns runs;
    private readonly Inbox inbox;
    private readonly TimeSpan openedAt;
    private readonly HashSet<HubInstance> turning = [];
    private readonly Dictionary<HubInstance, ReplaySession> ready = [];
    private int invocations;

    internal Worker(Simulation world, SecondShell shell, long epoch) : base(world)
    {
        (this.world, this.shell, hub, Epoch, openedAt) = (world, shell, shell.Hub, epoch, world.Agenda.Elapsed);
        var stores = new WorkerStores(world, this, shell);
        var time = new WorkerTime(world.Agenda, this);
        var journals = new KnownJournals(stores);
        inbox = new Inbox(this, stores, journals, time);
        var keys = new RunKeys(stores, stores, journals, this, inbox, time);
        activities = new RunActivities(stores, journals, stores, stores, stores, stores, keys, new RunOutside(this, this, this, RaiseAsync), time);
        runs = new DurableRuns(this, journals, stores, inbox, stores, keys, time);
    }

    internal override long Epoch { get; }

    internal override bool IsOpen => !Dead;

    /// <summary>Goes on with what the worker before has left.</summary>
    internal void Begin()
    {
        foreach (var instance in hub.Instances.Where(instance => instance is { IsGone: false, IsOver: false }))
        {
            if (instance.Replayed.Inbox.Count > 0)
                Wake(instance);
            foreach (var act in instance.Running.ToList())
                Execute(instance, act);
        }
    }

    internal void Wake(HubInstance instance)
    {
        if (turning.Add(instance))
            In(world.Dice.Between(0, 0.004), () => Turn(instance));
    }

    internal override void Start(StartRequest request, Action<StartResult> answered, Action failed) =>
        Ask(() => runs.StartAsync(request, CancellationToken.None), answered, failed);

    internal override void Signal(string runId, string delivery, RunEvent happened, Action<bool> answered, Action failed)
    {
        var losses = hub.LossesOf(runId);
        Ask(() => runs.SignalAsync(runId, delivery, happened, CancellationToken.None), known =>
        {
            // From the loss of its instance until it is adopted a run looks as if it were unknown; who knows it asks again.
            if (hub.LossesOf(runId) == losses && (known || losses == 0 || world.Watch(runId).Ended is not null))
                answered(known);
            else
                failed();
        }, failed);
    }

    internal void Adopt(string runId, Action<bool> answered, Action failed) =>
        Ask(() => runs.AdoptAsync(runId, hub.EpochOf(runId) + 1, CancellationToken.None), answered, failed);

    internal void RaiseAgain(Action<int> answered, Action failed) => Ask(() => inbox.RaiseAgainAsync(CancellationToken.None), answered, failed);

    protected override void Died()
    {
        ready.Clear();
        if (hub.Worker == this)
            hub.Worker = null;
    }

    private void Ask<T>(Func<Task<T>> call, Action<T> answered, Action failed)
    {
        var answer = new TaskCompletionSource<T>();
        Await(answer.Task, answered, failed);
        In(world.Dice.Between(0, 0.02), () => Relay());

        async void Relay()
        {
            try
            {
                var told = await call();
                In(world.Dice.Between(0, 0.02), () => answer.SetResult(told));
            }
            catch (IOException)
            {
                In(world.Dice.Between(0, 0.02), () => answer.SetException(new IOException()));
            }
            catch (Exception defect)
            {
                world.Broken ??= defect;
            }
        }
    }

    private void Turn(HubInstance instance)
    {
        if (instance.IsGone || instance.IsOver || instance.Replayed.Inbox.Count == 0)
        {
            turning.Remove(instance);
            return;
        }
        try
        {
            Play(instance);
        }
        catch (NonDeterminismException found)
        {
            throw new Violation(Promises.SameReplay, found.Message);
        }
    }

    private void Play(HubInstance instance)
    {
        Reorder(instance.Replayed.Inbox);
        var stood = ready.Remove(instance, out var session) && instance.Replayed.StandsAt(session) && !world.Dice.Chance(ReplayedWhole);
        session = stood ? session! : instance.Replayed.Replay();
        var before = instance.Replayed.Kept;
        var turn = instance.Replayed.Play(session, world.Agenda.GetUtcNow());
        if (stood && session.Over is not null)
            instance.Replayed.Replay().Play(turn, turn.Asked);
        if (Epoch > 1 && (world.Agenda.Elapsed - openedAt).TotalSeconds < RecoversWithinSeconds && world.Faults.Hit(Fault.CrashInRecovery))
            throw new Killed();
        if (world.Faults.Hit(Fault.TurnLost))
            throw new Killed();
        if (world.Faults.Hit(Fault.TwoOwners))
            world.Freeze(this);
        In(world.Dice.Between(0.0005, 0.005), () =>
        {
            turning.Remove(instance);
            Keep(instance, turn, session, before);
        });
    }

    /// <summary>The host takes a turn only from who has seen the last one.</summary>
    private void Keep(HubInstance instance, Turn turn, ReplaySession session, int before)
    {
        if (instance.IsGone)
            return;
        if (instance.Replayed.Kept != before)
        {
            if (hub.Worker == this)
                Wake(instance);
            return;
        }
        instance.Replayed.Keep(turn, session);
        if (session.Over is null)
            ready[instance] = session;
        hub.Take(instance, turn);
        shell.Kept(instance, session.Context);
        foreach (var act in turn.Asked.OfType<Asked.Act>())
        {
            if (world.Faults.Hit(Fault.CrashAmongDeeds))
                throw new Killed();
            Execute(instance, act);
        }
    }

    private void Execute(HubInstance instance, Asked.Act act)
    {
        In(world.Dice.Between(0, 0.01), () => Run(instance, act));
        if (world.Faults.Hit(Fault.ExecutedTwice))
            In(world.Dice.Between(0, 5), () => Run(instance, act));
    }

    private async void Run(HubInstance instance, Asked.Act act)
    {
        if (instance.IsGone || !instance.Running.Contains(act))
            return;
        Arrival result;
        try
        {
            result = new Arrival.Done(act.Request, await shell.Planted.ExecuteAsync(activities, act.Activity, act.Input, $"invocation-{Epoch}-{++invocations}"));
        }
#pragma warning disable CA1031 // Whatever an activity throws, its host hands to the orchestrator.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (failure is Violation)
                world.Broken ??= failure;
            result = new Arrival.Failed(act.Request, failure.Message);
        }
        try
        {
            Do(() => Answer(instance, act, result));
        }
        catch (Violation violation)
        {
            world.Broken ??= violation;
        }
    }

    private void Answer(HubInstance instance, Asked.Act act, Arrival result)
    {
        if (instance.IsGone || !instance.Running.Contains(act))
            return;
        if (world.Faults.Hit(Fault.ResultLost))
        {
            In(world.Dice.Between(0, 30), () => Run(instance, act));
            return;
        }
        In(world.Faults.Hit(Fault.ResultLate) ? world.Dice.Between(1, 300) : world.Dice.Between(0, 0.01), () =>
        {
            if (instance.Running.Remove(act))
                hub.Deliver(instance, result);
        });
    }

    private void Reorder(List<Arrival> inbox)
    {
        if (inbox.Count < 2 || !world.Faults.Hit(Fault.Reordered))
            return;
        var (one, other) = (world.Dice.Below(inbox.Count), world.Dice.Below(inbox.Count));
        (inbox[one], inbox[other]) = (inbox[other], inbox[one]);
    }

    public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var attempt = new WorkerAttempt(world, this, hub, call.RunId, cancellationToken);
        Judged(() => world.Connectors.Start(call, attempt));
        return attempt.Task;
    }

    public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken) => Answered("terminal", "Nobody is there.", done =>
    {
        if (message is not { Id: "run.parked" } || world.Planted != Planted.ParkedToldToNobody)
            world.People.Tell(run.RunId, message, this, done);
        else
            done(true);
    });

    public Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken) =>
        Answered("vault", "No.", done => world.People.Anchor(this, done));

    public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken) => Show(run, new Command.AskForVotes(approval), open);

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken) => Show(run, ask, open);

    private Task<string> Show(RunSummary run, Command question, bool open)
    {
        if (open)
            world.People.Asked(shell.LogOf(run.RunId).Folded, question);
        return Shown;
    }

    private Task RaiseAsync(RunSummary run, CancellationToken cancellationToken)
    {
        world.People.Raise(run.RunId);
        return Task.CompletedTask;
    }

    Task IInstances.ScheduleAsync(string instanceId, string input, CancellationToken cancellationToken)
    {
        hub.Schedule(instanceId, input);
        if (world.Faults.Hit(Fault.ScheduledTwice))
            world.Agenda.In(world.Dice.Between(0, 60), () => hub.Schedule(instanceId, input));
        return Task.CompletedTask;
    }

    Task<bool> IInstances.RaiseAsync(string instanceId, string signal, CancellationToken cancellationToken)
    {
        if (world.Faults.Hit(Fault.DeliveredTwice))
            world.Agenda.In(world.Dice.Between(0, 200), () => hub.Raise(instanceId, signal));
        if (hub.Find(instanceId) is not { IsOver: false })
            return Task.FromResult(false);
        if (world.Faults.Hit(Fault.DeliveredLate))
            world.Agenda.In(world.Dice.Between(0.1, 120), () => hub.RaiseLate(instanceId, signal));
        else
            hub.Raise(instanceId, signal);
        return Task.FromResult(true);
    }

    Task<int> IInstances.PurgeAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken) => throw new NotSupportedException("Simulated runs are younger than what is purged.");

    Task<bool> IInstances.LivesAsync(string instanceId, CancellationToken cancellationToken) => Task.FromResult(hub.Find(instanceId) is { IsOver: false });

    private Task<string> Answered(string answer, string why, Action<Action<bool>> ask)
    {
        var answered = new TaskCompletionSource<string>();
        Judged(() => ask(reached =>
        {
            if (reached)
                answered.SetResult(answer);
            else
                answered.SetException(new IOException(why));
        }));
        return answered.Task;
    }

    /// <summary>The product makes of what its ports throw a failed attempt; what the world throws is not meant for it.</summary>
    private void Judged(Action act)
    {
        try
        {
            act();
        }
        catch (Killed)
        {
            Kill();
        }
        catch (Violation violation)
        {
            world.Broken ??= violation;
        }
    }
}
