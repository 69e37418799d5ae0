using Playbooks.DurableFunctions.Orchestration;
using Playbooks.DurableFunctions.Runs;

namespace Playbooks.Tests.Shells.Replay;

/// <summary>Where the host of the orchestrations dies. Asked before each step; the default never.</summary>
internal sealed class Deaths
{
    /// <summary>After an orchestrator's turn, before it is kept.</summary>
    public Func<string, bool> BeforeTurnIsKept { get; set; } = _ => false;
    /// <summary>After an activity has done its work, before its result is kept: it is run again.</summary>
    public Func<string, bool> BeforeResultIsKept { get; set; } = _ => false;
    /// <summary>An activity is given to two workers at the same time; the result that comes first counts.</summary>
    public Func<string, bool> RunsTwiceAtOnce { get; set; } = _ => false;
}

/// <summary>
/// In the place of a durable task host: keeps histories, wakes instances by replaying them, runs activities, fires timers in virtual time. Of
/// the orchestrator nothing is kept but its history, so every wake-up is a recovery.
/// </summary>
/// <param name="execute">Runs an activity: its name, its input, and the name of the invocation.</param>
internal sealed class ReplayRunner(Agenda agenda, Func<IOrchestration, Task<string>> orchestrator, Func<string, string, string, Task<string>> execute) : IInstances
{
    private readonly Dictionary<string, ReplayedInstance> instances = new(StringComparer.Ordinal);
    private readonly HashSet<(string, int, int)> cancelled = [];
    /// <summary>Activities without a result, each with what runs it once more.</summary>
    private readonly Dictionary<Asked.Act, Action> running = new(ReferenceEqualityComparer.Instance);
    private int invocations;

    public Deaths Deaths { get; } = new();
    public IReadOnlyCollection<ReplayedInstance> Instances => instances.Values;
    public ReplayedInstance Instance(string id) => instances[id];

    public Task ScheduleAsync(string instanceId, string input, CancellationToken cancellationToken)
    {
        if (instances.TryAdd(instanceId, new ReplayedInstance(instanceId, input, orchestrator)))
            WakeSoon(instances[instanceId]);
        return Task.CompletedTask;
    }

    public Task<bool> RaiseAsync(string instanceId, string signal, CancellationToken cancellationToken)
    {
        if (!instances.TryGetValue(instanceId, out var instance) || instance.IsOver)
            return Task.FromResult(false);
        Arrive(instance, new Arrival.Raised(signal));
        return Task.FromResult(true);
    }

    public Task<bool> LivesAsync(string instanceId, CancellationToken cancellationToken) => Task.FromResult(instances.TryGetValue(instanceId, out var instance) && !instance.IsOver);

    public Task<int> PurgeAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken) => throw new NotSupportedException("Nobody tells when an instance was made; Purge takes it by its name.");

    /// <summary>The workers have died: what they had not answered is given to others.</summary>
    public void RunAgain()
    {
        foreach (var (act, run) in running.ToList())
        {
            if (running.ContainsKey(act))
                run();
        }
    }

    /// <summary>As an operator purges an instance: nothing of it is left but what lies outside.</summary>
    public void Purge(string instanceId) => instances.Remove(instanceId);

    private void Arrive(ReplayedInstance instance, Arrival arrival)
    {
        instance.Inbox.Add(arrival);
        WakeSoon(instance);
    }

    private void WakeSoon(ReplayedInstance instance) => agenda.Enter(agenda.Now, Agenda.Inside, instance.Id, () => Wake(instance));

    private void Wake(ReplayedInstance instance)
    {
        if (instance.IsOver || instance.Inbox.Count == 0 || !instances.ContainsValue(instance))
            return;
        var generation = instance.Generation;
        if (Deaths.BeforeTurnIsKept(instance.Id))
            instance.Wake(agenda.Now, crash: true);
        foreach (var asked in instance.Wake(agenda.Now, crash: false))
        {
            switch (asked)
            {
                case Asked.Act act:
                    Start(instance, generation, act);
                    break;
                case Asked.Timer timer:
                    agenda.Enter(timer.DueAt, Agenda.Timers, instance.Id, () =>
                    {
                        if (instance.Generation == generation && !cancelled.Remove((instance.Id, generation, timer.Request)))
                            Fire(instance, timer.Request);
                    });
                    break;
                case Asked.Cancel cancel:
                    cancelled.Add((instance.Id, generation, cancel.Request));
                    break;
                case Asked.Continue:
                    WakeSoon(instance);
                    break;
            }
        }
    }

    /// <summary>Now, and not soon: of two timers that are due, the second is perhaps not wanted any more.</summary>
    private void Fire(ReplayedInstance instance, int request)
    {
        instance.Inbox.Add(new Arrival.TimerFired(request));
        Wake(instance);
    }

    private void Start(ReplayedInstance instance, int generation, Asked.Act act)
    {
        running[act] = Run;
        if (Deaths.RunsTwiceAtOnce(act.Activity))
            Run();
        Run();

        void Run()
        {
            var work = Execute(act);
            if (work.IsCompleted)
                Done(work);
            else
                work.ContinueWith(Done, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        void Done(Task<string> work)
        {
            // Of two that ran it the first has been heard.
            if (!running.ContainsKey(act))
                return;
            if (Deaths.BeforeResultIsKept(act.Activity))
            {
                Run();
                return;
            }
            running.Remove(act);
            if (instance.Generation == generation)
                Arrive(instance, work.IsCompletedSuccessfully ? new Arrival.Done(act.Request, work.Result)
                    : new Arrival.Failed(act.Request, work.Exception?.GetBaseException().Message ?? "It was cancelled."));
        }
    }

    private async Task<string> Execute(Asked.Act act) =>
        await execute(act.Activity, act.Input, $"invocation-{++invocations}").ConfigureAwait(false);
}
