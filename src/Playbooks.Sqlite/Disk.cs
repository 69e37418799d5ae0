namespace Playbooks.Sqlite;

/// <summary>Where a journal's files lie: the system's file systems, or in tests a disk that loses power, fills up and fails.</summary>
internal class Disk
{
    /// <summary>About 1,000 pages, SQLite's own default.</summary>
    private const long CheckpointAfterDefaultBytes = 4L * 1024 * 1024;

    private const long WholeCheckMaxDefaultBytes = 8L * 1024 * 1024;

    internal static Disk OfTheSystem { get; } = new();

    /// <summary>Bytes written after which the write-ahead log is moved into the database.</summary>
    internal virtual long CheckpointAfterBytes => CheckpointAfterDefaultBytes;

    /// <summary>A larger file is looked at as a whole beside the work: it would keep its due timers waiting.</summary>
    internal virtual long WholeCheckMaxBytes => WholeCheckMaxDefaultBytes;

    /// <summary>FULL: with NORMAL a power cut loses acknowledged events.</summary>
    internal virtual string Synchronous => "FULL";

    /// <summary>What SQLite is given to open the file.</summary>
    internal virtual string SourceOf(string path) => path;

    /// <summary>Held until disposed; the system lets go of it however the process ends.</summary>
    internal virtual IDisposable Lock(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    internal virtual bool Exists(string path) => File.Exists(path);

    internal virtual long SizeOf(string path) => new FileInfo(path).Length;

    /// <returns>Bytes read: fewer than asked for where the file is shorter.</returns>
    internal virtual int ReadStart(string path, Span<byte> start)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
    }

    internal virtual void Delete(string path) => File.Delete(path);

    /// <summary>Gives a file that was made beside its name.</summary>
    internal virtual void MoveIntoPlace(string beside, string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(beside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(beside, path);
    }
}
