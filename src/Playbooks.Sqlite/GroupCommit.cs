using Microsoft.Data.Sqlite;

namespace Playbooks.Sqlite;

/// <summary>One thread writes; it takes all that is queued into one transaction and completes the callers after the commit.</summary>
internal sealed class GroupCommit
{
    private readonly JournalWriter writer;
    private readonly Checkpointer checkpointer;
    private readonly RoomOnDisk room;
    private readonly object gate = new();
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Work> queued = [];
    private bool stopping;
    private JournalException? failure;

    internal GroupCommit(JournalWriter writer, Checkpointer checkpointer, RoomOnDisk room)
    {
        (this.writer, this.checkpointer, this.room) = (writer, checkpointer, room);
        new Thread(WriteUntilStopped) { IsBackground = true, Name = "journal writer" }.Start();
    }

    /// <summary>Transactions committed so far.</summary>
    internal long Count { get; private set; }

    internal Task<T> EnqueueAsync<T>(Func<JournalWriter, T> write)
    {
        var work = new Work<T>(write);
        lock (gate)
        {
            if (failure is not null)
                work.Fail(failure);
            else if (stopping)
                work.Fail(new JournalException("The journal is closed.", "Start again."));
            else
            {
                queued.Add(work);
                Monitor.Pulse(gate);
            }
        }
        return work.Task;
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

    private void WriteUntilStopped()
    {
        while (TakeAll() is { } group)
        {
            try
            {
                CommitWhereThereIsRoom(group);
            }
            catch (SqliteException error)
            {
                // After a failed sync nobody knows what the disk holds, so nothing is tried again on this opening: the next one reads what
                // is there.
                Fail(group, new JournalException($"The journal cannot be written: {error.Message}.",
                    "Free space or mend the disk, then start again; what was acknowledged is kept.", error));
            }
            catch (JournalFencedException fenced)
            {
                writer.Rollback();
                Fail(group, fenced);
            }
        }
        stopped.SetResult();
    }

    private List<Work>? TakeAll()
    {
        lock (gate)
        {
            while (queued.Count == 0 && !stopping)
                Monitor.Wait(gate);
            if (queued.Count == 0)
                return null;
            var group = queued;
            queued = [];
            return group;
        }
    }

    /// <summary>
    /// A write that found no room has failed for sure, and before the sync: with nothing of the transaction left, the same is written again.
    /// Whoever asked for it waits, so that nothing is answered or done meanwhile.
    /// </summary>
    private void CommitWhereThereIsRoom(List<Work> group)
    {
        while (true)
        {
            try
            {
                Commit(group);
                room.Taken();
                return;
            }
            catch (SqliteException full) when (full.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL)
            {
                if (!writer.TryRollback() || !room.Wait())
                    throw;
            }
        }
    }

    private void Commit(List<Work> group)
    {
        while (group.Count > 0)
        {
            writer.Begin();
            var refused = group.FindIndex(work => !work.TryWrite(writer));
            if (refused < 0)
            {
                writer.Commit();
                Count++;
                group.ForEach(work => work.Complete());
                checkpointer.Committed(writer.WrittenBytes);
                return;
            }
            // One caller's defect must not harm the others: they are written again without it.
            writer.Rollback();
            group[refused].FailAsRefused();
            group.RemoveAt(refused);
        }
    }

    private void Fail(List<Work> group, JournalException error)
    {
        lock (gate)
        {
            failure = error;
            group.AddRange(queued);
            queued = [];
        }
        group.ForEach(work => work.Fail(error));
    }

    private abstract class Work
    {
        internal abstract bool TryWrite(JournalWriter writer);
        internal abstract void Complete();
        internal abstract void FailAsRefused();
        internal abstract void Fail(JournalException error);
    }

    private sealed class Work<T>(Func<JournalWriter, T> write) : Work
    {
        // Continuations must not run on the writer's thread: the next commit waits for it.
        private readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;
        private JournalException? refusal;

        internal Task<T> Task => source.Task;

        internal override bool TryWrite(JournalWriter writer)
        {
            try
            {
                result = write(writer);
                return true;
            }
            catch (JournalException error) when (error is not JournalFencedException)
            {
                refusal = error;
                return false;
            }
        }

        internal override void Complete() => source.SetResult(result!);
        internal override void FailAsRefused() => source.SetException(refusal!);
        internal override void Fail(JournalException error) => source.TrySetException(error);
    }
}
