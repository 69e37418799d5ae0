using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Sqlite;

namespace Playbooks.Tests.Simulation;

/// <summary>The journal in memory, as strict as the file: whole batches, one owner, every run exactly where its writer thinks it is.</summary>
internal sealed class SimulatedDisk(Planted planted, bool readsBack) : IStored
{
    private readonly Dictionary<string, StartResult> starts = new(StringComparer.Ordinal);
    private readonly Dictionary<RunKey, Admission> keys = [];
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), string> playbooks = [];

    internal long Epoch { get; private set; }
    internal bool Full { get; set; }

    /// <summary>In the order they were made.</summary>
    internal List<Log> Logs { get; } = [];

    internal Dictionary<string, Log> ByRun { get; } = new(StringComparer.Ordinal);

    internal long Open()
    {
        if (planted == Planted.TailLostOnOpening && Logs.FirstOrDefault(log => !log.Settled && log.Events.Count > 3) is { } log)
            log.Events.RemoveAt(log.Events.Count - 1);
        return ++Epoch;
    }

    internal bool KeepPlaybook(string name, string version, string digest, string text)
    {
        texts.TryAdd(digest, text);
        return playbooks.TryGetValue((name, version), out var known) ? known == digest : playbooks.TryAdd((name, version), digest);
    }

    internal void KeepText(string digest, string text) => texts.TryAdd(digest, text);

    /// <exception cref="JournalException">Nothing was stored.</exception>
    internal List<StoredEvent> Append(long epoch, JournalBatch batch)
    {
        if (epoch != Epoch && planted != Planted.NoFencing)
            throw new JournalFencedException(epoch, Epoch);
        if (Full)
            throw new JournalException("The disk is full.", "Free space.");
        var stored = new List<StoredEvent>();
        foreach (var append in batch.Runs)
            Append(append, stored);
        foreach (var (request, result) in batch.Starts)
            starts.TryAdd(request, result);
        foreach (var (key, state) in batch.Keys)
            keys[key] = state;
        return stored;
    }

    private void Append(RunAppend append, List<StoredEvent> stored)
    {
        if (!ByRun.TryGetValue(append.RunId, out var log))
        {
            ByRun[append.RunId] = log = new Log(append.RunId);
            Logs.Add(log);
        }
        // The file refuses this as a defect, and so it is one.
        Violation.When(log.Events.Count != append.After && planted != Planted.NoFencing, Promises.History,
            () => $"{append.RunId} stands at {log.Events.Count} and was to be continued after {append.After}");
        foreach (var prepared in append.Prepared)
        {
            var before = log.Events.Count == 0 || planted == Planted.ChainNotLinked ? HashChain.Genesis(log.RunId) : log.Events[^1].Hash;
            var entry = new StoredEvent(log.RunId, log.Events.Count + 1, prepared.Event, HashChain.Next(before, prepared.Json), prepared.Json);
            log.Events.Add(entry);
            stored.Add(entry);
        }
        log.Rest = append.Rest;
        if (append.AllTimers || log.Settled)
            log.Timers.Clear();
        foreach (var id in append.TimersDropped)
            log.Timers.Remove(id);
        foreach (var timer in append.TimersSet)
            log.Timers[timer.Id] = timer.DueAt;
    }

    long IStored.Epoch() => Epoch;

    public LeftRuns Left()
    {
        var left = Logs.Where(log => !log.Settled).Skip(planted == Planted.RunForgottenOnOpening && Epoch > 1 ? 1 : 0).ToList();
        return new LeftRuns(left.ConvertAll(log => new LeftRun(log.RunId, log.Rest)),
            [.. left.Where(log => log.Rest != Rest.Busy).SelectMany(log => log.Timers.Select(timer => new LeftTimer(log.RunId, timer.Key, timer.Value)))]);
    }

    public RunHistory? History(string runId)
    {
        if (!ByRun.TryGetValue(runId, out var log))
            return null;
        return readsBack
            ? RunHistory.Verified(runId, log.Events.ConvertAll(stored => new StoredRow(stored.Sequence, Convert.FromHexString(stored.Hash), stored.Json.ToArray())),
                log.Events.Count, Convert.FromHexString(log.Events[^1].Hash))
            : new RunHistory(runId, [.. log.Events], null);
    }

    public StartResult? Start(string requestId) => planted == Planted.StartsForgotten ? null : starts.GetValueOrDefault(requestId);

    public IReadOnlyList<KeyValuePair<RunKey, Admission>> Keys() => planted == Planted.KeysForgotten ? [] : [.. keys];

    public string? Text(string digest) => texts.GetValueOrDefault(digest);

    internal sealed class Log(string runId) : RunLog(runId)
    {
        internal SortedDictionary<string, DateTimeOffset> Timers { get; } = new(StringComparer.Ordinal);
        internal Rest Rest { get; set; }
        internal override bool Settled => Rest == Rest.Settled;
    }
}
