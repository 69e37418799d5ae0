using Microsoft.Data.Sqlite;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>
/// Reads a journal, whether a process owns it or not. Each call sees one moment of it, only what is committed, and holds up no writer.
/// </summary>
public sealed class JournalReader : IDisposable, IStored
{
    private readonly string path;
    private readonly Disk disk;

    private readonly JournalLookups lookups;

    internal JournalReader(string path, Disk disk)
    {
        (this.path, this.disk) = (path, disk);
        lookups = new(() => new SqliteConnection(ConnectionString(pooling: false)));
    }

    /// <summary>Opens it for reading. Pages are not checked, so that what is whole of a damaged journal can still be read.</summary>
    /// <exception cref="JournalException">Missing, foreign, newer, or too damaged to be read at all.</exception>
    public static JournalReader Open(string path)
    {
        path = Path.GetFullPath(path);
        if (!File.Exists(path))
            throw new JournalException($"There is no journal '{path}'.", "Name the file that `serve` or `run` was given.");
        JournalFile.Check(path, Disk.OfTheSystem, asOwner: false);
        return new(path, Disk.OfTheSystem);
    }

    /// <summary>Of whoever opened it last.</summary>
    public long Epoch() => Read(connection => connection.Scalar<long>("SELECT epoch FROM owner"));

    /// <summary>Ids of all runs, in the order they were made.</summary>
    public IReadOnlyList<string> RunIds() => Read(connection => Strings(connection, "SELECT run_id FROM runs ORDER BY run"));

    /// <summary>Ids of the runs that are not over.</summary>
    public IReadOnlyList<string> UnsettledRunIds() => Left().Runs.Select(left => left.RunId).ToList();

    /// <summary>What is not over, for its next owner: the runs as they rest, and the timers of those that only wait.</summary>
    /// <exception cref="JournalException">A timer is not what was stored.</exception>
    internal LeftRuns Left() => Read(connection =>
    {
        var (runs, byNumber) = (new List<LeftRun>(), new Dictionary<long, LeftRun>());
        using var heads = connection.Statement($"SELECT h.run, r.run_id, h.rest FROM heads h JOIN runs r ON r.run = h.run WHERE h.rest IS NOT {(int)Rest.Settled} ORDER BY h.run");
        using (var reader = heads.ExecuteReader())
        {
            while (reader.Read())
            {
                var left = new LeftRun(reader.GetString(1), RestOf(reader.GetValue(2)));
                runs.Add(left);
                byNumber.Add(reader.GetInt64(0), left);
            }
        }
        var timers = new List<LeftTimer>();
        using var all = connection.Statement("SELECT t.run, t.id, t.due_at FROM timers t");
        using (var reader = all.ExecuteReader())
        {
            while (reader.Read())
            {
                // One that has changed hands does not fit its seal, so that no run is left without it unseen.
                var (run, id) = (byNumber.GetValueOrDefault(reader.GetInt64(0)), reader.GetString(1));
                var due = Seal.Take(reader.GetString(2), run.RunId ?? "", id);
                if (run.Rest != Rest.Busy)
                    timers.Add(new(run.RunId!, id, StoredJson.ReadInstant(due)));
            }
        }
        return new LeftRuns(runs, timers);
    });

    LeftRuns IStored.Left() => Left();

    /// <summary>Whether a run is there and not over.</summary>
    internal bool IsLeft(string runId) => Read(connection =>
    {
        using var command = connection.Statement("SELECT h.rest FROM runs r JOIN heads h ON h.run = r.run WHERE r.run_id = $id", "$id");
        return command.With(runId).ExecuteScalar() is { } rest && RestOf(rest) != Rest.Settled;
    });

    /// <summary>The events of a run from a sequence on, in order; empty when there is no such run.</summary>
    public IReadOnlyList<StoredEvent> Events(string runId, long fromSequence = 1) => Read(connection =>
        HeadOf(connection, runId) is { } head
            ? RunRows.Read(connection, head.Run, head.Sequence, head.Place, fromSequence)
                .ConvertAll(row => new StoredEvent(runId, row.Sequence, EventJson.Read(row.Json), Convert.ToHexStringLower(row.Hash), row.Json))
            : []);

    /// <summary>The whole run with its chain checked; null when there is no such run.</summary>
    public RunHistory? History(string runId) => Read(connection =>
        HeadOf(connection, runId) is { } head
            ? RunHistory.Verified(runId, RunRows.Read(connection, head.Run, head.Sequence, head.Place, 1), head.Sequence, head.Hash)
            : null);

    /// <summary>The summary of a run as it was stored when it last came to rest; null when it never did.</summary>
    public RunSummary? RestingSummary(string runId) => Read(connection =>
    {
        using var command = connection.Statement("SELECT summary FROM runs WHERE run_id = $id", "$id");
        return command.With(runId).ExecuteScalar() is string json ? StoredJson.ReadSummary(Seal.Take(json, runId)) : null;
    });

    /// <summary>The hash of one event; null when there is no such event.</summary>
    public string? Hash(string runId, long sequence) => LookUp(() => lookups.Hash(runId, sequence)) is { } hash ? Convert.ToHexStringLower(hash)
        // Where the run's own thread is torn, the log is read through.
        : Events(runId, sequence) is [var stored, ..] ? stored.Hash : null;

    /// <summary>Summaries of all runs that have ever come to rest, as they did last, in the order they were made.</summary>
    public IReadOnlyList<RunSummary> RestingSummaries() => Read(connection =>
        Pairs(connection, "SELECT run_id, summary FROM runs WHERE summary IS NOT NULL ORDER BY run")
            .ConvertAll(row => StoredJson.ReadSummary(Seal.Take(row.Second, row.First))));

