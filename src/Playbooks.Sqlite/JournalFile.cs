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
    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>Journals that this process has open, and how often.</summary>
    private static readonly Dictionary<string, int> OpenHere = new(StringComparer.Ordinal);

    /// <summary>Held until disposed; the system lets go of it however the process ends.</summary>
    /// <exception cref="JournalException">Somebody else holds it.</exception>
    internal static FileStream Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The journal '{path}' cannot be locked: {error.Message}",
                "If another process runs on it, use that one or stop it first; else see to the permissions of its folder.", error);
        }
    }

    /// <summary>Makes the file if there is none, else checks it without writing a byte to it.</summary>
    /// <exception cref="JournalException">It is not a journal, a newer one, or damaged.</exception>
    internal static void Ensure(string path)
    {
        if (File.Exists(path))
        {
            Check(path, whole: true);
            return;
        }
        if (File.Exists(path + "-wal"))
            throw new JournalException($"'{path}' is missing, but its write-ahead log '{path}-wal' is there.",
                "Put the database file back beside it; deleting the log would lose what was acknowledged.");
        Create(path);
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

    /// <param name="whole">Looks at every page; without it, only whether this is a journal that this version can read.</param>
    /// <exception cref="JournalException">It is not a journal, a newer one, or damaged.</exception>
    internal static void Check(string path, bool whole)
    {
        // Where this process has the file open it has been looked at, and to open and close it beside SQLite would drop SQLite's locks:
        // the system forgets all of a process's locks on a file when any handle to it is closed.
        lock (OpenHere)
        {
            if (!OpenHere.ContainsKey(path))
                RefuseForeign(path);
        }
        try
        {
            using var connection = Open(path, SqliteOpenMode.ReadOnly);
            Schema.RefuseNewer(connection, path);
            connection.Scalar<long>("SELECT epoch FROM owner");
            if (whole && connection.Scalar<string>("PRAGMA quick_check(1)") is var verdict and not "ok")
                throw Damaged(path, verdict, null);
        }
        catch (SqliteException error)
        {
            throw Damaged(path, error.Message, error);
        }
    }

    internal static SqliteConnection Open(string path, SqliteOpenMode mode, bool pooling = false)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path, Mode = mode, Pooling = pooling, DefaultTimeout = BusyTimeoutSeconds,
        }.ToString());
        connection.Open();
        return connection;
    }

    // Made beside and moved into place, so that a crash leaves no half-made journal. SQLite syncs the folder when it makes the
    // write-ahead log, before the first commit is acknowledged.
    private static void Create(string path)
    {
        var beside = path + ".new";
        File.Delete(beside);
        File.Delete(beside + "-journal");
        using (var connection = Open(beside, SqliteOpenMode.ReadWriteCreate))
        {
            Schema.Create(connection);
            connection.Execute("PRAGMA journal_mode = WAL");
        }
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(beside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(beside, path);
    }

    private static void RefuseForeign(string path)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
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
