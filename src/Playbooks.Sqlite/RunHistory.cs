using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;

namespace Playbooks.Sqlite;

/// <summary>A run's events, as far as its chain holds.</summary>
/// <param name="Broken">Where and how the chain is broken; null when it holds up to the head.</param>
public sealed record RunHistory(string RunId, ImmutableArray<StoredEvent> Events, string? Broken)
{
    /// <summary>Checks rows, as they were read in order, against each other and against the head.</summary>
    internal static RunHistory Verified(string runId, IReadOnlyList<StoredRow> rows, long headSequence, byte[] headHash)
    {
        var events = ImmutableArray.CreateBuilder<StoredEvent>(rows.Count);
        var hash = HashChain.Genesis(runId);
        foreach (var row in rows)
        {
            var sequence = events.Count + 1L;
            if (row.Sequence != sequence)
                return Break($"event {sequence} is missing");
            hash = HashChain.Next(hash, row.Json);
            if (hash != Convert.ToHexStringLower(row.Hash))
                return Break($"event {sequence} is not what was appended");
            try
            {
                events.Add(new StoredEvent(runId, sequence, EventJson.Read(row.Json), hash, row.Json));
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
            {
                return Break($"event {sequence} cannot be read by this version: {error.Message}");
            }
        }
        return events.Count != headSequence || hash != Convert.ToHexStringLower(headHash)
            ? Break($"the head says {headSequence} events and there are {events.Count}")
            : new(runId, events.DrainToImmutable(), null);

        RunHistory Break(string why) => new(runId, events.DrainToImmutable(), $"The journal of run '{runId}' is broken: {why}.");
    }
}

/// <summary>An event as it lies in the table.</summary>
internal sealed record StoredRow(long Sequence, byte[] Hash, byte[] Json);

/// <summary>Finds a run's rows in a log that is ordered by time.</summary>
internal static class RunRows
{
    /// <summary>Follows the run's own thread back from its head, then turns it round.</summary>
    /// <param name="from">The first sequence wanted.</param>
    internal static List<StoredRow> Read(SqliteConnection connection, long run, long headSequence, long headPlace, long from)
    {
        using var byPlace = connection.Statement("SELECT run, sequence, previous, hash, json FROM events WHERE place = $place", "$place");
        var rows = new List<StoredRow>();
        long? place = headPlace;
        for (var sequence = headSequence; sequence >= Math.Max(from, 1); sequence--)
        {
            using var reader = byPlace.With(place).ExecuteReader();
            if (place is null || !reader.Read() || reader.GetInt64(0) != run || reader.GetInt64(1) != sequence)
                return Scan(connection, run, from);
            rows.Add(new(sequence, reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<byte[]>(4)));
            place = reader.IsDBNull(2) ? null : reader.GetInt64(2);
        }
        rows.Reverse();
        return rows;
    }

    /// <summary>The thread is torn: takes whatever of the run is in the log, so that the check can say what is missing.</summary>
    private static List<StoredRow> Scan(SqliteConnection connection, long run, long from)
    {
        using var all = connection.Statement("SELECT sequence, hash, json FROM events WHERE run = $run AND sequence >= $from ORDER BY sequence, place",
            "$run", "$from");
        using var reader = all.With(run, from).ExecuteReader();
        var rows = new List<StoredRow>();
        while (reader.Read())
            rows.Add(new(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)));
        return rows;
    }
}
