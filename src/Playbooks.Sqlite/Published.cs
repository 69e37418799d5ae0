using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>The busy runs as they stand on the disk, and who waits for what comes next of any run. What only waits or is over is not here; the journal has it.</summary>
internal sealed class Published
{
    private readonly object gate = new();
    private readonly Dictionary<string, Run> busy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource> followed = new(StringComparer.Ordinal);

    /// <param name="run">Null when it rests.</param>
    internal void Show(string runId, Run? run)
    {
        TaskCompletionSource? changed;
        lock (gate)
        {
            if (run is null)
                busy.Remove(runId);
            else
                busy[runId] = run;
            followed.Remove(runId, out changed);
        }
        changed?.TrySetResult();
    }

    /// <summary>Null when it is not busy.</summary>
    internal Run? Find(string runId)
    {
        lock (gate)
            return busy.GetValueOrDefault(runId);
    }

    internal IReadOnlyList<Run> All()
    {
        lock (gate)
            return [.. busy.Values];
    }

    /// <summary>Completes when the run is next shown.</summary>
    internal Task Changed(string runId)
    {
        lock (gate)
        {
            if (!followed.TryGetValue(runId, out var changed))
                followed[runId] = changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return changed.Task;
        }
    }
}
