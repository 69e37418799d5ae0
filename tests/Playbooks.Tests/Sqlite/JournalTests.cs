using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Json;
using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

public sealed class JournalTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill()
    {
        await using var journal = Journal.Open(folder.Journal);
        await journal.AppendAsync(Batch("run-1", 0, Signal("one"), Signal("two")));

        await using var after = Journal.Open(folder.AsKilledNow("killed.db"));

        Assert.Equal([Signal("one"), Signal("two")], after.Reader.Events("run-1").Select(stored => stored.Event));
    }

    [Fact]
    public async Task A_batch_is_stored_whole_or_not_at_all()
    {
        await using var journal = Journal.Open(folder.Journal);
        var batch = new JournalBatch([new("run-1", 0, [Signal("one")]), new("run-2", 7, [Signal("two")])]);

        var refused = await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync(batch));

        Assert.Equal("Run 'run-2' stands at event 0, not at 7; its append was refused. This is a defect: the run stops here and its journal is whole.", refused.Message);
        Assert.Empty(journal.Reader.RunIds());
    }

    [Fact]
    public async Task An_append_behind_the_head_is_refused_and_the_events_there_stay()
    {
        await using var journal = Journal.Open(folder.Journal);
        await journal.AppendAsync(Batch("run-1", 0, Signal("one"), Signal("two")));

        var refused = await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync(Batch("run-1", 1, Signal("other"))));

        Assert.StartsWith("Run 'run-1' stands at event 2, not at 1;", refused.What, StringComparison.Ordinal);
        Assert.Equal([Signal("one"), Signal("two")], journal.Reader.Events("run-1").Select(stored => stored.Event));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refused_append_harms_no_other_in_the_same_commit(bool first)
    {
        await using var journal = Journal.Open(folder.Journal);
        using var writerIsHeld = new HeldWriter(journal);
        var before = first ? null : journal.AppendAsync(Batch("run-2", 0, Signal("two")));
        var bad = journal.AppendAsync(Batch("run-1", 3, Signal("one")));
        var good = before ?? journal.AppendAsync(Batch("run-2", 0, Signal("two")));
        writerIsHeld.Release();

        await Assert.ThrowsAsync<JournalException>(() => bad);
        await good;

        Assert.Equal(["run-2"], journal.Reader.RunIds());
        Assert.Equal([Signal("two")], journal.Reader.Events("run-2").Select(stored => stored.Event));
    }

    [Fact]
    public async Task What_is_queued_when_the_journal_is_closed_is_committed_before_the_file_is_let_go()
    {
        var journal = Journal.Open(folder.Journal);
        using var writerIsHeld = new HeldWriter(journal);
        var queued = journal.AppendAsync(Batch("run-1", 0, Signal("one")));

        var closing = journal.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        writerIsHeld.Release();
        await closing;

        await queued;
        using var reader = JournalReader.Open(folder.Journal);
        Assert.Equal(["run-1"], reader.RunIds());
    }

    [Fact]
    public async Task What_is_queued_during_a_commit_shares_the_next_one()
    {
        await using var journal = Journal.Open(folder.Journal);
        using var writerIsHeld = new HeldWriter(journal);
        var appends = Enumerable.Range(0, 200).Select(index => journal.AppendAsync(Batch($"run-{index}", 0, Signal("one")))).ToList();
        writerIsHeld.Release();

        await Task.WhenAll(appends);

        Assert.Equal(2, journal.Commits.Count);
        Assert.Equal(200, journal.Reader.RunIds().Count);
    }

    [Fact]
    public async Task Every_event_is_chained_to_the_one_before()
    {
        await using var journal = Journal.Open(folder.Journal);
        await journal.AppendAsync(Batch("run-1", 0, Signal("one")));
        await journal.AppendAsync(Batch("run-2", 0, Signal("other")));
        await journal.AppendAsync(Batch("run-1", 1, Signal("two"), Signal("three")));

        var events = journal.Reader.Events("run-1");

        Assert.Equal([1, 2, 3], events.Select(stored => stored.Sequence));
        var hash = HashChain.Genesis("run-1");
        Assert.All(events, stored => Assert.Equal(hash = HashChain.Next(hash, stored.Json.Span), stored.Hash));
        Assert.Null(journal.Reader.History("run-1")!.Broken);
        // The place of the run's previous event, so that a run is read without a look at the others.
        Assert.Equal([null, 1L, 3L], folder.Column("SELECT previous FROM events WHERE run = 1 ORDER BY place"));
    }

    [Fact]
    public async Task Reading_from_a_sequence_gives_the_rest_in_order()
    {
        await using var journal = Journal.Open(folder.Journal);
        await journal.AppendAsync(Batch("run-1", 0, Signal("one"), Signal("two"), Signal("three")));

        Assert.Equal([2, 3], journal.Reader.Events("run-1", fromSequence: 2).Select(stored => stored.Sequence));
        Assert.Empty(journal.Reader.Events("run-1", fromSequence: 4));
        Assert.Empty(journal.Reader.Events("unknown"));
    }

    [Theory]
    [InlineData("UPDATE events SET json = CAST(replace(CAST(json AS TEXT), 'two', 'TWO') AS BLOB) WHERE sequence = 2", "event 2 is not what was appended")]
    [InlineData("DELETE FROM events WHERE sequence = 2", "event 2 is missing")]
    [InlineData("DELETE FROM events WHERE sequence = 3", "the head says 3 events and there are 2")]
    [InlineData("UPDATE events SET hash = zeroblob(32) WHERE sequence = 1", "event 1 is not what was appended")]
    [InlineData("UPDATE heads SET hash = zeroblob(32)", "the head says 3 events and there are 3")]
    [InlineData("UPDATE events SET previous = NULL WHERE sequence = 3", null)]
    public async Task A_change_to_the_log_breaks_the_chain_where_it_was_made(string tampering, string? found)
    {
        await using (var journal = Journal.Open(folder.Journal))
            await journal.AppendAsync(Batch("run-1", 0, Signal("one"), Signal("two"), Signal("three")));
        folder.Tamper(tampering);

        using var reader = JournalReader.Open(folder.Journal);
        var broken = reader.History("run-1")!.Broken;

        if (found is null)
            Assert.Null(broken);
        else
            Assert.Contains(found, broken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timers_are_replaced_with_the_events_and_gone_when_the_run_is_settled()
    {
        await using var journal = Journal.Open(folder.Journal);
        await journal.AppendAsync(new([new("run-1", 0, [Signal("one")]) { Rest = Rest.Waiting, TimersSet = [new("b", At.AddHours(2)), new("a", At.AddHours(1))] }]));
        Assert.Equal([("run-1", "a", At.AddHours(1)), ("run-1", "b", At.AddHours(2))], journal.Reader.Timers());

        await journal.AppendAsync(new([new("run-1", 1, [Signal("two")]) { Rest = Rest.Asking, TimersSet = [new("b", At.AddHours(3))], TimersDropped = ["a"] }]));
        Assert.Equal([("run-1", "b", At.AddHours(3))], journal.Reader.Timers());

        await journal.AppendAsync(new([new("run-1", 2, [Signal("three")]) { Rest = Rest.Settled, TimersSet = [new("c", At.AddHours(4))], Resting = Summary("run-1") }]));
        Assert.Equal(0, folder.Rows("timers"));
        Assert.Empty(journal.Reader.UnsettledRunIds());
        Assert.Equal(Summary("run-1"), journal.Reader.RestingSummary("run-1"));
    }

    [Fact]
    public async Task The_same_version_with_another_text_is_refused_and_the_first_is_kept()
    {
        await using var journal = Journal.Open(folder.Journal);

        Assert.True(await journal.KeepPlaybookAsync("restore", "1.0.0", "aa", "first"));
        Assert.True(await journal.KeepPlaybookAsync("restore", "1.0.0", "aa", "first"));
        Assert.False(await journal.KeepPlaybookAsync("restore", "1.0.0", "bb", "second"));
        Assert.True(await journal.KeepPlaybookAsync("restore", "1.0.1", "bb", "second"));

        Assert.Equal("first", journal.Reader.Text("aa"));
    }

    [Fact]
    public async Task A_zombie_appends_nothing_and_fails_from_then_on()
    {
        await using var zombie = Journal.Open(folder.Journal);
        // What a network file system that forgets its locks does.
        File.Delete(folder.Journal + ".lock");
        await using var owner = Journal.Open(folder.Journal);

        var fenced = await Assert.ThrowsAsync<JournalFencedException>(() => zombie.AppendAsync(Batch("run-1", 0, Signal("one"))));
        await Assert.ThrowsAsync<JournalFencedException>(() => zombie.AppendAsync(Batch("run-2", 0, Signal("one"))));
        await owner.AppendAsync(Batch("run-3", 0, Signal("one")));

        Assert.Equal((1, 2), (zombie.Epoch, owner.Epoch));
        Assert.Equal("Another process took the journal over (epoch 2; this one has epoch 1). Stop this process; the other one goes on with its runs.", fenced.Message);
        Assert.Equal(["run-3"], owner.Reader.RunIds());
    }

    [Fact]
    public async Task A_reader_reads_beside_the_owner_only_what_is_committed()
    {
        await using var journal = Journal.Open(folder.Journal);
        using var reader = JournalReader.Open(folder.Journal);
        await journal.AppendAsync(Batch("run-1", 0, Signal("one")));

        Assert.Single(reader.Events("run-1"));
    }

    [Fact]
    public async Task The_log_is_moved_into_the_database_beside_the_commits()
    {
        await using var journal = Journal.Open(folder.Journal);
        var before = new FileInfo(folder.Journal).Length;
        var moved = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(folder.Journal)!, Path.GetFileName(folder.Journal));
        watcher.Changed += (_, _) => moved.TrySetResult();
        watcher.EnableRaisingEvents = true;

        for (var index = 0; index < 40; index++)
            await journal.AppendAsync(Batch("run-1", index, Signal(new string('x', 128 * 1024))));
        await moved.Task.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);

        Assert.True(new FileInfo(folder.Journal).Length > before);
    }

    internal static RunEvent Signal(string name) => new RunEvent.SignalReceived(name, name, JsonData.Null, At);

    private static JournalBatch Batch(string runId, long after, params RunEvent[] events) => new([new(runId, after, [.. events])]);

    internal static Core.RunSummary Summary(string runId) => new(runId, "restore", "1.0.0", RunMode.Drill, "drill", Core.RunState.Ended,
        RunOutcome.Recovered, RtoVerdict.Met, At, At, At.AddHours(4), At.AddHours(1), null);
}
