using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;

namespace Playbooks.Browser.Tests.Stages;

/// <summary>Runs in memory, told by the real decider. Nothing acts: a run stands where its events leave it until somebody says something.</summary>
internal sealed class StagedRuns(TimeProvider time) : IRuns
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Staged> runs = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How often anything was asked to change.</summary>
    public int Changes { get; private set; }

    public void Add(IEnumerable<RunEvent> events)
    {
        var run = Run.Empty;
        var stored = new List<StoredEvent>();
        foreach (var happened in events)
            run = Append(run, stored, happened);
        lock (gate)
            runs[run.Id] = new(run, stored);
    }

    /// <summary>As a shell would: the event and what follows from it.</summary>
    public void Hears(string runId, RunEvent happened)
    {
        TaskCompletionSource told;
        lock (gate)
        {
            var staged = runs[runId];
            var (run, stored) = (staged.Run, new List<StoredEvent>(staged.Events));
            foreach (var fact in Decider.React(run, [happened], "stage").Appended)
                run = Append(run, stored, fact);
            runs[runId] = new(run, stored);
            (told, changed) = (changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        told.SetResult();
    }

    public async Task<bool> ChangedAsync(string runId, long sequence, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (runs[runId].Events.Count > sequence)
                    return true;
                if (runs[runId].Run.IsQuiet)
                    return false;
                next = changed.Task;
            }
            await next.WaitAsync(cancellationToken);
        }
    }

    public Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken)
    {
        Changes++;
        if (!runs.ContainsKey(runId))
            return Task.FromResult(false);
        Hears(runId, happened with { At = time.GetUtcNow() });
        return Task.FromResult(true);
    }

    public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        Changes++;
        var id = $"{request.Playbook.Name}-started";
        var now = time.GetUtcNow();
        var started = new RunEvent.RunStarted(id, request.Mode, Decider.LogicVersion, new PinnedText(request.Playbook.Name, request.Playbook.Digest, request.Playbook.Text),
            new PinnedText(request.Environment.Name, request.Environment.Digest, request.Environment.Text), request.Inputs, null, request.StartedBy, null, now, null, null, now);
        lock (gate)
            runs[id] = new(Run.Empty, []);
        Hears(id, started);
        return Task.FromResult<StartResult>(new StartResult.Started(id));
    }

    public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyList<RunSummary>>([.. runs.Values.Select(staged => staged.Run.Summary()).OrderBy(run => run.CreatedAt)]);
    }

    public Task<Run?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult(runs.GetValueOrDefault(runId)?.Run);
    }

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyList<StoredEvent>>([.. (runs.GetValueOrDefault(runId)?.Events ?? []).Skip((int)fromSequence - 1)]);
    }

    private static Run Append(Run run, List<StoredEvent> stored, RunEvent happened)
    {
        run = Decider.Evolve(run, happened);
        var json = EventJson.Write(happened);
        stored.Add(new StoredEvent(run.Id, stored.Count + 1, happened, HashChain.Next(stored.Count == 0 ? HashChain.Genesis(run.Id) : stored[^1].Hash, json), json));
        return run;
    }

    private sealed record Staged(Run Run, IReadOnlyList<StoredEvent> Events);
}
