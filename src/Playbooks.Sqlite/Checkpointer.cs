using Microsoft.Data.Sqlite;

namespace Playbooks.Sqlite;

/// <summary>Moves the write-ahead log into the database beside the commits, so that no commit pays for it.</summary>
internal sealed class Checkpointer
{
    /// <summary>Log page, head page, timer page and an inner page: what even a small commit rewrites.</summary>
    private const long CommitOverheadBytes = 4 * 4096;

    private readonly SqliteConnection connection;
    private readonly long checkpointAfterBytes;
    private readonly object gate = new();
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long written;
    private bool stopping;

    internal Checkpointer(string path, Disk disk)
    {
        checkpointAfterBytes = disk.CheckpointAfterBytes;
        connection = JournalFile.Open(path, SqliteOpenMode.ReadWrite, disk);
        try
        {
            connection.Execute($"PRAGMA synchronous = {disk.Synchronous}; PRAGMA wal_autocheckpoint = 0");
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
        new Thread(CheckpointUntilStopped) { IsBackground = true, Name = "journal checkpointer" }.Start();
    }

    internal void Committed(long bytes)
    {
        lock (gate)
        {
            written += bytes + CommitOverheadBytes;
            if (written >= checkpointAfterBytes)
                Monitor.Pulse(gate);
        }
    }

    internal Task StopAsync()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.Pulse(gate);
        }
        return stopped.Task;
    }

    private void CheckpointUntilStopped()
    {
        while (IsDue())
        {
            try
            {
                // PASSIVE waits for nobody and nobody waits for it; the log starts over once a commit finds all of it moved.
                CrashPoint.Around("checkpoint", () => connection.Execute("PRAGMA wal_checkpoint(PASSIVE)"));
            }
            catch (SqliteException)
            {
                // The log stays as it is and is longer: nothing is lost, and the writer meets a real disk error itself.
            }
        }
        connection.Dispose();
        stopped.SetResult();
    }

    private bool IsDue()
    {
        lock (gate)
        {
            while (written < checkpointAfterBytes && !stopping)
                Monitor.Wait(gate);
            written = 0;
            return !stopping;
        }
    }
}