    /// <summary>Every run in one line: those that rest as stored, the others folded. What would be adopted looks as its owner left it.</summary>
    public IReadOnlyList<RunSummary> Summaries() =>
    [
        .. RestingSummaries().Concat(Left().Runs.Where(left => left.Rest == Rest.Busy).Select(left => Find(left.RunId)!.Summary()))
            .GroupBy(summary => summary.RunId, StringComparer.Ordinal).Select(same => same.Last())
            .OrderBy(summary => summary.CreatedAt).ThenBy(summary => summary.RunId, StringComparer.Ordinal),
    ];

    /// <summary>A run, folded; parked where its chain is broken. Null when there is no such run.</summary>
    public Run? Find(string runId) => History(runId) is { } history ? Loading.Fold(history, Logic.Ours).Run : null;

    /// <summary>The answer that a start was given before; null for a new one.</summary>
    public StartResult? Start(string requestId) =>
        LookUp(() => lookups.Start(requestId) is { } json ? StoredJson.ReadStart(json) : null);

    /// <summary>Who runs, waits and is held back, per concurrency key.</summary>
    internal IReadOnlyList<KeyValuePair<RunKey, Admission>> Keys() => Read(connection =>
    {
        using var command = connection.Statement("SELECT environment, key, state FROM keys");
        using var reader = command.ExecuteReader();
        var keys = new List<KeyValuePair<RunKey, Admission>>();
        while (reader.Read())
            keys.Add(new(new RunKey(reader.GetString(0), reader.GetString(1)),
                StoredJson.ReadAdmission(Seal.Take(reader.GetString(2), reader.GetString(0), reader.GetString(1)))));
        return keys;
    });

    IReadOnlyList<KeyValuePair<RunKey, Admission>> IStored.Keys() => Keys();

    /// <summary>A text that was kept; null when it is not known.</summary>
    /// <exception cref="JournalException">It is not the text that was kept.</exception>
    public string? Text(string digest) => Read(connection =>
    {
        using var command = connection.Statement("SELECT text FROM texts WHERE digest = $digest", "$digest");
        return command.With(digest).ExecuteScalar() is string text ? Seal.Take(text, digest) : null;
    });

    /// <summary>The next instants at which runs that rest want to be woken, soonest first.</summary>
    public IReadOnlyList<(string RunId, string Timer, DateTimeOffset DueAt)> Timers(int atMost = 100) => Read(connection =>
    {
        using var command = connection.Statement(
            $"""
            SELECT r.run_id, t.id, t.due_at FROM timers t JOIN runs r ON r.run = t.run JOIN heads h ON h.run = t.run
            WHERE h.rest IN ({(int)Rest.Waiting}, {(int)Rest.Asking}) ORDER BY t.due_at LIMIT $most
            """, "$most");
        using var reader = command.With(atMost).ExecuteReader();
        var timers = new List<(string, string, DateTimeOffset)>();
        while (reader.Read())
            timers.Add((reader.GetString(0), reader.GetString(1), StoredJson.ReadInstant(Seal.Take(reader.GetString(2), reader.GetString(0), reader.GetString(1)))));
        return timers;
    });

    public void Dispose()
    {
        lookups.Dispose();
        using var connection = new SqliteConnection(ConnectionString(pooling: true));
        SqliteConnection.ClearPool(connection);
    }

    internal T Read<T>(Func<SqliteConnection, T> read) => LookUp(() =>
    {
        using var connection = new SqliteConnection(ConnectionString(pooling: true));
        connection.Open();
        using var moment = connection.BeginTransaction(deferred: true);
        return read(connection);
    });

    private T LookUp<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        // A row that is not what was written may have nothing, or anything, where a value belongs.
        catch (Exception error) when (error is SqliteException or InvalidCastException or InvalidOperationException or FormatException or OverflowException or System.Text.Json.JsonException)
        {
            throw new JournalException($"The journal '{path}' cannot be read: {error.Message}.", "Nothing was written to it.", error);
        }
    }

    private string ConnectionString(bool pooling) =>
        new SqliteConnectionStringBuilder { DataSource = disk.SourceOf(path), Mode = SqliteOpenMode.ReadOnly, Pooling = pooling }.ToString();

    private static (long Run, long Sequence, long Place, byte[] Hash)? HeadOf(SqliteConnection connection, string runId)
    {
        using var command = connection.Statement(
            "SELECT r.run, h.sequence, h.place, h.hash FROM runs r JOIN heads h ON h.run = r.run WHERE r.run_id = $id", "$id");
        using var reader = command.With(runId).ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)) : null;
    }

    /// <summary>Anything but what was stored is taken for busy.</summary>
    private static Rest RestOf(object stored) => stored is long number && (Rest)number is Rest.Settled or Rest.Waiting or Rest.Asking ? (Rest)number : Rest.Busy;

    private static List<(string First, string Second)> Pairs(SqliteConnection connection, string sql)
    {
        using var command = connection.Statement(sql);
        using var reader = command.ExecuteReader();
        var values = new List<(string, string)>();
        while (reader.Read())
            values.Add((reader.GetString(0), reader.GetString(1)));
        return values;
    }

    private static List<string> Strings(SqliteConnection connection, string sql)
    {
        using var command = connection.Statement(sql);
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
            values.Add(reader.GetString(0));
        return values;
    }
}
