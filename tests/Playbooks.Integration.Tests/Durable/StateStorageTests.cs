using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Storage;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Durable;

/// <summary>What the second shell must not lose, on the emulator. Tests share the containers and take names of their own.</summary>
[Collection(UsesAzurite.Name)]
public sealed class StateStorageTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StateStorage storage = StorageOf(azurite);
    private readonly string run = AzuriteFixture.Unique("run");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await storage.PrepareAsync(Cancelled);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_journal_takes_an_append_at_its_end_and_no_other()
    {
        var journals = new BlobJournals(storage);
        Assert.False(await journals.TryAppendAsync(run, 3, Bytes("gap"), Cancelled));
        Assert.True((await journals.ReadAsync(run, 0, 10, Cancelled)).IsEmpty);

        Assert.True(await journals.TryAppendAsync(run, 0, Bytes("one\n"), Cancelled));
        Assert.False(await journals.TryAppendAsync(run, 0, Bytes("one\n"), Cancelled));
        Assert.True(await journals.TryAppendAsync(run, 4, Bytes("two\n"), Cancelled));

        Assert.Equal("one\ntwo\n", Text(await journals.ReadAsync(run, 0, long.MaxValue, Cancelled)));
        Assert.Equal("two", Text(await journals.ReadAsync(run, 4, 3, Cancelled)));
        Assert.True((await journals.ReadAsync(run, 8, long.MaxValue, Cancelled)).IsEmpty);
        Assert.Contains(run, await journals.RunsAsync(Cancelled));
    }

    [Fact]
    public async Task Of_twenty_that_append_at_once_one_wins()
    {
        var journals = new BlobJournals(storage);
        Assert.True(await journals.TryAppendAsync(run, 0, Bytes("begin\n"), Cancelled));

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(racer => journals.TryAppendAsync(run, 6, Bytes($"racer {racer:D2}\n"), Cancelled)));

        Assert.Single(results, won => won);
        Assert.Equal(6 + 9, (await journals.ReadAsync(run, 0, long.MaxValue, Cancelled)).Length);
    }

    [Fact]
    public async Task An_append_whose_answer_was_lost_lies_there_once()
    {
        var lossy = new BlobJournals(StorageOf(azurite, options => options.AddPolicy(new LosesAnswers(), HttpPipelinePosition.PerRetry)));

        // The client sends it once more and hears that the position is another one; whoever called looks what lies there.
        Assert.False(await lossy.TryAppendAsync(run, 0, Bytes("one\n"), Cancelled));

        Assert.Equal("one\n", Text(await lossy.ReadAsync(run, 0, long.MaxValue, Cancelled)));
    }

    [Fact]
    public async Task Claims_outcomes_texts_versions_and_starts_stay_what_they_were_first()
    {
        var stores = new BlobStores(storage);
        Assert.Null(await stores.FindAsync(run, "step/1", Cancelled));
        Assert.Equal("one", await stores.ClaimAsync(run, "step/1", "one", Cancelled));
        Assert.Equal("one", await stores.ClaimAsync(run, "step/1", "two", Cancelled));
        Assert.Null(await stores.FindAsync(run, "step/1", Cancelled));
        Assert.Equal("{}", await stores.KeepAsync(run, "step/1", "{}", Cancelled));
        Assert.Equal("{}", await stores.KeepAsync(run, "step/1", "{ }", Cancelled));
        Assert.Equal("{}", await stores.FindAsync(run, "step/1", Cancelled));
        ITexts texts = stores;
        await texts.KeepAsync(run, "text", Cancelled);
        await texts.KeepAsync(run, "another", Cancelled);
        Assert.Equal("text", await texts.FindAsync(run, Cancelled));
        Assert.Equal("digest", await stores.KeepVersionAsync(run, "1.0.0", "digest", Cancelled));
        Assert.Equal("digest", await stores.KeepVersionAsync(run, "1.0.0", "other", Cancelled));
        Assert.Equal("now", await stores.KeepStartAsync(run, "now", Cancelled));
        Assert.Equal("now", await stores.KeepStartAsync(run, "later", Cancelled));
    }

    [Fact]
    public async Task A_delivery_is_there_until_it_is_removed_and_whoever_waits_for_that_goes_on()
    {
        var deliveries = new BlobDeliveries(storage, TimeProvider.System);
        await deliveries.KeepAsync(run, "a/1", "text", Cancelled);
        await deliveries.KeepAsync(run, "a/1", "another", Cancelled);
        Assert.Equal([new KeptDelivery(run, "a/1", "text")], (await deliveries.OlderAsync(DateTimeOffset.MaxValue, 100, Cancelled)).Where(kept => kept.RunId == run));
        Assert.DoesNotContain(await deliveries.OlderAsync(DateTimeOffset.UnixEpoch, 100, Cancelled), kept => kept.RunId == run);

        var taken = deliveries.TakenAsync(run, "a/1", Cancelled);
        await deliveries.RemoveAsync(run, "a/1", Cancelled);
        await taken;
        await deliveries.RemoveAsync(run, "a/1", Cancelled);

        Assert.DoesNotContain(await deliveries.OlderAsync(DateTimeOffset.MaxValue, 100, Cancelled), kept => kept.RunId == run);
    }

    [Fact]
    public async Task A_key_is_changed_only_by_whoever_has_read_it_as_it_is()
    {
        var (keys, key) = (new BlobKeys(storage), new RunKey("campus", run));
        var free = await keys.FindAsync(key, Cancelled);
        Assert.Equal(new KeptKey(key, Admission.Free, null), free);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(racer => keys.TryChangeAsync(free, Admission.Free with { RunningRun = $"run-{racer}" }, Cancelled)));
        Assert.Single(results, won => won);
        var taken = await keys.FindAsync(key, Cancelled);
        Assert.Equal(taken.State.RunningRun, $"run-{results.IndexOf(true)}");
        Assert.Contains(await keys.BusyAsync(Cancelled), busy => busy.Key == key);

        Assert.True(await keys.TryChangeAsync(taken, Admission.Free with { EndedRun = "run-1" }, Cancelled));
        Assert.False(await keys.TryChangeAsync(taken, Admission.Free, Cancelled));
        Assert.DoesNotContain(await keys.BusyAsync(Cancelled), busy => busy.Key == key);
    }

    [Fact]
    public async Task Runs_are_listed_as_they_stand_in_the_order_in_which_they_were_made()
    {
        var index = new TableRuns(storage);
        var first = new RunSummary(run + "-1", "keyed", "1.0.0", RunMode.Live, "campus", RunState.Recovering, null, null, DateTimeOffset.UnixEpoch.AddDays(1), null, null, null, "an approval");
        await index.PutAsync(first with { RunId = run + "-2", CreatedAt = first.CreatedAt.AddTicks(1) }, Cancelled);
        await index.PutAsync(first, Cancelled);
        await index.PutAsync(first, Cancelled);
        await index.PutAsync(first with { State = RunState.Ended, EndedAt = first.CreatedAt.AddHours(1) }, Cancelled);

        var listed = (await index.ListAsync(Cancelled)).Where(summary => summary.RunId.StartsWith(run, StringComparison.Ordinal)).ToList();

        Assert.Equal([(run + "-1", RunState.Ended), (run + "-2", RunState.Recovering)], listed.Select(summary => (summary.RunId, summary.State)));
        Assert.Equal(first.CreatedAt.AddHours(1), listed[0].EndedAt);
    }

    [Fact]
    public async Task What_the_host_replaces_is_what_was_written_last()
    {
        var marks = new BlobMarks(storage);
        Assert.Null(await marks.FindInstantAsync(run, Cancelled));
        await marks.SetInstantAsync(run, DateTimeOffset.UnixEpoch, Cancelled);
        await marks.SetInstantAsync(run, DateTimeOffset.UnixEpoch.AddTicks(1), Cancelled);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddTicks(1), await marks.FindInstantAsync(run, Cancelled));
        Assert.Null(marks.Read(run + ".json"));
        marks.Write(run + ".json", [1, 2]);
        marks.Write(run + ".json", [3]);
        Assert.Equal([3], marks.Read(run + ".json")!);
    }

    internal static StateStorage StorageOf(AzuriteFixture azurite, Action<ClientOptions>? configure = null)
    {
        var clients = AzuriteFixture.Clients(configure);
        return new StateStorage(clients.Blobs(azurite.Account), clients.Tables(azurite.Account));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>The first answer to an append never arrives.</summary>
    private sealed class LosesAnswers : HttpPipelineSynchronousPolicy
    {
        private int lost;

        public override void OnReceivedResponse(HttpMessage message)
        {
            if (message.Request.Uri.ToString().Contains("comp=appendblock", StringComparison.Ordinal) && Interlocked.Exchange(ref lost, 1) == 0)
                throw new IOException("The connection broke.");
        }
    }
}
