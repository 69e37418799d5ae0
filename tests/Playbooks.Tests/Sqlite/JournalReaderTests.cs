using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Sqlite;
using static Playbooks.Tests.Sqlite.EngineHarness;
using static Playbooks.Tests.Sqlite.EngineTests;

namespace Playbooks.Tests.Sqlite;

public sealed class JournalReaderTests : IDisposable
{
    private const string Approve = """{ "id": "go", "approve": { "role": "approver", "message": "Go on?", "covers": ["tell"], "decideWithin": "PT1H" } }, """ + Notify;
    private static readonly DateTimeOffset At = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    private readonly EngineHarness harness = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    private TempFolder Folder => harness.Folder;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task It_says_how_often_the_journal_was_opened()
    {
        await Journal.Open(Folder.Journal).DisposeAsync();
        await Journal.Open(Folder.Journal).DisposeAsync();
        using var reader = JournalReader.Open(Folder.Journal);

        Assert.Equal(2, reader.Epoch());
    }

    [Fact]
    public async Task Its_summaries_are_what_the_engine_says_of_runs_that_are_busy_wait_and_are_over()
    {
        harness.Grace = TimeSpan.Zero;
        harness.Outside.Act = (call, token) => call.Command.Action.Name == "notify"
            ? Task.Delay(Timeout.InfiniteTimeSpan, token).ContinueWith(_ => FakeOutside.Done, TaskScheduler.Default)
            : Task.FromResult(FakeOutside.Done);
        await using var engine = await harness.OpenAsync();
        await AllAsync(engine, await StartAsync(engine, Get, "is-over", "is-over"));
        var rested = await StartAsync(engine, Approve, "has-rested", "has-rested");
        var opened = (RunEvent.ApprovalOpened)(await UntilAsync(engine, rested, happened => happened is RunEvent.ApprovalOpened))[^1].Event;
        // It rests once its head is anchored; only then are its timers in the journal.
        for (var turn = 0; turn < 1000 && Folder.Rows("timers") == 0; turn++)
            await SettleAsync(engine, rested);
        await engine.SignalAsync(rested, new RunEvent.VoteCast("vote-1", "go", opened.Round, opened.Digest, "approver@university.example", ["ml-approvers"], true, null, "test", default), cancellation);
        await UntilAsync(engine, rested, happened => happened is RunEvent.AttemptStarted);
        await UntilAsync(engine, await StartAsync(engine, Notify, "is-busy", "is-busy"), happened => happened is RunEvent.AttemptStarted);
        await SettleAsync(engine, await StartAsync(engine, Wait, "waits", "waits"));

        using var reader = JournalReader.Open(Folder.Journal);

        var summaries = reader.Summaries();
        Assert.Equal(await engine.ListAsync(cancellation), summaries);
        Assert.NotEqual(reader.RestingSummary(rested), summaries.Single(run => run.RunId == rested));
        Assert.Equal(["is-over", "has-rested", "is-busy", "waits"], summaries.OrderBy(run => run.CreatedAt).ThenBy(run => Array.IndexOf(["is-over", "has-rested", "is-busy", "waits"], run.Playbook)).Select(run => run.Playbook));
    }

    [Fact]
    public async Task The_hash_of_any_event_is_found_from_the_head_back()
    {
        await using var journal = Journal.Open(Folder.Journal);
        await journal.AppendAsync(Batch("run-1", 0, "one", "two"));
        await journal.AppendAsync(Batch("run-2", 0, "other"));
        await journal.AppendAsync(Batch("run-1", 2, "three"));
        using var lookups = new JournalLookups(() => new SqliteConnection($"Data Source={Folder.Journal};Mode=ReadOnly;Pooling=False"));

        var hashes = journal.Reader.Events("run-1").Select(stored => stored.Hash).ToList();

        Assert.Equal(hashes, new[] { 1L, 2, 3 }.Select(sequence => Convert.ToHexStringLower(lookups.Hash("run-1", sequence)!)));
        Assert.Equal(hashes, new[] { 1L, 2, 3 }.Select(sequence => journal.Reader.Hash("run-1", sequence)));
        Assert.Equal([null, null, null, null], new[] { ("run-1", 4), ("run-1", 0), ("run-2", 2), ("run-3", 1L) }.Select(no => lookups.Hash(no.Item1, no.Item2)));
        Assert.Null(journal.Reader.Hash("run-2", 2));
    }

    [Theory]
    [InlineData("UPDATE events SET previous = 2 WHERE place = 3")]
    [InlineData("UPDATE events SET previous = 7 WHERE place = 3")]
    [InlineData("UPDATE events SET previous = NULL WHERE place = 3")]
    public async Task The_hash_of_an_event_is_found_though_the_thread_to_it_is_torn(string damage)
    {
        string hash;
        await using (var journal = Journal.Open(Folder.Journal))
        {
            hash = (await journal.AppendAsync(Batch("run-1", 0, "one")))[0][0].Hash;
            await journal.AppendAsync(Batch("run-2", 0, "other"));
            await journal.AppendAsync(Batch("run-1", 1, "two"));
        }
        Folder.Tamper(damage);
        using var reader = JournalReader.Open(Folder.Journal);

        Assert.Equal(hash, reader.Hash("run-1", 1));
        Assert.Equal([1, 2], reader.Events("run-1").Select(stored => stored.Sequence));
    }

