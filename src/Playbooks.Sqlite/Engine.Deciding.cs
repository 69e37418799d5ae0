namespace Playbooks.Sqlite;

/// <summary>Gives the loop all that has happened, turn by turn, and what it decides to the journal.</summary>
public sealed partial class Engine
{
    private async Task DecideAsync()
    {
        try
        {
            await DecideTurnsAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever stops the loop stops the engine, and whoever waits for it must hear why.
        catch (Exception error)
#pragma warning restore CA1031
        {
            await FailAsync(error).ConfigureAwait(false);
        }
        decided.Writer.TryComplete();
    }

    private async Task DecideTurnsAsync()
    {
        var messages = new List<Message>();
        while (await inbox.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            Take(messages);
            if (loop.Turn(messages) is not { } turn)
                continue;
            var commit = turn.Append is { } append ? journal.AppendAsync(append) : Task.CompletedTask;
            await decided.Writer.WriteAsync(new Decided(commit, turn)).ConfigureAwait(false);
        }
    }

    private void Take(List<Message> messages)
    {
        messages.Clear();
        // What came for the same run one after the other is decided at once, however much it is.
        var (runs, run) = (0, (string?)null);
        while (messages.Count < MessagesPerTurnMax && runs < RunsPerTurnMax && inbox.Reader.TryRead(out var message))
        {
            messages.Add(message);
            var of = (message as Message.Happened)?.RunId;
            if (of is null || of != run)
                runs++;
            run = of;
        }
    }

    /// <summary>A turn on its way to the disk.</summary>
    private sealed record Decided(Task Commit, Turn Turn);
}
