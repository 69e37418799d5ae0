using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Playbooks.Sqlite;

namespace Playbooks.Bench.Speed;

/// <summary>
/// The limit that throughput is held against: SQLite, WAL, FULL, one writer with prepared statements, which writes the very rows that an
/// engine wrote into tables of the same layout, and decides, hashes and serialises nothing. As many runs as there are share each commit,
/// so it makes the fewest commits that leave every step durable before the next.
/// </summary>
internal sealed class BareJournal
{
    private readonly List<Row> rows = [];
    private readonly List<(long Run, string Id)> runs = [];
    private readonly List<(string Id, long Hash, string Result)> starts = [];

    private BareJournal() { }

    /// <summary>Takes the rows of a journal that nobody has open.</summary>
    public static BareJournal Of(string path)
    {
        var taken = new BareJournal();
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        Each(connection, "SELECT place, run, sequence, previous, hash, json FROM events ORDER BY place", row =>
            taken.rows.Add(new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3),
                row.GetFieldValue<byte[]>(4), row.GetFieldValue<byte[]>(5))));
        Each(connection, "SELECT run, run_id FROM runs", row => taken.runs.Add((row.GetInt64(0), row.GetString(1))));
        Each(connection, StartsWriter.All, row => taken.starts.Add((row.GetString(0), row.GetInt64(1), row.GetString(2))));
        return taken;
    }

    /// <summary>Bytes of the events.</summary>
    public long Bytes => rows.Sum(row => (long)row.Json.Length);

    /// <summary>Writes all of it into a new file: a step of every run per commit.</summary>
    public TimeSpan Write() => Write(Waves());

    /// <summary>Writes all of it in two commits: no effect without its durable intent, and no end without what it ended on.</summary>
    public TimeSpan WriteInTwo()
    {
        var half = rows.Count / 2;
        return Write([[rows[..half]], [rows[half..]]]);
    }

    private TimeSpan Write(List<List<List<Row>>> commits)
    {
        var folder = BenchFolder.Make();
        try
        {
            using var connection = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "bare.db")};Pooling=False");
            connection.Open();
            Schema.Create(connection);
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
            using var begin = connection.Statement("BEGIN IMMEDIATE");
            using var commit = connection.Statement("COMMIT");
            using var insertRun = connection.Statement("INSERT INTO runs (run, run_id) VALUES ($run, $id)", "$run", "$id");
            using var insertStart = connection.Statement("INSERT INTO recent_starts (hash, request_id, result) VALUES ($hash, $id, $result)", "$hash", "$id", "$result");
            using var insertEvent = connection.Statement("INSERT INTO events (place, run, sequence, previous, hash, json) VALUES ($place, $run, $sequence, $previous, $hash, $json)",
                "$place", "$run", "$sequence", "$previous", "$hash", "$json");
            using var upsertHead = connection.Statement("INSERT OR REPLACE INTO heads (run, sequence, place, hash, rest) VALUES ($run, $sequence, $place, $hash, $rest)",
                "$run", "$sequence", "$place", "$hash", "$rest");

            var clock = Stopwatch.StartNew();
            for (var wave = 0; wave < commits.Count; wave++)
            {
                begin.ExecuteNonQuery();
                if (wave == 0)
                {
                    runs.ForEach(run => insertRun.With(run.Run, run.Id).ExecuteNonQuery());
                    starts.ForEach(start => insertStart.With(start.Hash, start.Id, start.Result).ExecuteNonQuery());
                }
                foreach (var chunk in commits[wave])
                {
                    foreach (var row in chunk)
                        insertEvent.With(row.Place, row.Run, row.Sequence, row.Previous, row.Hash, row.Json).ExecuteNonQuery();
                    upsertHead.With(chunk[^1].Run, chunk[^1].Sequence, chunk[^1].Place, chunk[^1].Hash, 0).ExecuteNonQuery();
                }
                commit.ExecuteNonQuery();
            }
            return clock.Elapsed;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What follows the report of an action is one commit with it: the n-th of every run, and so on.</summary>
    private List<List<List<Row>>> Waves()
    {
        var waves = new List<List<List<Row>>>();
        // Places anew, in the order of writing: as the engine's rows are appended, so are these.
        var place = 0L;
        foreach (var run in rows.GroupBy(row => row.Run))
        {
            var wave = -1;
            List<Row> chunk = [];
            foreach (var row in run)
            {
                if (wave < 0 || row.IsReport)
                {
                    if (++wave == waves.Count)
                        waves.Add([]);
                    waves[wave].Add(chunk = []);
                }
                chunk.Add(row);
            }
        }
        return waves.ConvertAll(wave => wave.ConvertAll(chunk => chunk.ConvertAll(row => row with { Place = ++place })));
    }

    private static void Each(SqliteConnection connection, string sql, Action<SqliteDataReader> take)
    {
        using var command = connection.Statement(sql);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            take(reader);
    }

    private sealed record Row(long Place, long Run, long Sequence, long? Previous, byte[] Hash, byte[] Json)
    {
        public bool IsReport { get; } = Json.AsSpan().StartsWith("{\"type\":\"action."u8);
    }
}
