using Microsoft.Extensions.Time.Testing;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.DurableFunctions.Runs;
using Playbooks.Tests.Shells.Durable;
using Playbooks.Tests.Shells.Replay;

namespace Playbooks.Tests.Shells.Contract;

/// <summary>The second shell on the replay runner. Single-threaded: all that can happen has happened when a call returns.</summary>
internal sealed class DurableShell : ITestShell
{
    private readonly Agenda agenda = new(new FakeTimeProvider(ShellContract.Start));
    private readonly ScriptedWorld world;
    private readonly DurableRuns runs;
    private readonly Inbox inbox;
    private ProcessOutside outside;
    private RunActivities activities;

    /// <param name="store">What keys and texts are reached through; null for the stores themselves.</param>
    public DurableShell(ScriptedWorld world, Logic logic, Rotation rotation, Func<MemoryStores, MortalKeys>? store = null)
    {
        this.world = world;
        Runner = new ReplayRunner(agenda, context => RunOrchestrator.RunAsync(context, logic, rotation),
            (name, input, owner) => activities!.ExecuteAsync(name, input, owner, CancellationToken.None));
        var mortal = store?.Invoke(Stores);
        ITexts texts = mortal is null ? Stores : mortal;
        inbox = new Inbox(Runner, Stores, new KnownJournals(Stores), agenda.Time);
        Keys = new RunKeys(mortal is null ? Stores : mortal, texts, new KnownJournals(Stores), Runner, inbox, agenda.Time);
        runs = new DurableRuns(Runner, new KnownJournals(Stores), texts, inbox, Stores, Keys, agenda.Time);
        outside = new ProcessOutside(world);
        activities = Living();
    }

    public ReplayRunner Runner { get; }

    public MemoryStores Stores { get; } = new();

    public DurableRuns Durable => runs;

    public RunKeys Keys { get; }

    public IRuns Runs => new Prompt(this);

    public DateTimeOffset Now => agenda.Now;

    public Task AdvanceAsync(TimeSpan time) => Do(() => agenda.Until(agenda.Now + time));

    public Task SettleAsync(string runId) => Do(Settle);

    public async Task<IReadOnlyList<StoredEvent>> UntilAsync(string runId, Func<RunEvent, bool> isMeant)
    {
        await Do(Settle);
        var events = await runs.ReadAsync(runId, 1, TestContext.Current.CancellationToken);
        var meant = events.Select((stored, index) => (stored, index)).FirstOrDefault(item => isMeant(item.stored.Event));
        return meant.stored is null
            ? throw new InvalidOperationException("It did not happen; the run had: " + string.Join(", ", events.Select(stored => EventNames.Of(stored.Event))))
            : [.. events.Take(meant.index + 1)];
    }

    public Task UntilAsync(Func<bool> isMeant) => Do(() =>
    {
        Settle();
        Assert.True(isMeant(), $"The world is not as meant; it was asked for {string.Join(", ", world.Names)}.");
    });

    public Task SignalTwiceAsync(string runId, RunEvent happened) => Do(() =>
    {
        var delivery = $"delivery-{happened}";
        _ = runs.SignalAsync(runId, delivery, happened, CancellationToken.None);
        _ = runs.SignalAsync(runId, delivery, happened, CancellationToken.None);
        Settle();
    });

    /// <summary>What a host does every minute.</summary>
    public Task PatrolAsync() => Do(() =>
    {
        Keys.PatrolAsync(CancellationToken.None).GetAwaiter().GetResult();
        inbox.RaiseAgainAsync(CancellationToken.None).GetAwaiter().GetResult();
        Settle();
    });

    public Task CrashAsync() => Do(() =>
    {
        outside.Die();
        outside = new ProcessOutside(world);
        activities = Living();
        Runner.RunAgain();
        Settle();
    });

    /// <summary>What every behaviour of the contract may cost at most, whichever playbook it plays: one append for each thing that happens, and so two activities for each action.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var instance in Runner.Instances)
        {
            var appends = instance.Activities.GetValueOrDefault(ActivityNames.Append);
            // The answer to an append is one of the things that come, and asks for none.
            Assert.True(appends <= instance.Arrived - appends + 1, $"{instance.Id}: {appends} appends for {instance.Arrived} arrivals, the appends' own answers among them");
        }
        return ValueTask.CompletedTask;
    }

    private RunActivities Living()
    {
        var alive = outside;
        return new RunActivities(Stores, new KnownJournals(Stores), Stores, Stores, Stores, Stores, Keys, new RunOutside(alive, alive, alive, (run, _) => alive.RaiseAsync(run)), agenda.Time);
    }

    private void Settle()
    {
        while (agenda.Next(agenda.Now))
        {
        }
    }

    /// <summary>Without the test framework's context: what becomes ready goes on here and now.</summary>
    private static Task Do(Action action)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
        return Task.CompletedTask;
    }

    /// <summary>The client, with everything done that follows from a call when it returns.</summary>
    private sealed class Prompt(DurableShell shell) : IRuns
    {
        public async Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken) =>
            await Done(shell.runs.StartAsync(request, cancellationToken));

        public async Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken) =>
            await Done(shell.runs.SignalAsync(runId, happened, cancellationToken));

        public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) => shell.runs.ListAsync(cancellationToken);

        public Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) => shell.runs.FindAsync(runId, cancellationToken);

        public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) =>
            shell.runs.ReadAsync(runId, fromSequence, cancellationToken);

        private async Task<T> Done<T>(Task<T> call)
        {
            await Do(shell.Settle);
            return await call;
        }
    }
}