    [Fact]
    public async Task A_request_that_comes_again_gets_the_answer_that_was_kept_whatever_it_was()
    {
        await using var journal = Journal.Open(Folder.Journal);
        StartResult[] answers = [new StartResult.Started("run-1"), new StartResult.Attached("run-2"), new StartResult.Queued(3), new StartResult.HeldBack("run-4", At)];
        await journal.AppendAsync(new([])
        {
            Starts = answers.Append(new StartResult.Rejected(["one", "two"])).Select((answer, index) => KeyValuePair.Create($"request-{index}", answer)).ToImmutableDictionary(),
        });

        Assert.Equal(answers, answers.Select((_, index) => journal.Reader.Start($"request-{index}")));
        Assert.Equal(["one", "two"], Assert.IsType<StartResult.Rejected>(journal.Reader.Start("request-4")).Reasons);
        Assert.Null(journal.Reader.Start("request-5"));
    }

    [Fact]
    public async Task A_row_that_the_thread_of_its_run_does_not_lead_to_is_not_read()
    {
        await using (var journal = Journal.Open(Folder.Journal))
            await journal.AppendAsync(Batch("run-1", 0, "one", "two", "three"));
        Folder.Tamper("INSERT INTO events SELECT 50, run, sequence, previous, hash, json FROM events WHERE sequence = 2");
        using var reader = JournalReader.Open(Folder.Journal);

        Assert.Null(reader.History("run-1")!.Broken);
        Assert.Equal([1, 2, 3], reader.Events("run-1").Select(stored => stored.Sequence));
    }

    [Theory]
    [InlineData("UPDATE timers SET due_at = $stored", "tomorrow", "String 'tomorrow' was not recognized as a valid DateTime.", "run-1", "hold")]
    [InlineData("UPDATE runs SET summary = $stored", "{", null, "run-1")]
    [InlineData("UPDATE recent_starts SET result = $stored", """{"kind":"queued"}""", "Nullable object must have a value.", "request-1", "435226187")]
    [InlineData("UPDATE recent_starts SET result = $stored", """{"kind":"postponed"}""", "'postponed' is no answer to a start.", "request-1", "435226187")]
    public async Task A_text_that_was_stored_whole_and_means_nothing_is_said_to_be_unreadable(string change, string text, string? why, params string[] key)
    {
        await using (var journal = Journal.Open(Folder.Journal))
        {
            await journal.AppendAsync(new([new("run-1", 0, [JournalTests.Signal("one")]) { Rest = Rest.Waiting, TimersSet = [new("hold", At)], Resting = JournalTests.Summary("run-1") }])
            {
                Starts = ImmutableDictionary<string, StartResult>.Empty.Add("request-1", new StartResult.Queued(1)),
            });
        }
        Folder.Tamper(change.Replace("$stored", $"'{Seal.Put(text, key)}'", StringComparison.Ordinal));
        using var reader = JournalReader.Open(Folder.Journal);

        var unreadable = Assert.Throws<JournalException>(() => (reader.Timers(), reader.RestingSummary("run-1"), reader.Start("request-1")));

        Assert.StartsWith($"The journal '{Folder.Journal}' cannot be read: {why}", unreadable.What, StringComparison.Ordinal);
        Assert.Equal("Nothing was written to it.", unreadable.Remedy);
    }

    [Fact]
    public async Task A_journal_that_is_gone_under_its_reader_is_said_to_be_unreadable()
    {
        await Journal.Open(Folder.Journal).DisposeAsync();
        using var reader = JournalReader.Open(Folder.Journal);
        File.Delete(Folder.Journal);

        Assert.Contains("cannot be read", Assert.Throws<JournalException>(() => reader.RunIds()).What, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<JournalException>(() => reader.Start("request-1")).What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_that_this_version_does_not_know_breaks_the_history_there()
    {
        var (known, unknown) = (EventJson.Write(JournalTests.Signal("one")), """{"type":"runTeleported"}"""u8.ToArray());
        var first = HashChain.Next(HashChain.Genesis("run-1"), known);
        var second = HashChain.Next(first, unknown);

        var history = RunHistory.Verified("run-1", [new(1, Convert.FromHexString(first), known), new(2, Convert.FromHexString(second), unknown)], 2, Convert.FromHexString(second));

        Assert.StartsWith("The journal of run 'run-1' is broken: event 2 cannot be read by this version: ", history.Broken, StringComparison.Ordinal);
        Assert.Equal([JournalTests.Signal("one")], history.Events.Select(stored => stored.Event));
    }

    private static JournalBatch Batch(string runId, long after, params string[] signals) => new([new(runId, after, [.. signals.Select(JournalTests.Signal)])]);
}
