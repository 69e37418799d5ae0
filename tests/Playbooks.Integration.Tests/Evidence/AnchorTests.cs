using System.Collections.Immutable;
using Azure.Storage.Blobs;
using Playbooks.Connectors;
using Playbooks.Connectors.Evidence;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Evidence;

[Collection(UsesAzurite.Name)]
public sealed class AnchorTests(AzuriteFixture azurite)
{
    private static readonly string Head = new('a', 64);
    private static readonly string OtherHead = new('b', 64);
    private readonly string container = AzuriteFixture.Unique("evidence");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_head_is_anchored_once_and_a_repeat_is_harmless()
    {
        await CreateContainerAsync();
        var anchors = new BlobAnchors(AzuriteFixture.Clients());
        var first = await anchors.AnchorAsync("run-1", Target(), 7, Head, Cancelled);
        Assert.Equal(first, await anchors.AnchorAsync("run-1", Target(), 7, Head, Cancelled));
        Assert.EndsWith($"{container}/heads/runs/run-1/7.json", first, StringComparison.Ordinal);
        await anchors.AnchorAsync("run-1", Target(), 12, OtherHead, Cancelled);
        await anchors.AnchorAsync("run-10", Target(), 1, OtherHead, Cancelled);
        Assert.Equal([new("run-1", 7, Head), new AnchorRecord("run-1", 12, OtherHead)], await anchors.ReadAsync("run-1", Target(), Cancelled));
    }

    [Fact]
    public async Task Another_head_for_the_same_event_is_a_named_conflict_and_changes_nothing()
    {
        await CreateContainerAsync();
        var anchors = new BlobAnchors(AzuriteFixture.Clients());
        await anchors.AnchorAsync("run-1", Target(), 7, Head, Cancelled);
        var conflict = await Assert.ThrowsAsync<AnchorConflictException>(() => anchors.AnchorAsync("run-1", Target(), 7, OtherHead, Cancelled));
        Assert.Equal(("run-1", 7L), (conflict.RunId, conflict.Sequence));
        Assert.Equal([new AnchorRecord("run-1", 7, Head)], await anchors.ReadAsync("run-1", Target(), Cancelled));
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_not_made() => Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAsync<ActionFailedException>(() =>
        new BlobAnchors(AzuriteFixture.Clients()).AnchorAsync("run-1", Target(), 7, Head, Cancelled))).Kind);

    [Fact]
    public async Task The_journal_is_published_once_for_each_key_though_it_has_grown()
    {
        await CreateContainerAsync();
        var journal = new List<StoredEvent>();
        var actions = new ActionSet([new PublishEvidence(AzuriteFixture.Clients(), (_, _) => Task.FromResult<IReadOnlyList<StoredEvent>>([.. journal]))], TimeProvider.System);
        Grow(journal);
        var first = Published(await actions.ExecuteAsync(Call("key-1"), Cancelled));
        Grow(journal);
        Assert.Equal(first, Published(await actions.ExecuteAsync(Call("key-1"), Cancelled)));
        Assert.Equal(1, first["events"]!.AsInt64());
        Assert.Equal(2, Published(await actions.ExecuteAsync(Call("key-2"), Cancelled))["events"]!.AsInt64());
        var blob = new BlobContainerClient(azurite.ConnectionString, container).GetBlobClient("packs/run-1/journal-key-1.ndjson");
        Assert.Equal(TimelineFile.Write(journal.Take(1)), (await blob.DownloadContentAsync(Cancelled)).Value.Content.ToArray());
    }

    private static JsonData Published(Outcome outcome) => Assert.IsType<Outcome.Succeeded>(outcome).Output;

    private static void Grow(List<StoredEvent> journal)
    {
        var happened = new RunEvent.RunDrained(DateTimeOffset.UnixEpoch);
        var json = EventJson.Write(happened);
        journal.Add(new("run-1", journal.Count + 1, happened, HashChain.Next(HashChain.Genesis("run-1"), json), json));
    }

    private ActionCall Call(string key) => new("run-1", RunMode.Live, Target(), new Command.RunAction(new CommandId("@finally/report", Purpose.Do, 0, 1, 0), key,
        Catalogue.Find("evidence.publish")!, JsonData.EmptyObject, TimeProvider.System.GetUtcNow().AddMinutes(1), null, false));

    private async Task CreateContainerAsync() => await new BlobContainerClient(azurite.ConnectionString, container).CreateIfNotExistsAsync(cancellationToken: Cancelled);

    private DeploymentEnvironment Target() => new()
    {
        Name = "rig",
        Kind = EnvironmentKind.Live,
        Storage = ImmutableSortedDictionary<string, StorageAccount>.Empty.Add("store", azurite.Account),
        Evidence = new ContainerTarget("store", container, "packs"),
        Anchor = new ContainerTarget("store", container, "heads"),
        Signing = new SigningKeys(null, new SecretReference("env:NONE"), new SecretReference("env:NONE")),
        Text = "{}",
        Digest = new string('0', 64),
    };
}
