using Playbooks.DurableFunctions.Orchestration;
using Playbooks.DurableFunctions.Runs;
using Playbooks.Tests.Shells.Replay;

namespace Playbooks.Integration.Tests.Durable;

/// <summary>
/// In the place of the durable task host: histories and inboxes that outlive the workers. Each turn is a replay from the start, each activity is given to
/// one of the workers that live, and is given again when that one dies. In real time, on many threads.
/// </summary>
internal sealed class TaskHub(TimeProvider time) : IInstances
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ReplayedInstance> instances = new(StringComparer.Ordinal);
    private readonly Dictionary<ReplayedInstance, DateTimeOffset> made = [];
    private readonly List<(ReplayedInstance Instance, int Generation, Asked.Timer Timer)> timers = [];
    private readonly Dictionary<Asked.Act, Open> open = new(ReferenceEqualityComparer.Instance);
    private readonly List<AppWorker> workers = [];
    private TaskCompletionSource quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? failure;
    private int invocations;

    /// <summary>Asked when an activity has done its work and its result is not kept yet: whether its worker dies there.</summary>
    public Func<AppWorker, bool> DiesBeforeResult { get; set; } = _ => false;

    /// <summary>Whether whoever raises a signal dies before it is raised.</summary>
    public bool RaisesNothing { get; set; }

    /// <summary>Whether the hub does not answer whoever wants an instance of it.</summary>
    public bool SchedulesNothing { get; set; }

    public void Add(AppWorker worker)
    {
        lock (gate)
        {
            workers.Add(worker);
            foreach (var (act, waiting) in open.Where(one => one.Value.Worker is null or { IsDead: true }).ToList())
                Give(act, waiting);
        }
    }

    /// <summary>As an operator purges an instance, or as a hub is lost: nothing of it is left but what lies outside.</summary>
    public void Lose(string instanceId)
    {
        lock (gate)
            instances.Remove(instanceId);
    }

    public Task ScheduleAsync(string instanceId, string input, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (SchedulesNothing)
                return Task.FromException(new IOException("The hub does not answer."));
            if (!instances.TryGetValue(instanceId, out var there) || there.IsOver)
            {
                var instance = instances[instanceId] = new ReplayedInstance(instanceId, input, RunOrchestrator.RunAsync);
                made[instance] = time.GetUtcNow();
                Wake(instance);
            }
        }
        return Task.CompletedTask;
    }

    public Task<bool> RaiseAsync(string instanceId, string signal, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (RaisesNothing)
                return Task.FromException<bool>(new IOException("The worker has died."));
            if (!instances.TryGetValue(instanceId, out var instance) || instance.IsOver)
                return Task.FromResult(false);
            instance.Inbox.Add(new Arrival.Raised(signal));
            Wake(instance);
        }
        return Task.FromResult(true);
    }

    public Task<bool> LivesAsync(string instanceId, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult(instances.TryGetValue(instanceId, out var instance) && !instance.IsOver);
    }

    public Task<int> PurgeAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var old = instances.Values.Where(instance => instance.IsOver && made[instance] < madeBefore).ToList();
            foreach (var instance in old)
                instances.Remove(instance.Id);
            return Task.FromResult(old.Count);
        }
    }

    /// <summary>Until nothing is under way: every run waits for people, for time, or for a worker.</summary>
    public async Task QuietAsync(CancellationToken cancellationToken)
    {
        Task until;
        lock (gate)
        {
            foreach (var due in timers.Where(timer => timer.Timer.DueAt <= time.GetUtcNow()).ToList())
            {
                timers.Remove(due);
                if (due.Instance.Generation != due.Generation)
                    continue;
                due.Instance.Inbox.Add(new Arrival.TimerFired(due.Timer.Request));
                Wake(due.Instance);
            }
            quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
            until = quiet.Task;
            Look();
        }
        await until.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
    }

    private void Wake(ReplayedInstance instance)
    {
        try
        {
            while (!instance.IsOver && instance.Inbox.Count > 0)
            {
                var generation = instance.Generation;
                foreach (var asked in instance.Wake(time.GetUtcNow(), crash: false))
                    Take(instance, generation, asked);
            }
        }
#pragma warning disable CA1031 // Whatever the orchestrator throws is what the test is to be told.
        catch (Exception wrong)
#pragma warning restore CA1031
        {
            failure ??= wrong;
        }
        Look();
    }

    private void Take(ReplayedInstance instance, int generation, Asked asked)
    {
        switch (asked)
        {
            case Asked.Act act:
                Give(act, open[act] = new Open(instance, generation));
                break;
            case Asked.Timer timer:
                timers.Add((instance, generation, timer));
                break;
            case Asked.Cancel cancel:
                timers.RemoveAll(timer => timer.Instance == instance && timer.Generation == generation && timer.Timer.Request == cancel.Request);
                break;
        }
    }

    private void Give(Asked.Act act, Open waiting)
    {
        if (workers.Where(worker => !worker.IsDead).ToList() is not { Count: > 0 } living)
        {
            waiting.Worker = null;
            return;
        }
        var number = ++invocations;
        var worker = waiting.Worker = living[number % living.Count];
        _ = Task.Run(async () =>
        {
            Arrival arrival;
            try
            {
                arrival = new Arrival.Done(act.Request, await worker.ExecuteAsync(act.Activity, act.Input, $"invocation-{number}"));
            }
#pragma warning disable CA1031 // As a host takes it: whatever it is, the activity has failed.
            catch (Exception wrong)
#pragma warning restore CA1031
            {
                arrival = new Arrival.Failed(act.Request, wrong.Message);
            }
            Done(act, waiting, worker, arrival);
        });
    }

    private void Done(Asked.Act act, Open waiting, AppWorker worker, Arrival arrival)
    {
        lock (gate)
        {
            if (!worker.IsDead && DiesBeforeResult(worker))
                worker.Die();
            if (worker.IsDead)
            {
                // Of all that it had, nothing was answered.
                foreach (var (lost, of) in open.Where(one => one.Value.Worker == worker).ToList())
                    Give(lost, of);
                Look();
                return;
            }
            if (waiting.Worker != worker || !open.Remove(act))
                return;
            if (waiting.Instance.Generation == waiting.Generation)
                waiting.Instance.Inbox.Add(arrival);
            Wake(waiting.Instance);
        }
    }

    private void Look()
    {
        if (failure is not null)
            quiet.TrySetException(failure);
        else if (open.Values.All(one => one.Worker is null or { IsDead: true }))
            quiet.TrySetResult();
    }

    private sealed class Open(ReplayedInstance instance, int generation)
    {
        public ReplayedInstance Instance => instance;
        public int Generation => generation;
        /// <summary>Who has it; null when nobody lives.</summary>
        public AppWorker? Worker { get; set; }
    }
}
