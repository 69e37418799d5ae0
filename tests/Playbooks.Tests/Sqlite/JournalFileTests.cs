using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
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
    public void A_database_of_somebody_else_is_refused_and_untouched()
    {
        Sql("CREATE TABLE customers (name TEXT)");
        RefusesUntouched(File.ReadAllBytes(folder.Journal), "is not a journal of Playbooks");
    }

    [Fact]
    public async Task A_newer_format_is_refused_and_untouched()
    {
        await Journal.Open(folder.Journal).DisposeAsync();
        Sql("PRAGMA user_version = 2");
        RefusesUntouched(File.ReadAllBytes(folder.Journal), "has journal format 2; this version knows formats up to 1");
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
        Assert.Equal(1, BinaryPrimitives.ReadInt32BigEndian(header[60..]));
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
