using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

/// <summary>What is said to somebody whose journal cannot be opened: what is wrong, and what to do about it.</summary>
public sealed class JournalRefusalTests : IDisposable
{
    private const string Damaged =
        "Nothing was written to it. Keep it (with its -wal and -shm) as evidence and restore a backup; `playbooks report` may still read single runs.";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_journal_that_another_owner_holds()
    {
        await using var owner = Journal.Open(folder.Journal);

        var refused = Assert.Throws<JournalException>(() => Journal.Open(folder.Journal));

        Assert.StartsWith($"The journal '{folder.Journal}' cannot be locked: ", refused.What, StringComparison.Ordinal);
        Assert.Equal("If another process runs on it, use that one or stop it first; else see to the permissions of its folder.", refused.Remedy);
        Assert.Equal($"{refused.What} {refused.Remedy}", refused.Message);
    }

    [Fact]
    public void A_file_of_something_else()
    {
        File.WriteAllText(folder.Journal, "notes");

        Refuses($"'{folder.Journal}' is not a journal of Playbooks. Name another file; this one was not touched.");
    }

    [Fact]
    public async Task A_journal_of_another_format()
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        folder.Tamper("UPDATE owner SET epoch = 7; PRAGMA user_version = 99");

        Refuses($"'{folder.Journal}' has journal format 99; this version reads and writes format {Schema.Version}. Use the version that wrote it, or name another file.");
    }

    [Fact]
    public void A_log_without_its_database()
    {
        File.WriteAllText(folder.Journal + "-wal", "acknowledged events");

        Refuses($"'{folder.Journal}' is missing, but its write-ahead log '{folder.Journal}-wal' is there. Put the database file back beside it; deleting the log would lose what was acknowledged.");
    }

    [Fact]
    public async Task A_log_whose_last_event_no_head_knows()
    {
        await using (var journal = Journal.Open(folder.Journal))
            await journal.AppendAsync(new([new("run-1", 0, [JournalTests.Signal("one")])]));
        folder.Tamper("UPDATE heads SET place = 2");

        Refuses($"The journal '{folder.Journal}' is damaged: its last event is not where a run's head says. {Damaged}");
    }

    [Fact]
    public async Task A_journal_that_no_longer_says_who_owns_it()
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        folder.Tamper("DELETE FROM owner");

        Refuses("The journal is damaged: \"SELECT epoch FROM owner\" gives no Int64. Restore a backup; nothing was written to it.");
        Assert.Throws<JournalException>(() => JournalReader.Open(folder.Journal));
    }

    [Fact]
    public async Task A_place_where_none_can_be_made_and_its_lock_is_let_go()
    {
        Directory.CreateDirectory(folder.Journal + ".new");

        var refused = Assert.Throws<JournalException>(() => Journal.Open(folder.Journal));

        Assert.StartsWith($"The journal '{folder.Journal}' cannot be opened: ", refused.What, StringComparison.Ordinal);
        Assert.Equal("See to space and permissions; nothing was lost.", refused.Remedy);
        Directory.Delete(folder.Journal + ".new");
        await Journal.Open(folder.Journal).DisposeAsync();
    }

    [Fact]
    public async Task A_file_that_is_gone_after_it_was_looked_at_and_its_lock_is_let_go()
    {
        await Journal.Open(folder.Journal).DisposeAsync();

        var refused = Assert.Throws<JournalException>(() => Journal.Open(folder.Journal, new VanishingDisk()));

        Assert.Equal($"The journal '{folder.Journal}' cannot be opened: SQLite Error 14: 'unable to open database file'..", refused.What);
        await Journal.Open(folder.Journal).DisposeAsync();
    }

    [Fact]
    public async Task A_file_that_cannot_be_read()
    {
        await Journal.Open(folder.Journal).DisposeAsync();

        var refused = Assert.Throws<JournalException>(() => Journal.Open(folder.Journal, new UnreadableDisk()));

        Assert.Equal($"'{folder.Journal}' cannot be read: bad sector See to its permissions.", refused.Message);
    }

    [Fact]
    public void A_file_that_is_damaged_while_its_owner_has_it_open()
    {
        File.WriteAllText(folder.Journal, new string('x', 8192));

        var refused = Assert.Throws<JournalException>(() => JournalFile.CheckWhole(folder.Journal, Disk.OfTheSystem, CancellationToken.None));

        Assert.Equal($"The journal '{folder.Journal}' is damaged: SQLite Error 26: 'file is not a database'.. {Damaged}", refused.Message);
    }

    [Fact]
    public void A_journal_to_read_that_is_not_there() =>
        Assert.Equal($"There is no journal '{folder.Journal}'. Name the file that `serve` or `run` was given.", Assert.Throws<JournalException>(() => JournalReader.Open(folder.Journal)).Message);

    private void Refuses(string message) => Assert.Equal(message, Assert.Throws<JournalException>(() => Journal.Open(folder.Journal)).Message);

    /// <summary>Loses the file between the look at it and its opening.</summary>
    private sealed class VanishingDisk : Disk
    {
        private int asked;

        internal override string SourceOf(string path) => asked++ == 0 ? path : path + ".gone";
    }

    private sealed class UnreadableDisk : Disk
    {
        internal override int ReadStart(string path, Span<byte> start) => throw new IOException("bad sector");
    }
}
