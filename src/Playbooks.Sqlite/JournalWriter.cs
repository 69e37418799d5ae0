using Microsoft.Data.Sqlite;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;

namespace Playbooks.Sqlite;

/// <summary>The statements that write, on the one connection and the one thread that may.</summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand begin, commit, rollback, epochOf, headOf, insertRun, dropTimers, setSummary, setKey, insertText, playbookOf,
        insertPlaybook;
    private readonly HotStatement insertEvent, upsertHead, setTimer, dropTimer;
    private readonly StartsWriter starts;
    private readonly AlertsWriter alerts;
    private readonly long epoch;
    /// <summary>Heads as last committed, of runs that are busy.</summary>
    private readonly Dictionary<string, Head> heads = new(StringComparer.Ordinal);
    /// <summary>Heads as the open transaction leaves them.</summary>
    private readonly Dictionary<string, Head> staged = new(StringComparer.Ordinal);
    private long lastPlace, stagedPlace, lastRun, stagedRun;

    internal JournalWriter(SqliteConnection connection, long epoch)
    {
        (this.connection, this.epoch) = (connection, epoch);
        begin = connection.Statement("BEGIN IMMEDIATE");
        commit = connection.Statement("COMMIT");
        rollback = connection.Statement("ROLLBACK");
        epochOf = connection.Statement("SELECT epoch FROM owner");
        headOf = connection.Statement(
            "SELECT r.run, h.sequence, h.place, h.hash FROM runs r JOIN heads h ON h.run = r.run WHERE r.run_id = $id", "$id");
        insertEvent = new HotStatement(connection, "INSERT INTO events (place, run, sequence, previous, hash, json) VALUES (?, ?, ?, ?, ?, ?)");
        insertRun = connection.Statement("INSERT INTO runs (run, run_id, key) VALUES ($run, $id, $key)", "$run", "$id", "$key");
        upsertHead = new HotStatement(connection, "INSERT OR REPLACE INTO heads (run, sequence, place, hash, rest) VALUES (?, ?, ?, ?, ?)");
        setTimer = new HotStatement(connection, "INSERT OR REPLACE INTO timers (run, id, due_at) VALUES (?, ?, ?)");
        dropTimer = new HotStatement(connection, "DELETE FROM timers WHERE run = ? AND id = ?");
        dropTimers = connection.Statement("DELETE FROM timers WHERE run = $run", "$run");
        setSummary = connection.Statement("UPDATE runs SET summary = $summary WHERE run = $run", "$summary", "$run");
        starts = new StartsWriter(connection);
        alerts = new AlertsWriter(connection);
        setKey = connection.Statement("INSERT OR REPLACE INTO keys (environment, key, state) VALUES ($environment, $key, $state)",
            "$environment", "$key", "$state");
        insertText = connection.Statement("INSERT OR IGNORE INTO texts (digest, text) VALUES ($digest, $text)", "$digest", "$text");
        playbookOf = connection.Statement("SELECT digest FROM playbooks WHERE name = $name AND version = $version", "$name", "$version");
        insertPlaybook = connection.Statement(
            "INSERT INTO playbooks (name, version, digest) VALUES ($name, $version, $digest)", "$name", "$version", "$digest");
        lastPlace = LastPlace();
        lastRun = connection.Scalar<long>("SELECT ifnull(max(run), 0) FROM runs");
    }

    /// <summary>Bytes that the open transaction will have written, roughly; what the checkpointer goes by.</summary>
    internal long WrittenBytes { get; private set; }

    /// <exception cref="JournalFencedException">The journal has another owner now.</exception>
    internal void Begin()
    {
        CrashPoint.Hit("append:before-write");
        begin.ExecuteNonQuery();
        staged.Clear();
        (stagedPlace, stagedRun, WrittenBytes) = (lastPlace, lastRun, 0);
        starts.Begin();
        var current = (long)epochOf.ExecuteScalar()!;
        if (current != epoch)
            throw new JournalFencedException(epoch, current);
    }

    internal void Commit()
    {
        starts.Move();
        CrashPoint.Hit("append:before-commit");
        commit.ExecuteNonQuery();
        CrashPoint.Hit("append:after-commit");
        (lastPlace, lastRun) = (stagedPlace, stagedRun);
        starts.Committed();
        foreach (var (id, head) in staged)
        {
            if (head.Rest == Rest.Busy)
                heads[id] = head;
            else
                heads.Remove(id);
        }
    }

    internal void Rollback() => rollback.ExecuteNonQuery();

    /// <summary>Ends the transaction that failed, if SQLite has not done so, and looks whether the log is as it was before.</summary>
    /// <returns>False when that cannot be said.</returns>
    internal bool TryRollback()
    {
        try
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
                Rollback();
            return SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) != 0 && LastPlace() == lastPlace;
        }
        catch (Exception error) when (error is SqliteException or JournalException)
        {
            return false;
        }
    }

    /// <exception cref="JournalException">The run is not where the caller thought it was.</exception>
    internal IReadOnlyList<StoredEvent> Append(RunAppend append)
    {
        var head = HeadOf(append.RunId);
        if ((head?.Sequence ?? 0) != append.After)
            throw new JournalException(
                $"Run '{append.RunId}' stands at event {head?.Sequence ?? 0}, not at {append.After}; its append was refused.",
                "This is a defect: the run stops here and its journal is whole.");
        head ??= NewRun(append);
        var stored = new StoredEvent[append.Prepared.Length];
        for (var index = 0; index < stored.Length; index++)
            (head, stored[index]) = AppendEvent(append.RunId, head, append.Prepared[index]);
        head = head with { Rest = append.Rest };
        upsertHead.Bind(head.Run).Bind(head.Sequence).Bind(head.Place).Bind(Convert.FromHexString(head.Hash)).Bind((int)head.Rest).Run();
        staged[append.RunId] = head;
        WriteTimers(append, head.Run);
        if (append.Resting is { } summary)
            setSummary.With(Seal.Put(StoredJson.Write(summary), append.RunId), head.Run).ExecuteNonQuery();
        return stored;
    }

    internal void KeepStart(string requestId, StartResult result) => starts.Keep(requestId, result);

    internal bool KeepAlert(ReceivedAlert alert)
    {
        WrittenBytes += alert.Text.Length;
        return alerts.Keep(alert);
    }

    internal void SettleAlert(string delivery, AlertFate fate) => alerts.Settle(delivery, fate);

    internal void KeepKey(RunKey key, Admission state) => setKey.With(key.Environment, key.Key, Seal.Put(StoredJson.Write(state), key.Environment, key.Key)).ExecuteNonQuery();

    internal void KeepText(string digest, string text) => insertText.With(digest, Seal.Put(text, digest)).ExecuteNonQuery();

    /// <summary>Keeps the text of a playbook for ever.</summary>
    /// <returns>The digest that this name and version already stands for; another one than given means that nothing was written.</returns>
    internal string KeepPlaybook(string name, string version, string digest, string text)
    {
        if (playbookOf.With(name, version).ExecuteScalar() is string known)
            return known;
        KeepText(digest, text);
        insertPlaybook.With(name, version, digest).ExecuteNonQuery();
        return digest;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { insertEvent, upsertHead, setTimer, dropTimer })
            statement.Dispose();
        connection.Dispose();
    }

    private long LastPlace() => connection.Scalar<long>("SELECT ifnull(max(place), 0) FROM events");

    private Head? HeadOf(string runId)
    {
        if (staged.TryGetValue(runId, out var head) || heads.TryGetValue(runId, out head))
            return head;
        using var reader = headOf.With(runId).ExecuteReader();
        return reader.Read()
            ? new Head(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(3)), Rest.Busy)
            : null;
    }

    private Head NewRun(RunAppend append)
    {
        stagedRun++;
        insertRun.With(stagedRun, append.RunId, append.Key).ExecuteNonQuery();
        return new Head(stagedRun, 0, 0, HashChain.Genesis(append.RunId), Rest.Busy);
    }

    private (Head, StoredEvent) AppendEvent(string runId, Head head, PreparedEvent prepared)
    {
        stagedPlace++;
        var hash = HashChain.Next(head.Hash, prepared.Json);
        insertEvent.Bind(stagedPlace).Bind(head.Run).Bind(head.Sequence + 1);
        _ = head.Place == 0 ? insertEvent.BindNull() : insertEvent.Bind(head.Place);
        insertEvent.Bind(Convert.FromHexString(hash)).Bind(prepared.Json).Run();
        WrittenBytes += prepared.Json.Length;
        var next = head with { Sequence = head.Sequence + 1, Place = stagedPlace, Hash = hash };
        return (next, new StoredEvent(runId, next.Sequence, prepared.Event, hash, prepared.Json));
    }

    private void WriteTimers(RunAppend append, long run)
    {
        if (append.Rest == Rest.Settled || append.AllTimers)
            dropTimers.With(run).ExecuteNonQuery();
        if (append.Rest == Rest.Settled)
            return;
        foreach (var id in append.TimersDropped)
            dropTimer.Bind(run).Bind(id).Run();
        foreach (var timer in append.TimersSet)
            setTimer.Bind(run).Bind(timer.Id).Bind(Seal.Put(StoredJson.Write(timer.DueAt), append.RunId, timer.Id)).Run();
    }

    /// <param name="Place">Of the last event in the log; 0 before the first.</param>
    private sealed record Head(long Run, long Sequence, long Place, string Hash, Rest Rest);
}
