using System.Collections.Concurrent;
using System.Threading.Channels;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Sqlite;

/// <summary>
/// The embedded shell: appends what happened, asks what ought to be outstanding, makes it so. One process, one file. What an earlier
/// process left is adopted when it opens.
/// </summary>
public sealed partial class Engine : IRuns, IAsyncDisposable
{
    /// <summary>Callers from outside whose starts and signals are not durable yet; further ones wait.</summary>
    private const int CallersMax = 4096;
    /// <summary>Commits that may be on their way to the disk while the next turn is decided.</summary>
    private const int CommitsAheadMax = 4;
    private const int MessagesPerTurnMax = 4096;
    /// <summary>So that while these are written the next are decided: a thousand runs in one turn would wait for each other at every step.</summary>
    private const int RunsPerTurnMax = 128;

    /// <summary>In the place of a run's id, which is never empty.</summary>
    private const string CooldownTimers = "";

    private readonly Journal journal;
    private readonly EngineOptions options;
    private readonly Inbox inbox = new();
    private readonly Channel<Decided> decided = Channel.CreateBounded<Decided>(new BoundedChannelOptions(CommitsAheadMax) { SingleReader = true, SingleWriter = true });
    private readonly EngineLoop loop;
    private readonly ActionWorkers workers;
    private readonly TimerWheel timers;
    private readonly Outside outside;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim callers = new(CallersMax);
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, bool> keptTexts = new(StringComparer.Ordinal);
    private readonly Task deciding, acting;
    private Task patrolling = Task.CompletedTask;
    private int disposed;

    private Engine(Journal journal, EngineOptions options)
    {
        (this.journal, this.options) = (journal, options);
        Alerts = new StoredAlerts(journal);
        loop = new EngineLoop(journal.Epoch, journal.Owner, journal.Reader, options);
        workers = new ActionWorkers(options, (run, happened) => Post(run, happened));
        timers = new TimerWheel(options.Time, Fired);
        outside = new Outside(options, journal.Reader, Post, stopping.Token);
        deciding = Task.Run(DecideAsync);
        acting = Task.Run(ActAsync);
    }

    /// <summary>Ends when the engine has stopped; faults with what stopped it, for example a disk that fails or another owner.</summary>
    public Task Completion => stopped.Task;

    /// <summary>Alerts, as durable as the runs. What becomes of them is for whoever knows the playbooks to decide.</summary>
    public IAlertInbox Alerts { get; }

    /// <summary>This process, as its events name it.</summary>
    public string Owner => journal.Owner;

    /// <summary>Whether runs go on, or wait for room on the disk.</summary>
    public EngineHealth Health => journal.Health;

    internal long Commits => journal.Commits.Count;

    /// <summary>Ends when all that waited at the opening has been looked at.</summary>
    internal Task Patrolled => patrolling;

    internal int HotRuns => loop.HotRuns;

    /// <summary>
    /// Opens the journal as its only owner and goes on with every run that is not over. Those that only wait are loaded when their time comes.
    /// A large file is checked as a whole after that, beside the work; damage then stops the engine.
    /// </summary>
    /// <exception cref="JournalException">In use, foreign, newer or damaged. The file was not touched.</exception>
    public static async Task<Engine> OpenAsync(string path, EngineOptions options)
    {
        var journal = Journal.Open(path, options.Disk, options.Time, options.Say);
        Engine engine;
        try
        {
            engine = new Engine(journal, options);
        }
        catch (JournalException)
        {
            await journal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        try
        {
            await engine.AdoptAsync().ConfigureAwait(false);
        }
        catch (JournalException)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        return engine;
    }

    public async Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        if (!await KeepTextsAsync(request).ConfigureAwait(false))
            return new StartResult.Rejected([$"Version {request.Playbook.Version} of '{request.Playbook.Name}' is known with another text. Give the changed playbook a new version."]);
        var result = new TaskCompletionSource<StartResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        return await AskAsync(new Message.Start(request, RunInputs.Of(request.Playbook.Inputs, request.Inputs), result), result.Task, cancellationToken)
            .ConfigureAwait(false);
    }

