using Playbooks.Core.Decisions;

namespace Playbooks.DurableFunctions.Orchestration;

/// <summary>The timers that run. They carry absolute instants, so that a generation can drop them all and the next make them again.</summary>
internal sealed class Timers(IOrchestration context)
{
    private readonly OrderedDictionary<string, Running> running = [];
    private Running? retry;

    internal IEnumerable<Task> Tasks => running.Values.Append(retry).OfType<Running>().Select(timer => timer.Task);

    internal bool AwaitsRetry => retry is not null;

    /// <summary>Exactly these run afterwards.</summary>
    internal void Keep(IEnumerable<Command.StartTimer> wanted)
    {
        var instants = wanted.ToDictionary(timer => timer.Id, timer => timer.DueAt);
        foreach (var (id, timer) in running.ToList())
        {
            if (instants.TryGetValue(id, out var dueAt) && dueAt == timer.DueAt)
                continue;
            timer.Cancel.Cancel();
            running.Remove(id);
        }
        foreach (var (id, dueAt) in instants)
        {
            if (!running.ContainsKey(id))
                running.Add(id, Start(id, dueAt));
        }
    }

    internal void RetryAt(DateTimeOffset at) => retry = Start("", at);

    /// <summary>The timer that has come to its end; null when the task is none. The one without an id asks for an append to be tried again.</summary>
    internal Fired? Take(Task done)
    {
        if (retry?.Task == done)
        {
            retry = null;
            return new Fired("", context.Now);
        }
        foreach (var (id, timer) in running)
        {
            if (timer.Task != done)
                continue;
            running.Remove(id);
            return new Fired(id, timer.DueAt);
        }
        return null;
    }

    private Running Start(string id, DateTimeOffset dueAt)
    {
        var cancel = new CancellationTokenSource();
        return new Running(id, dueAt, context.TimerAsync(dueAt, cancel.Token), cancel);
    }

    internal sealed record Fired(string Id, DateTimeOffset DueAt);

    private sealed record Running(string Id, DateTimeOffset DueAt, Task Task, CancellationTokenSource Cancel);
}
