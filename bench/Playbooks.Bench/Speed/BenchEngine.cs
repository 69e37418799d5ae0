using System.Collections.Concurrent;
using System.Diagnostics;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Sqlite;

namespace Playbooks.Bench.Speed;

/// <summary>The engine as it ships, on a journal of its own with <c>synchronous=FULL</c>, in a world that answers at once.</summary>
internal sealed class BenchEngine : IActions, IPeople, IAnchors, IAsyncDisposable
{
    private static readonly Task<Outcome> Done = Task.FromResult<Outcome>(new Outcome.Succeeded(JsonData.EmptyObject));
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo folder = BenchFolder.Make();
    private readonly ConcurrentQueue<(string Run, long At, long Commits)> calls = new();
    private Engine engine = null!;
    private TaskCompletionSource ended = new();
    private int awaited;

    public string JournalPath => Path.Combine(folder.FullName, "journal.db");

    /// <summary>Transactions so far.</summary>
    public long Commits => engine.Commits;

    /// <summary>When each action was called, and how many commits there had been, in order.</summary>
    public IReadOnlyList<(string Run, long At, long Commits)> Calls => [.. calls];

    public static async Task<BenchEngine> OpenAsync()
    {
        var made = new BenchEngine();
        made.engine = await Engine.OpenAsync(made.JournalPath, new EngineOptions
        {
            Actions = made, People = made, Anchors = made, RaiseAlert = (_, _) => Task.CompletedTask,
        });
        return made;
    }

    /// <summary>Starts so many runs at once and waits until the last of them is over and everything of it is durable.</summary>
    /// <returns>How long it took, and the first run.</returns>
    public async Task<(TimeSpan Took, string First)> RunAllAsync(Playbook playbook, int runs)
    {
        calls.Clear();
        (awaited, ended) = (runs, new(TaskCreationOptions.RunContinuationsAsynchronously));
        var clock = Stopwatch.StartNew();
        var first = (await StartAsync(playbook, runs))[0];
        await ended.Task.WaitAsync(Patience);
        // Comes after all that was reported before, and is answered when that is durable.
        await engine.SignalAsync(first, new RunEvent.TimerFired("bench", default), CancellationToken.None);
        return (clock.Elapsed, first);
    }

    /// <summary>Starts so many runs at once; their starts are durable on return.</summary>
    public async Task<string[]> StartAsync(Playbook playbook, int runs)
    {
        var started = await Task.WhenAll(Enumerable.Range(0, runs).Select(_ =>
            engine.StartAsync(BenchTexts.Request(playbook, Guid.NewGuid().ToString()), CancellationToken.None)));
        return Array.ConvertAll(started, start => start is StartResult.Started known ? known.RunId : throw new InvalidOperationException(start.ToString()));
    }

    Task<Outcome> IActions.ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        calls.Enqueue((call.RunId, Stopwatch.GetTimestamp(), engine.Commits));
        return Done;
    }

    Task<string> IPeople.TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken)
    {
        if (message.Id == "run.ended" && Interlocked.Decrement(ref awaited) == 0)
            ended.TrySetResult();
        return Task.FromResult("bench");
    }

    Task IPeople.ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken) => Task.CompletedTask;

    Task IPeople.ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken) => Task.CompletedTask;

    Task<string> IAnchors.AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken) =>
        Task.FromResult("bench");

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>Stops the engine and keeps the journal until this is disposed of.</summary>
    public ValueTask StopAsync() => engine.DisposeAsync();
}

/// <summary>Where the files lie that are measured: beside the program, because a folder for temporary files is often none on a disk.</summary>
internal static class BenchFolder
{
    public static DirectoryInfo Make() => Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "measured", Guid.NewGuid().ToString("N")));
}
