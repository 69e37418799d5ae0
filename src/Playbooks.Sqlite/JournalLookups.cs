using Microsoft.Data.Sqlite;

namespace Playbooks.Sqlite;

/// <summary>
/// What an engine looks up for every start and every head that is anchored: single rows, on one connection that stays open with its
/// statements compiled. Each statement sees what is committed when it runs.
/// </summary>
internal sealed class JournalLookups(Func<SqliteConnection> open) : IDisposable
{
    private readonly object gate = new();
    private Statements? statements;

    /// <summary>A start's answer; null for a new one.</summary>
    /// <exception cref="JournalException">A row that could be this one's is not what was stored.</exception>
    internal string? Start(string requestId)
    {
        lock (gate)
        {
            using var reader = Ready().Start.With(StartsWriter.HashOf(requestId)).ExecuteReader();
            while (reader.Read())
            {
                var result = Seal.Take(reader.GetString(2), reader.GetString(0), StartsWriter.SealedHash(reader.GetInt64(1)));
                if (reader.GetString(0) == requestId)
                    return result;
            }
            return null;
        }
    }

    /// <summary>The hash of a run's event, found from its head back; null where the run or its thread does not lead there.</summary>
    internal byte[]? Hash(string runId, long sequence)
    {
        lock (gate)
        {
            var (_, head, byPlace) = Ready();
            if (Row(head.With(runId), 0) is not { } row)
                return null;
            while (row.Sequence > sequence && row.Previous is { } previous && Row(byPlace.With(previous), row.Run) is { } before)
                row = before;
            return row.Sequence == sequence ? row.Hash : null;
        }
    }

    public void Dispose()
    {
        lock (gate)
            statements?.Start.Connection?.Dispose();
    }

    private Statements Ready()
    {
        if (statements is not null)
            return statements;
        var connection = open();
        try
        {
            connection.Open();
            return statements = new(
                connection.Statement(StartsWriter.ByHash, "$hash"),
                connection.Statement(
                    "SELECT e.run, e.sequence, e.previous, e.hash FROM runs r JOIN heads h ON h.run = r.run JOIN events e ON e.place = h.place WHERE r.run_id = $id", "$id"),
                connection.Statement("SELECT run, sequence, previous, hash FROM events WHERE place = $place", "$place"));
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    private static (long Run, long Sequence, long? Previous, byte[] Hash)? Row(SqliteCommand command, long run)
    {
        using var reader = command.ExecuteReader();
        return reader.Read() && (run == 0 || reader.GetInt64(0) == run)
            ? (reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2), reader.GetFieldValue<byte[]>(3))
            : null;
    }

    private sealed record Statements(SqliteCommand Start, SqliteCommand Head, SqliteCommand ByPlace);
}
