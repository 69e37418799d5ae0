using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Playbooks.Sqlite;

/// <summary>
/// A checksum behind a stored text, over the text and the key of its row. Events have their chain; what is stored beside them has this, so
/// that a bit that changed at rest is found when it is read and never believed. It finds damage, not forgery.
/// </summary>
internal static class Seal
{
    private const char Mark = '#';
    private const int Digits = 16;
    private const int OnStackMaxBytes = 1024;

    internal static string Put(string text, params ReadOnlySpan<string> key) => text + Mark + SumOf(text, key);

    /// <exception cref="JournalException">The text or the key of its row is not what was stored.</exception>
    internal static string Take(string stored, params ReadOnlySpan<string> key)
    {
        var at = stored.Length - Digits - 1;
        if (at >= 0 && stored[at] == Mark && stored[..at] is var text && stored.AsSpan(at + 1).SequenceEqual(SumOf(text, key)))
            return text;
        throw new JournalException($"The journal is damaged: what it says about '{string.Join('/', key)}' is not what was stored.",
            "Keep it (with its -wal and -shm) as evidence and restore a backup.");
    }

    /// <summary>Looks at everything that is sealed and read by its key: a key that changed would else look like a row that never was.</summary>
    /// <exception cref="JournalException">Something is not what was stored.</exception>
    internal static void CheckAll(SqliteConnection connection)
    {
        foreach (var sql in Sealed)
        {
            using var command = connection.Statement(sql);
            using var reader = command.ExecuteReader();
            while (reader.Read())
                _ = reader.FieldCount == 2 ? Take(reader.GetString(1), reader.GetString(0)) : Take(reader.GetString(2), reader.GetString(0), reader.GetString(1));
        }
    }

    /// <summary>Key first, sealed text last.</summary>
    private static readonly string[] Sealed =
    [
        StartsWriter.All, "SELECT delivery, alert_id, received FROM alerts", "SELECT delivery, fate FROM alerts WHERE fate IS NOT NULL",
        "SELECT digest, text FROM texts", "SELECT environment, key, state FROM keys",
        "SELECT ifnull(r.run_id, ''), t.id, t.due_at FROM timers t LEFT JOIN runs r ON r.run = t.run",
        "SELECT run_id, summary FROM runs WHERE summary IS NOT NULL",
    ];

    private static string SumOf(ReadOnlySpan<char> text, ReadOnlySpan<string> key)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        foreach (var part in key)
            most += Encoding.UTF8.GetMaxByteCount(part.Length) + 1;
        // An opening checks every timer that waits, so small texts cost no more than their hash.
        var rented = most > OnStackMaxBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rented ?? stackalloc byte[OnStackMaxBytes];
        var length = 0;
        foreach (var part in key)
        {
            length += Encoding.UTF8.GetBytes(part, bytes[length..]);
            bytes[length++] = 0;
        }
        length += Encoding.UTF8.GetBytes(text, bytes[length..]);
        Span<byte> sum = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], sum);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return Convert.ToHexStringLower(sum[..(Digits / 2)]);
    }
}