    public Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken)
    {
        var known = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return AskAsync(new Message.Happened(runId, happened with { At = options.Time.GetUtcNow() }, null, known), known.Task, cancellationToken);
    }

    /// <summary>The monitor says that an alert is over: where it was only held back, nothing starts for it when the cooldown ends.</summary>
    /// <param name="alertId">The alert's <c>id</c>.</param>
    public Task ResolveHeldBackAsync(string alertId, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return AskAsync(new Message.AlertResolved(alertId, done), done.Task, cancellationToken);
    }

    /// <summary>
    /// Takes nothing more, lets running actions report within the grace, then stops. What has not reported is adopted at the next opening.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        loop.WindDown();
        journal.StopWaiting();
        var passed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        inbox.Post(new Message.Barrier(passed));
        await Task.WhenAny(passed.Task, stopped.Task).ConfigureAwait(false);
        timers.Dispose();
        await workers.StopAsync().ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        inbox.Close(null);
        await patrolling.ConfigureAwait(false);
        await deciding.ConfigureAwait(false);
        await acting.ConfigureAwait(false);
        stopped.TrySetResult();
        await journal.DisposeAsync().ConfigureAwait(false);
    }

    private async Task AdoptAsync()
    {
        var left = loop.Left();
        timers.SetAll(left.Timers);
        var adopted = new List<Task>();
        foreach (var busy in left.Runs.Where(run => run.Rest == Rest.Busy))
        {
            var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            inbox.Post(new Message.Adopt(loop.LoadLeft(busy.RunId), done));
            adopted.Add(done.Task);
        }
        await Task.WhenAll(adopted).ConfigureAwait(false);
        foreach (var (key, admission) in journal.Reader.Keys())
        {
            if (admission is { HeldBack.IsEmpty: false, CooldownUntil: { } until })
                timers.Set(CooldownTimers, TimerOf(key), until);
        }
        timers.Turn();
        var waiting = left.Runs.Where(run => run.Rest != Rest.Busy).OrderByDescending(run => run.Rest == Rest.Asking).Select(run => run.RunId).ToList();
        var begins = Task.Delay(options.PatrolAfter, options.Time, stopping.Token);
        patrolling = Task.Run(() => PatrolAsync(waiting, begins));
    }

    private void Fired(string run, string id, DateTimeOffset at)
    {
        if (run == CooldownTimers)
            inbox.Post(new Message.CooldownOver(KeyOfTimer(id)));
        else
            Post(run, new RunEvent.TimerFired(id, at));
    }

    private static string TimerOf(RunKey key) => $"{key.Environment}/{key.Key}";

    private static RunKey KeyOfTimer(string id) => new(id[..id.IndexOf('/')], id[(id.IndexOf('/') + 1)..]);

    private void Post(string runId, RunEvent happened, string? reported = null) => inbox.Post(new Message.Happened(runId, happened, reported, null));

    private async Task<T> AskAsync<T>(Message message, Task<T> answer, CancellationToken cancellationToken)
    {
        await callers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(disposed != 0, this);
            inbox.Post(message);
            await Task.WhenAny(answer, stopped.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!answer.IsCompleted)
                await stopped.Task.ConfigureAwait(false);
            return await answer.ConfigureAwait(false);
        }
        finally
        {
            callers.Release();
        }
    }

    private async Task<bool> KeepTextsAsync(StartRequest request)
    {
        var (playbook, environment) = (request.Playbook, request.Environment);
        if (keptTexts.ContainsKey(playbook.Digest + environment.Digest))
            return true;
        await journal.KeepTextAsync(environment.Digest, environment.Text).ConfigureAwait(false);
        foreach (var inlined in playbook.Inlined)
            await journal.KeepTextAsync(inlined.Digest, inlined.Text).ConfigureAwait(false);
        if (!await journal.KeepPlaybookAsync(playbook.Name, playbook.Version, playbook.Digest, playbook.Text).ConfigureAwait(false))
            return false;
        keptTexts[playbook.Digest + environment.Digest] = true;
        return true;
    }

    private async Task FailAsync(Exception error)
    {
        stopped.TrySetException(error);
        timers.Dispose();
        await stopping.CancelAsync().ConfigureAwait(false);
        inbox.FailRest(error);
        workers.Abandon();
    }
}
