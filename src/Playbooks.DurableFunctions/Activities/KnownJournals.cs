using System.Collections.Concurrent;
using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.DurableFunctions.Activities;

/// <summary>
/// Journals as this process has read them. A journal only grows, so what was read stays true and only what has been appended since is fetched:
/// pages that look every two seconds cost one small read each.
/// </summary>
public sealed class KnownJournals(IJournals journals)
{
    /// <summary>When there are more, all are forgotten and read again as they are needed.</summary>
    private const int RunsMax = 256;

    private readonly ConcurrentDictionary<string, KnownJournal> known = new(StringComparer.Ordinal);

    /// <summary>All that a run's journal holds now, with the chain checked; no events when there is no such journal.</summary>
    /// <exception cref="System.Text.Json.JsonException">The bytes do not hold together.</exception>
    public async Task<KnownJournal> ReadAsync(string runId, CancellationToken cancellationToken)
    {
        var before = known.GetValueOrDefault(runId) ?? KnownJournal.Nothing(runId);
        var more = await journals.ReadAsync(runId, before.End.Offset, long.MaxValue, cancellationToken).ConfigureAwait(false);
        if (more.IsEmpty)
            return before;
        var (events, end) = JournalPosition.Read(runId, before.End, more);
        var now = new KnownJournal(before.Events.AddRange(events), end, events.Aggregate(before.Run, (run, stored) => Decider.Evolve(run, stored.Event)));
        if (known.Count >= RunsMax)
            known.Clear();
        // Of two that read at once the longer one stays.
        return known.AddOrUpdate(runId, now, (_, other) => other.End.Offset > now.End.Offset ? other : now);
    }

    /// <summary>Whether a run stands in its journal.</summary>
    public async Task<bool> HoldAsync(string runId, CancellationToken cancellationToken) =>
        known.ContainsKey(runId) || !(await journals.ReadAsync(runId, 0, 1, cancellationToken).ConfigureAwait(false)).IsEmpty;
}

/// <param name="Run">The events, folded.</param>
public sealed record KnownJournal(ImmutableList<StoredEvent> Events, JournalPosition End, Run Run)
{
    public static KnownJournal Nothing(string runId) => new([], JournalPosition.Beginning(runId), Run.Empty);
}
