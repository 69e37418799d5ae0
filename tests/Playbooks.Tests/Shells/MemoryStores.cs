using System.Collections.Concurrent;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;

namespace Playbooks.Tests.Shells;

/// <summary>Stores in memory that answer as the real ones do: appends by length, rows made once.</summary>
internal sealed class MemoryStores : IJournals, IOutcomes, ITexts, IDeliveries, IKeys, IRunIndex
{
    private readonly ConcurrentDictionary<string, Journal> journals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string RunId, string Id), string> deliveries = [];
    private readonly ConcurrentDictionary<RunKey, KeptKey> keys = [];
    private readonly ConcurrentDictionary<string, RunSummary> index = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> rows = new(StringComparer.Ordinal);

    private int transactions;

    /// <summary>Calls that a store on a network would be asked.</summary>
    public int Transactions => Volatile.Read(ref transactions);

    /// <summary>Asked before each append; what it throws is what the storage throws.</summary>
    public Action<string> BeforeAppend { get; set; } = _ => { };

    /// <summary>Asked after each; what it throws is what is heard of an append that has happened.</summary>
    public Action<string> AfterAppend { get; set; } = _ => { };

    public Task<bool> TryAppendAsync(string runId, long length, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref transactions);
        try
        {
            BeforeAppend(runId);
            if (!journals.GetOrAdd(runId, _ => new Journal()).TryAppend(length, block.Span))
                return Task.FromResult(false);
            AfterAppend(runId);
            return Task.FromResult(true);
        }
        catch (IOException error)
        {
            return Task.FromException<bool>(error);
        }
    }

    public Task<ReadOnlyMemory<byte>> ReadAsync(string runId, long offset, long bytesMax, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref transactions);
        var journal = journals.TryGetValue(runId, out var known) ? known.Bytes : default;
        var from = (int)Math.Min(offset, journal.Length);
        return Task.FromResult(journal.Slice(from, (int)Math.Min(bytesMax, journal.Length - from)));
    }

    public Task<string?> FindAsync(string runId, string commandId, CancellationToken cancellationToken) => Find($"outcome/{runId}/{commandId}");

    public Task<string> ClaimAsync(string runId, string commandId, string owner, CancellationToken cancellationToken) => Keep($"claim/{runId}/{commandId}", owner);

    public Task<string> KeepAsync(string runId, string commandId, string outcome, CancellationToken cancellationToken) => Keep($"outcome/{runId}/{commandId}", outcome);

    Task<string?> ITexts.FindAsync(string digest, CancellationToken cancellationToken) => Find("text/" + digest);

    Task ITexts.KeepAsync(string digest, string text, CancellationToken cancellationToken) => Keep("text/" + digest, text);

    public Task<string> KeepVersionAsync(string name, string version, string digest, CancellationToken cancellationToken) => Keep($"version/{name}/{version}", digest);

    public Task<string> KeepStartAsync(string requestId, string answer, CancellationToken cancellationToken) => Keep("start/" + requestId, answer);

    Task IDeliveries.KeepAsync(string runId, string deliveryId, string text, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref transactions);
        deliveries.TryAdd((runId, deliveryId), text);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string runId, string deliveryId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref transactions);
        deliveries.TryRemove((runId, deliveryId), out _);
        return Task.CompletedTask;
    }

    public Task TakenAsync(string runId, string deliveryId, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<IReadOnlyList<KeptDelivery>> OfAsync(string runId, CancellationToken cancellationToken) =>
        [.. (await OlderAsync(DateTimeOffset.MaxValue, int.MaxValue, cancellationToken)).Where(kept => kept.RunId == runId)];

    /// <summary>Those that are there: nobody tells the time here.</summary>
    public Task<IReadOnlyList<KeptDelivery>> OlderAsync(DateTimeOffset than, int atMost, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<KeptDelivery>>(
        [.. deliveries.Select(kept => new KeptDelivery(kept.Key.RunId, kept.Key.Id, kept.Value)).OrderBy(kept => kept.DeliveryId, StringComparer.Ordinal).Take(atMost)]);

    public Task<KeptKey> FindAsync(RunKey key, CancellationToken cancellationToken) =>
        Task.FromResult(keys.TryGetValue(key, out var kept) ? kept : new KeptKey(key, Admission.Free, null));

    public Task<bool> TryChangeAsync(KeptKey before, Admission next, CancellationToken cancellationToken)
    {
        var changed = new KeptKey(before.Key, next, Guid.NewGuid().ToString());
        return Task.FromResult(before.Tag is null ? keys.TryAdd(before.Key, changed)
            : keys.TryGetValue(before.Key, out var now) && now.Tag == before.Tag && keys.TryUpdate(before.Key, changed, now));
    }

    public Task<IReadOnlyList<KeptKey>> BusyAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<KeptKey>>(
        [.. keys.Values.Where(kept => kept.State.RunningRun is not null || !kept.State.HeldBack.IsEmpty).OrderBy(kept => kept.Key.Key, StringComparer.Ordinal)]);

    public Task PutAsync(RunSummary run, CancellationToken cancellationToken)
    {
        if (index.GetValueOrDefault(run.RunId) != run)
            Interlocked.Increment(ref transactions);
        index[run.RunId] = run;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RunSummary>>([.. index.Values.OrderBy(run => run.CreatedAt).ThenBy(run => run.RunId, StringComparer.Ordinal)]);

    private Task<string?> Find(string row)
    {
        Interlocked.Increment(ref transactions);
        return Task.FromResult(rows.GetValueOrDefault(row));
    }

    private Task<string> Keep(string row, string value)
    {
        Interlocked.Increment(ref transactions);
        return Task.FromResult(rows.GetOrAdd(row, value));
    }

    private sealed class Journal
    {
        private readonly Lock writing = new();
        private byte[] room = new byte[4096];
        private int length;

        internal ReadOnlyMemory<byte> Bytes
        {
            get
            {
                lock (writing)
                    return room.AsMemory(0, length);
            }
        }

        internal bool TryAppend(long after, ReadOnlySpan<byte> block)
        {
            lock (writing)
            {
                if (after != length)
                    return false;
                while (length + block.Length > room.Length)
                    Array.Resize(ref room, room.Length * 2);
                block.CopyTo(room.AsSpan(length));
                length += block.Length;
                return true;
            }
        }
    }
}
