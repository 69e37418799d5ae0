using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Playbooks.Core;

namespace Playbooks.Sqlite;

/// <summary>
/// Keeps what starts were answered. Ids of requests are random, so an index of all of them would have a page of its own dirtied by each
/// start. New answers therefore go to a table whose index is a few pages, and move over many at a time, in the order of the large index.
/// </summary>
internal sealed class StartsWriter(SqliteConnection connection)
{
    /// <summary>Answers in the table of new ones when they move; about 12 pages of index.</summary>
    internal const int RecentMax = 4096;

    internal const string Tables = """
        CREATE TABLE starts (start INTEGER PRIMARY KEY, hash INTEGER NOT NULL, request_id TEXT NOT NULL, result TEXT NOT NULL);
        CREATE INDEX starts_by_hash ON starts (hash);
        CREATE TABLE recent_starts (start INTEGER PRIMARY KEY, hash INTEGER NOT NULL, request_id TEXT NOT NULL, result TEXT NOT NULL);
        CREATE INDEX recent_starts_by_hash ON recent_starts (hash);

        """;

    /// <summary>All that have this hash, oldest first.</summary>
    internal const string ByHash = """
        SELECT request_id, hash, result FROM starts WHERE hash = $hash
        UNION ALL SELECT request_id, hash, result FROM recent_starts WHERE hash = $hash
        """;

    /// <summary>Key first, sealed text last.</summary>
    internal const string All = "SELECT request_id, hash, result FROM starts UNION ALL SELECT request_id, hash, result FROM recent_starts";

    private readonly SqliteCommand insert = connection.Statement("INSERT INTO recent_starts (hash, request_id, result) VALUES ($hash, $id, $result)", "$hash", "$id", "$result");
    private long recent = connection.Scalar<long>("SELECT count(*) FROM recent_starts");
    private long staged;

    /// <summary>Four bytes: the index stays narrow, and whoever finds a row compares the whole id.</summary>
    internal static long HashOf(string requestId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(requestId), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    internal static string SealedHash(long hash) => hash.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal void Begin() => staged = recent;

    internal void Keep(string requestId, StartResult result)
    {
        var hash = HashOf(requestId);
        insert.With(hash, requestId, Seal.Put(StoredJson.Write(result), requestId, SealedHash(hash))).ExecuteNonQuery();
        staged++;
    }

    /// <summary>Last in the transaction, so that many starts at once move together.</summary>
    internal void Move()
    {
        if (staged < RecentMax)
            return;
        connection.Execute("INSERT INTO starts (hash, request_id, result) SELECT hash, request_id, result FROM recent_starts ORDER BY hash; DELETE FROM recent_starts");
        staged = 0;
    }

    internal void Committed() => recent = staged;
}
