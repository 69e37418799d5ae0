using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Playbooks.Core;
using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

public sealed class StartsTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_answer_is_given_again_before_and_after_it_moved()
    {
        await using (var journal = Journal.Open(folder.Journal))
        {
            await KeepAsync(journal, 0, StartsWriter.RecentMax - 1);
            Assert.Equal((0, StartsWriter.RecentMax - 1), Rows());
            await KeepAsync(journal, StartsWriter.RecentMax - 1, 1);
            Assert.Equal((StartsWriter.RecentMax, 0), Rows());
            await KeepAsync(journal, StartsWriter.RecentMax, 2);
            Assert.Equal((StartsWriter.RecentMax, 2), Rows());
        }

        await using var next = Journal.Open(folder.Journal);

        foreach (var index in new[] { 0, 1, StartsWriter.RecentMax - 1, StartsWriter.RecentMax, StartsWriter.RecentMax + 1 })
            Assert.Equal(new StartResult.Started($"run-{index}"), next.Reader.Start($"request-{index}"));
        Assert.Null(next.Reader.Start($"request-{StartsWriter.RecentMax + 2}"));
        // What was counted before the journal was closed counts on.
        await KeepAsync(next, StartsWriter.RecentMax + 2, StartsWriter.RecentMax - 2);
        Assert.Equal((2 * StartsWriter.RecentMax, 0), Rows());
    }

    [Fact]
    public async Task What_is_rolled_back_is_not_counted()
    {
        await using var journal = Journal.Open(folder.Journal);
        await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync(Batch(0, StartsWriter.RecentMax) with { Runs = [new("run-1", 7, [JournalTests.Signal("one")])] }));

        await KeepAsync(journal, 0, 1);

        Assert.Equal((0, 1), Rows());
    }

    [Theory]
    [InlineData("request-105084", "request-110778")]
    public async Task Two_requests_of_one_hash_are_told_apart(string first, string second)
    {
        Assert.Equal(StartsWriter.HashOf(first), StartsWriter.HashOf(second));
        await using var journal = Journal.Open(folder.Journal);
        await journal.AppendAsync(new([]) { Starts = ImmutableDictionary<string, StartResult>.Empty.Add(first, new StartResult.Started("run-1")) });

        Assert.Null(journal.Reader.Start(second));

        await journal.AppendAsync(new([]) { Starts = ImmutableDictionary<string, StartResult>.Empty.Add(second, new StartResult.Started("run-2")) });
        Assert.Equal(new StartResult.Started("run-1"), journal.Reader.Start(first));
        Assert.Equal(new StartResult.Started("run-2"), journal.Reader.Start(second));
    }

    [Fact]
    public async Task A_changed_request_id_is_found_when_its_start_is_looked_up()
    {
        await using var journal = Journal.Open(folder.Journal);
        await KeepAsync(journal, 0, 1);
        using (var connection = new SqliteConnection($"Data Source={folder.Journal};Pooling=False"))
        {
            connection.Open();
            connection.Execute("UPDATE recent_starts SET request_id = 'another'");
        }

        Assert.Contains("is not what was stored", Assert.Throws<JournalException>(() => journal.Reader.Start("request-0")).What, StringComparison.Ordinal);
    }

    private static async Task KeepAsync(Journal journal, int from, int count) => await journal.AppendAsync(Batch(from, count));

    private static JournalBatch Batch(int from, int count) => new([])
    {
        Starts = Enumerable.Range(from, count).ToImmutableDictionary(index => $"request-{index}", StartResult (index) => new StartResult.Started($"run-{index}")),
    };

    private (long Moved, long Recent) Rows()
    {
        using var connection = new SqliteConnection($"Data Source={folder.Journal};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return (connection.Scalar<long>("SELECT count(*) FROM starts"), connection.Scalar<long>("SELECT count(*) FROM recent_starts"));
    }
}
