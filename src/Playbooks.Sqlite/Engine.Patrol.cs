namespace Playbooks.Sqlite;

/// <summary>After the opening and beside the work: checks what the opening did not look at.</summary>
public sealed partial class Engine
{
    private const int LooksAtOnce = 32;
    /// <summary>Leaves most of a core to the work: 32 runs are read in a few milliseconds.</summary>
    private static readonly TimeSpan PatrolPause = TimeSpan.FromMilliseconds(20);

    private async Task PatrolAsync(IReadOnlyList<string> waiting, Task begins)
    {
        try
        {
            await begins.ConfigureAwait(false);
            await Task.WhenAll(LookAtAllAsync(waiting), Task.Run(CheckPages)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The engine stops; the next owner looks again.
        }
        catch (JournalException damaged)
        {
            await FailAsync(damaged).ConfigureAwait(false);
        }
    }

    private async Task LookAtAllAsync(IReadOnlyList<string> waiting)
    {
        foreach (var some in waiting.Where(loop.IsUnseen).Chunk(LooksAtOnce))
        {
            await Task.WhenAll(some.Select(LookAsync)).ConfigureAwait(false);
            if (some.Length == LooksAtOnce)
                await Task.Delay(PatrolPause, options.Time, stopping.Token).ConfigureAwait(false);
        }
    }

    private void CheckPages()
    {
        if (JournalFile.IsLarge(journal.Path, options.Disk))
            JournalFile.CheckWhole(journal.Path, options.Disk, stopping.Token);
    }

    private Task LookAsync(string runId)
    {
        stopping.Token.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        inbox.Post(new Message.Look(loop.LoadLeft(runId), done));
        return done.Task;
    }
}
