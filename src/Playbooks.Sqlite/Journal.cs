using Microsoft.Data.Sqlite;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>
/// The event log. What a call returns is durable: the transaction is committed and synced to the disk. All that is queued while one
/// commit runs goes into the next, so that many runs share one sync.
/// </summary>
public sealed class Journal : IAsyncDisposable
{
    private readonly IDisposable ownership;
    private readonly JournalWriter writer;
    private readonly Checkpointer checkpointer;

    private readonly RoomOnDisk room;

    private Journal(string path, Disk disk, IDisposable ownership, JournalWriter writer, long epoch, RoomOnDisk room)
    {
        this.room = room;
        (Path, this.ownership, this.writer, Epoch) = (path, ownership, writer, epoch);
        checkpointer = new Checkpointer(path, disk);
        Commits = new GroupCommit(writer, checkpointer, room);
        Reader = new JournalReader(path, disk);
        JournalFile.Opened(path);
    }

    public string Path { get; }

    /// <summary>Rises with every opening. Each transaction checks that it is still the latest.</summary>
    public long Epoch { get; }

    /// <summary>This opening, as <see cref="RunEvent.AttemptStarted"/> names it.</summary>
    public string Owner => $"epoch:{Epoch}";

    /// <summary>Reads what is committed, beside the writer.</summary>
    public JournalReader Reader { get; }

    /// <summary>Whether what is appended becomes durable, or waits for room on the disk.</summary>
    public EngineHealth Health => room.Health;

    /// <summary>From here on an append to a full disk fails instead of waiting.</summary>
    internal void StopWaiting() => room.Stop();

    internal GroupCommit Commits { get; }

    /// <summary>Opens the journal as its only owner; makes it if there is none.</summary>
    /// <exception cref="JournalException">In use, foreign, newer or damaged. The file was not touched.</exception>
    public static Journal Open(string path) => Open(path, Disk.OfTheSystem);

    /// <param name="time">By which it is tried again when the disk is full.</param>
    /// <param name="say">Told when it is full, and when there is room again.</param>
    internal static Journal Open(string path, Disk disk, TimeProvider? time = null, Action<string>? say = null)
    {
        path = System.IO.Path.GetFullPath(path);
        var ownership = JournalFile.Lock(path, disk);
        SqliteConnection? connection = null;
        try
        {
            JournalFile.Ensure(path, disk);
            connection = JournalFile.Open(path, SqliteOpenMode.ReadWrite, disk);
            // Checkpoints run on their own connection, off the commits.
            connection.Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = {disk.Synchronous}; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = OFF");
            CrashPoint.Hit("open:before");
            var epoch = connection.Scalar<long>("UPDATE owner SET epoch = epoch + 1 RETURNING epoch");
            CrashPoint.Hit("open:after");
            return new Journal(path, disk, ownership, new JournalWriter(connection, epoch), epoch, new RoomOnDisk(path, time ?? TimeProvider.System, say ?? (_ => { })));
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            ownership.Dispose();
            throw new JournalException($"The journal '{path}' cannot be opened: {error.Message}.",
                "See to space and permissions; nothing was lost.", error);
        }
        catch (JournalException)
        {
            connection?.Dispose();
            ownership.Dispose();
            throw;
        }
    }

    /// <summary>Appends a batch in one commit, whole or not at all.</summary>
    /// <returns>What was stored, per entry of the batch, after it is durable.</returns>
    /// <remarks>Waits while the disk is full; <see cref="Health"/> says so.</remarks>
    /// <exception cref="JournalException">Nothing of it was stored. If the journal has failed or has another owner, every later call throws too.</exception>
    public Task<IReadOnlyList<IReadOnlyList<StoredEvent>>> AppendAsync(JournalBatch batch)
    {
        foreach (var run in batch.Runs)
            _ = run.Prepared;
        return Commits.EnqueueAsync<IReadOnlyList<IReadOnlyList<StoredEvent>>>(writing =>
        {
            var stored = new IReadOnlyList<StoredEvent>[batch.Runs.Length];
            for (var index = 0; index < stored.Length; index++)
                stored[index] = writing.Append(batch.Runs[index]);
            foreach (var (request, result) in batch.Starts)
                writing.KeepStart(request, result);
            foreach (var (key, state) in batch.Keys)
                writing.KeepKey(key, state);
            return stored;
        });
    }

    /// <summary>Keeps the text of a playbook that was read.</summary>
    /// <returns>False when this name and version already stands for another text: it is refused and nothing is kept.</returns>
    public async Task<bool> KeepPlaybookAsync(string name, string version, string digest, string text) =>
        await Commits.EnqueueAsync(writing => writing.KeepPlaybook(name, version, digest, text)).ConfigureAwait(false) == digest;

    /// <summary>Keeps the text of an environment that was read.</summary>
    public Task KeepTextAsync(string digest, string text) => Commits.EnqueueAsync(writing =>
    {
        writing.KeepText(digest, text);
        return true;
    });

    /// <summary>Commits what is queued, then lets go of the file.</summary>
    public async ValueTask DisposeAsync()
    {
        StopWaiting();
        await Commits.StopAsync().ConfigureAwait(false);
        await checkpointer.StopAsync().ConfigureAwait(false);
        Reader.Dispose();
        writer.Dispose();
        JournalFile.Closed(Path);
        ownership.Dispose();
    }
}
