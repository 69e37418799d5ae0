using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Playbooks.Sqlite;

/// <summary>
/// The file on disk: made whole or not at all, looked at before SQLite may touch it, locked while it has an owner.
/// </summary>
internal static class JournalFile
{
    private const int HeaderBytes = 100;
    private const int ApplicationIdOffset = 68;
    private const int BusyTimeoutSeconds = 30;
    private const string Beside = ".new";
    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>Journals that this process has open, and how often.</summary>
    private static readonly Dictionary<string, int> OpenHere = new(StringComparer.Ordinal);

    /// <summary>Held until disposed; the system lets go of it however the process ends.</summary>
    /// <exception cref="JournalException">Somebody else holds it.</exception>
    internal static IDisposable Lock(string path, Disk disk)
    {
        try
        {
            return disk.Lock(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The journal '{path}' cannot be locked: {error.Message}",
                "If another process runs on it, use that one or stop it first; else see to the permissions of its folder.", error);
        }
    }

    /// <summary>Makes the file if there is none, else checks it without writing a byte to it.</summary>
    /// <exception cref="JournalException">It is not a journal, one of another format, or damaged.</exception>
    internal static void Ensure(string path, Disk disk)
    {
        if (disk.Exists(path))
        {
            Check(path, disk, asOwner: true);
            return;
        }
        // A journal is made beside its place, moved there, and only then gets a log, whose first sync makes the move durable before anything
        // is acknowledged. A log with the file still beside its place: a power cut took the move back, and nothing was acknowledged.
        if (disk.Exists(path + "-wal") && disk.Exists(path + Beside))
            disk.Delete(path + "-wal");
        if (disk.Exists(path + "-wal"))
            throw new JournalException($"'{path}' is missing, but its write-ahead log '{path}-wal' is there.",
                "Put the database file back beside it; deleting the log would lose what was acknowledged.");
        Create(path, disk);
    }

    internal static void Opened(string path)
    {
        lock (OpenHere)
            OpenHere[path] = OpenHere.GetValueOrDefault(path) + 1;
    }

    internal static void Closed(string path)
    {
        lock (OpenHere)
        {
            if (--OpenHere[path] == 0)
                OpenHere.Remove(path);
        }
    }

    /// <param name="asOwner">Looks for damage too, at every page where the file is small; without it, only whether this is a journal that this version can read.</param>
    /// <exception cref="JournalException">It is not a journal, one of another format, or damaged.</exception>
    internal static void Check(string path, Disk disk, bool asOwner)
    {
        // Where this process has the file open it has been looked at, and to open and close it beside SQLite would drop SQLite's locks:
        // the system forgets all of a process's locks on a file when any handle to it is closed.
        lock (OpenHere)
        {
            if (!OpenHere.ContainsKey(path))
                RefuseForeign(path, disk);
        }
        try
        {
            using var connection = Open(path, SqliteOpenMode.ReadOnly, disk);
            Schema.RefuseOther(connection, path);
            connection.Scalar<long>("SELECT epoch FROM owner");
            if (!asOwner)
                return;
            // The last event of all is the last of its run. Where the two say otherwise, new events might take the places of old ones.
            if (connection.Scalar<long>("SELECT ifnull(max(place), 0) FROM events") != connection.Scalar<long>("SELECT ifnull(max(place), 0) FROM heads"))
                throw Damaged(path, "its last event is not where a run's head says", null);
            if (!IsLarge(path, disk))
                CheckWhole(path, connection);
        }
        catch (Exception error) when (error is SqliteException or InvalidCastException or InvalidOperationException)
        {
            throw Damaged(path, error.Message, error);
        }
    }

    /// <summary>Too large for an opening to look at every page.</summary>
    internal static bool IsLarge(string path, Disk disk) => disk.SizeOf(path) > disk.WholeCheckMaxBytes;

    /// <summary>Looks at every page of a journal that its owner has open; takes seconds per gigabyte, and the log is not shortened meanwhile.</summary>
    /// <exception cref="JournalException">It is damaged.</exception>
    internal static void CheckWhole(string path, Disk disk, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = Open(path, SqliteOpenMode.ReadOnly, disk);
            using var interrupting = cancellationToken.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
            CheckWhole(path, connection);
        }
        catch (Exception error) when (error is SqliteException or InvalidCastException or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Damaged(path, error.Message, error);
        }
    }

    private static void CheckWhole(string path, SqliteConnection connection)
    {
        if (connection.Scalar<string>("PRAGMA integrity_check(1)") is var verdict and not "ok")
            throw Damaged(path, verdict, null);
        Seal.CheckAll(connection);
    }

    internal static SqliteConnection Open(string path, SqliteOpenMode mode, Disk disk)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = disk.SourceOf(path), Mode = mode, Pooling = false, DefaultTimeout = BusyTimeoutSeconds,
        }.ToString());
        try
        {
            connection.Open();
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
        return connection;
    }

    // Made beside and moved into place, so that a crash leaves no half-made journal. SQLite syncs the folder when it makes the
    // write-ahead log, before the first commit is acknowledged.
    private static void Create(string path, Disk disk)
    {
        CrashPoint.Hit("create:before");
        var beside = path + Beside;
        disk.Delete(beside);
        disk.Delete(beside + "-journal");
        disk.Delete(beside + "-wal");
        using (var connection = Open(beside, SqliteOpenMode.ReadWriteCreate, disk))
        {
            Schema.Create(connection);
            connection.Execute("PRAGMA journal_mode = WAL");
        }
        disk.MoveIntoPlace(beside, path);
        CrashPoint.Hit("create:after");
    }

    private static void RefuseForeign(string path, Disk disk)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        try
        {
            var read = disk.ReadStart(path, header);
            if (read == HeaderBytes && header.StartsWith(Magic)
                && BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]) == Schema.ApplicationId)
                return;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"'{path}' cannot be read: {error.Message}", "See to its permissions.", error);
        }
        throw new JournalException($"'{path}' is not a journal of Playbooks.", "Name another file; this one was not touched.");
    }

    private static JournalException Damaged(string path, string why, Exception? inner) => new($"The journal '{path}' is damaged: {why}.",
        "Nothing was written to it. Keep it (with its -wal and -shm) as evidence and restore a backup; `playbooks report` may still read single runs.",
        inner);
}
