using Microsoft.Data.Sqlite;
using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

/// <summary>A transaction that failed for want of room is taken back and written again, but only where the log is surely as it was before.</summary>
public sealed class JournalWriterTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_failed_is_taken_back_and_can_be_written_again()
    {
        using var writer = await WriterAsync();
        writer.Begin();
        writer.Append(new("run-1", 0, [JournalTests.Signal("one")]));

        Assert.True(writer.TryRollback());
        Assert.True(writer.TryRollback());

        writer.Begin();
        writer.Append(new("run-1", 0, [JournalTests.Signal("two")]));
        writer.Commit();
        Assert.Equal([1L], folder.Column("SELECT sequence FROM events"));
    }

    [Theory]
    [InlineData("INSERT INTO events SELECT 9, 9, 1, NULL, zeroblob(32), zeroblob(1)")]
    [InlineData("UPDATE owner SET epoch = epoch; DROP TABLE events")]
    public async Task Where_the_log_is_not_as_it_was_nothing_is_written_again(string change)
    {
        using var writer = await WriterAsync();
        folder.Tamper(change);

        Assert.False(writer.TryRollback());
    }

    private async Task<JournalWriter> WriterAsync()
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        return new JournalWriter(JournalFile.Open(folder.Journal, SqliteOpenMode.ReadWrite, Disk.OfTheSystem), epoch: 1);
    }
}
