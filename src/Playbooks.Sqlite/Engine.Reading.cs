using System.Runtime.CompilerServices;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>What is durable, for whoever looks: busy runs from memory, the others from the journal.</summary>
public sealed partial class Engine
{
    private readonly Published published = new();

    public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, RunSummary>(StringComparer.Ordinal);
        // Before and after: a run that comes to rest, or leaves it, while the journal is read must not be missing.
        var before = published.All();
        foreach (var summary in journal.Reader.RestingSummaries())
            seen[summary.RunId] = summary;
        foreach (var run in before.Concat(published.All()))
            seen[run.Id] = run.Summary();
        return Task.FromResult<IReadOnlyList<RunSummary>>(
            [.. seen.Values.OrderBy(summary => summary.CreatedAt).ThenBy(summary => summary.RunId, StringComparer.Ordinal)]);
    }

    public Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) => Task.FromResult(published.Find(runId) ?? loop.Load(runId)?.Run);

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) =>
        Task.FromResult(journal.Reader.Events(runId, fromSequence));

    /// <summary>
    /// Every event of a run once and in order: those in the journal, then the coming ones as they become durable. Ends when the run is
    /// over and nothing of it is outstanding, when it is parked, or when the engine stops.
    /// </summary>
    public async IAsyncEnumerable<StoredEvent> SubscribeAsync(string runId, long fromSequence = 1,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // Nobody waits for a run that is over. Looked up again with the task in hand, and before reading: what is shown then is in the
            // journal, and what comes later completes the task.
            var changed = GoesOn(runId) ? published.Changed(runId) : null;
            var goesOn = changed is not null && GoesOn(runId);
            foreach (var stored in journal.Reader.Events(runId, fromSequence))
            {
                yield return stored;
                fromSequence = stored.Sequence + 1;
            }
            if (!goesOn || stopped.Task.IsCompleted)
                yield break;
            await Task.WhenAny(changed!, stopped.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool GoesOn(string runId) => published.Find(runId) is { } busy ? !busy.IsQuiet : journal.Reader.IsLeft(runId);
}
