using System.Buffers.Binary;
using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

public sealed class JournalFileTests : IDisposable
{
    private const string Damaged = "is damaged";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_empty_file_is_refused_and_untouched() => RefusesUntouched([], "is not a journal of Playbooks");

    [Fact]
    public void A_foreign_file_is_refused_and_untouched() =>
        RefusesUntouched([.. Enumerable.Range(0, 9000).Select(index => (byte)index)], "is not a journal of Playbooks");

    [Fact]
    public void A_file_that_is_no_database_is_refused_though_it_has_our_mark()
    {
        var bytes = new byte[9000];
        "PLB1"u8.CopyTo(bytes.AsSpan(68));
        RefusesUntouched(bytes, "is not a journal of Playbooks");
    }

    [Fact]
    public async Task A_file_that_takes_the_place_of_a_closed_journal_is_looked_at()
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        RefusesUntouched([.. "notes"u8], "is not a journal of Playbooks");
    }

    [Fact]
    public void A_database_of_somebody_else_is_refused_and_untouched()
    {
        Sql("CREATE TABLE customers (name TEXT)");
        RefusesUntouched(File.ReadAllBytes(folder.Journal), "is not a journal of Playbooks");
    }

    [Theory]
    [InlineData(Schema.Version + 1)]
    [InlineData(Schema.Version - 1)]
    public async Task Another_format_is_refused_and_untouched(int format)
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        Sql($"PRAGMA user_version = {format}");
        RefusesUntouched(File.ReadAllBytes(folder.Journal), $"has journal format {format}; this version reads and writes format {Schema.Version}");
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.9)]
    public async Task A_damaged_file_is_refused_and_untouched(double where)
    {
        await using (var journal = Journal.Open(folder.Journal))
            await journal.AppendAsync(new([.. Enumerable.Range(0, 300).Select(index => new RunAppend($"run-{index}", 0, [JournalTests.Signal("one")]))]));
        var bytes = File.ReadAllBytes(folder.Journal);
        var page = (int)(bytes.Length * where) / 4096 * 4096;
        bytes.AsSpan(page, 4096).Fill(0xA5);
        RefusesUntouched(bytes, Damaged);
    }

    [Theory]
    [InlineData("UPDATE recent_starts SET request_id = 'request-2'")]
    [InlineData("UPDATE recent_starts SET hash = hash + 1")]
    [InlineData("UPDATE recent_starts SET result = replace(result, 'run-1', 'run-2')")]
    [InlineData("UPDATE timers SET due_at = replace(due_at, '2026', '2036')")]
    [InlineData("UPDATE timers SET run = 2")]
    [InlineData("UPDATE texts SET text = replace(text, 'one', 'two')")]
    [InlineData("UPDATE keys SET key = 'model-2'")]
    [InlineData("UPDATE keys SET environment = 'live'")]
    [InlineData("UPDATE runs SET summary = replace(summary, 'recovered', 'completed') WHERE run = 2")]
    public async Task What_changed_beside_the_events_is_found(string change)
    {
        await using (var journal = Journal.Open(folder.Journal))
        {
            await journal.KeepTextAsync("digest", "one");
            await journal.AppendAsync(new([
                new RunAppend("run-1", 0, [JournalTests.Signal("one")]) { TimersSet = [new Command.StartTimer("hold", DateTimeOffset.UnixEpoch.AddYears(56))] },
                new RunAppend("run-2", 0, [JournalTests.Signal("one")]) { Rest = Rest.Settled, Resting = JournalTests.Summary("run-2") },
            ])
            {
                Keys = ImmutableDictionary<RunKey, Admission>.Empty.Add(new RunKey("drill", "model-1"), Admission.Free with { RunningRun = "run-1" }),
                Starts = ImmutableDictionary<string, StartResult>.Empty.Add("request-1", new StartResult.Started("run-1")),
            });
        }
        Sql(change);

        Assert.Contains("is not what was stored", Assert.Throws<JournalException>(() => Journal.Open(folder.Journal)).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_large_beyond_its_limit_and_not_at_it()
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        var size = new FileInfo(folder.Journal).Length;

        Assert.False(JournalFile.IsLarge(folder.Journal, new DiskOf(size)));
        Assert.True(JournalFile.IsLarge(folder.Journal, new DiskOf(size - 1)));
    }

    [Fact]
    public async Task A_file_cut_short_is_refused_and_untouched()
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        RefusesUntouched(File.ReadAllBytes(folder.Journal)[..8192], Damaged);
    }

    [Fact]
    public void A_log_without_its_database_is_refused_and_kept()
    {
        File.WriteAllText(folder.Journal + "-wal", "acknowledged events");

        Assert.Contains("is missing", Assert.Throws<JournalException>(() => Journal.Open(folder.Journal)).What, StringComparison.Ordinal);

        Assert.Equal("acknowledged events", File.ReadAllText(folder.Journal + "-wal"));
        Assert.False(File.Exists(folder.Journal));
    }

    [Fact]
    public async Task A_creation_whose_last_move_a_power_cut_took_back_is_made_again()
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        File.Move(folder.Journal, folder.Journal + ".new");
        File.WriteAllText(folder.Journal + "-wal", "nothing acknowledged");

        await using var journal = Journal.Open(folder.Journal);

        Assert.Empty(journal.Reader.RunIds());
        Assert.False(File.Exists(folder.Journal + ".new"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-journal")]
    [InlineData("-wal")]
    public async Task What_a_creation_that_was_cut_off_left_behind_is_swept_away(string suffix)
    {
        File.WriteAllText(folder.Journal + ".new" + suffix, "half made");

        await using var journal = Journal.Open(folder.Journal);

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(folder.Journal)!, "*.new*"));
    }

    [Fact]
    public async Task A_second_owner_is_refused_while_the_first_lives()
    {
        await using (Journal.Open(folder.Journal))
            Assert.Contains("cannot be locked", Assert.Throws<JournalException>(() => Journal.Open(folder.Journal)).What, StringComparison.Ordinal);

        await Journal.Open(folder.Journal).DisposeAsync();
    }

    [Fact]
    public async Task A_refusal_lets_go_of_the_lock()
    {
        File.WriteAllText(folder.Journal, "notes");
        Assert.Throws<JournalException>(() => Journal.Open(folder.Journal));
        File.Delete(folder.Journal);

        await Journal.Open(folder.Journal).DisposeAsync();
    }

    [Fact]
    public async Task The_epoch_rises_with_every_opening()
    {
        await using (var first = Journal.Open(folder.Journal))
            Assert.Equal("epoch:1", first.Owner);
        await using var second = Journal.Open(folder.Journal);
        Assert.Equal("epoch:2", second.Owner);
    }

    [Fact]
    public async Task The_header_says_whose_file_it_is_and_which_format()
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        var header = File.ReadAllBytes(folder.Journal).AsSpan(0, 100);

        Assert.Equal("PLB1"u8, header.Slice(68, 4));
        Assert.Equal(Schema.Version, BinaryPrimitives.ReadInt32BigEndian(header[60..]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.Journal));
    }

    private void RefusesUntouched(byte[] bytes, string because)
    {
        File.WriteAllBytes(folder.Journal, bytes);

        Assert.Contains(because, Assert.Throws<JournalException>(() => Journal.Open(folder.Journal)).What, StringComparison.Ordinal);
        if (because != Damaged)
            Assert.Contains(because, Assert.Throws<JournalException>(() => JournalReader.Open(folder.Journal)).What, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(folder.Journal));
    }

    private sealed class DiskOf(long wholeCheckMaxBytes) : Disk
    {
        internal override long WholeCheckMaxBytes => wholeCheckMaxBytes;
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder.Journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
