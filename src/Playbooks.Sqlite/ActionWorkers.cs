using System.Diagnostics.CodeAnalysis;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Sqlite;

/// <summary>
/// Runs actions, a bounded number at a time, in turn over the runs: a run with a thousand steps does not keep another's isolation waiting.
/// Whatever becomes of an action is reported as an event.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source holds no timer and no handle, and actions that report late still look at it.")]
internal sealed class ActionWorkers(EngineOptions options, Action<string, RunEvent> report)
{
    /// <summary>Under what the system's timers can take (49 days).</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(45);

    private readonly object gate = new();
    private readonly Dictionary<string, Queue<ActionCall>> waiting = new(StringComparer.Ordinal);
    /// <summary>Runs that have something waiting, each once.</summary>
    private readonly Queue<string> turns = new();
    private readonly CancellationTokenSource abandoned = new();
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int running;
    private bool stopping;

    internal void Start(ActionCall call)
    {
        lock (gate)
        {
            if (!waiting.TryGetValue(call.RunId, out var queue))
            {
                waiting[call.RunId] = queue = new();
                turns.Enqueue(call.RunId);
            }
            queue.Enqueue(call);
        }
        Fill();
    }

    /// <summary>Starts nothing more and waits for what runs, at most for the grace.</summary>
    internal async Task StopAsync()
    {
        List<ActionCall> unstarted;
        lock (gate)
        {
            stopping = true;
            unstarted = [.. waiting.Values.SelectMany(queue => queue)];
            if (running == 0)
                idle.TrySetResult();
        }
        // The intent is in the journal though nothing was done. What can be repeated is adopted at the next start; the rest would be
        // taken for unknown then, so it is said now that nothing happened.
        foreach (var call in unstarted.Where(call => !ActionReports.MayRepeat(call)))
            report(call.RunId, ActionReports.ShutDown(call, Now));
        try
        {
            await idle.Task.WaitAsync(options.ShutdownGrace, options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts nothing more and cancels what runs: this process may not act any longer.</summary>
    internal void Abandon()
    {
        lock (gate)
            stopping = true;
        abandoned.Cancel();
    }

    private void Fill()
    {
        while (Next(fromWorker: false) is { } call)
            _ = Task.Run(() => WorkAllAsync(call));
    }

    /// <summary>One worker: goes on to the next call by itself, so that a thousand short actions are not a thousand tasks.</summary>
    private async Task WorkAllAsync(ActionCall first)
    {
        for (var call = first; call is not null; call = Next(fromWorker: true))
            await WorkAsync(call).ConfigureAwait(false);
    }

    /// <param name="fromWorker">A worker asks that has done its call; it is over when there is no other.</param>
    private ActionCall? Next(bool fromWorker)
    {
        lock (gate)
        {
            if (fromWorker)
                running--;
            if (stopping && running == 0)
                idle.TrySetResult();
            if (stopping || running >= options.Workers || !turns.TryDequeue(out var run))
                return null;
            var queue = waiting[run];
            var call = queue.Dequeue();
            if (queue.Count > 0)
                turns.Enqueue(run);
            else
                waiting.Remove(run);
            running++;
            return call;
        }
    }

    private async Task WorkAsync(ActionCall call)
    {
        var now = options.Time.GetUtcNow();
        if (call.Command.Deadline <= now)
        {
            report(call.RunId, ActionReports.NoTime(call, Now));
        }
        else
        {
            try
            {
                // One that ignores its deadline does not hold a worker for ever; if it reports later, that is still an event.
                var left = call.Command.Deadline - now < LongestWait ? call.Command.Deadline - now : LongestWait;
                await RunAsync(call, left).WaitAsync(left + Limits.OutcomeGrace, options.Time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
            }
        }
    }

    private async Task RunAsync(ActionCall call, TimeSpan left)
    {
        using var deadline = new CancellationTokenSource(left, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, abandoned.Token);
        RunEvent result;
        try
        {
            var outcome = await CrashPoint.AroundAsync("effect", () => options.Actions.ExecuteAsync(call, either.Token)).ConfigureAwait(false);
            result = ActionReports.Answered(call, outcome, Now);
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            // Nobody knows how far it came; the next owner adopts it.
            return;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            result = ActionReports.Overdue(call, Now);
        }
#pragma warning disable CA1031 // A connector's defect, whatever its type, belongs to this attempt and must not reach the engine.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            result = ActionReports.Threw(call, defect, Now);
        }
        report(call.RunId, result);
    }

    private DateTimeOffset Now => options.Time.GetUtcNow();
}
