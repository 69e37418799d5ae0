using Azure.Storage.Blobs.Models;
using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Artifacts;

[Collection(UsesAzurite.Name)]
public class RestoreTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restore_makes_a_checked_version_current_and_says_what_was_before()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        var good = await rig.PublishAsync("good", promote: true);
        var bad = await rig.PublishAsync("bad", promote: true);

        var output = Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync(1, "k1")).Output;

        Assert.Equal(JsonData.Object(("version", JsonData.Of(1)), ("digest", JsonData.Of(good.Digest)), ("previous", JsonData.Of(2)),
            ("previousDigest", JsonData.Of(bad.Digest)), ("files", JsonData.Of(3)), ("bytes", JsonData.Of(good.Manifest.TotalBytes))), output);
        Assert.Equal("good", await ArtifactRig.SaidAsync(rig.Reader));
    }

    [Fact]
    public async Task A_repeated_restore_finds_its_own_success_even_after_another_change()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("good", promote: true);
        await rig.PublishAsync("bad", promote: true);
        var first = Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync(1, "k1"));
        var moved = await rig.Artifacts.Records.ReadPointerAsync(Cancelled);

        Assert.Equal(first, await rig.RestoreAsync(1, "k1"));
        Assert.Equal(moved, await rig.Artifacts.Records.ReadPointerAsync(Cancelled));
    }

    [Fact]
    public async Task A_reader_sees_the_old_set_or_the_new_one_while_restores_race()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("one", promote: true, files: 5);
        await rig.PublishAsync("two", promote: true, files: 5);
        using var done = new CancellationTokenSource();
        var said = new HashSet<string>();
        var reading = Task.Run(async () =>
        {
            do
                said.Add(await ArtifactRig.SaidAsync(rig.Reader));
            while (!done.IsCancellationRequested);
        }, Cancelled);
        for (var round = 0; round < 10; round++)
            Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync((round % 2) + 1, $"k{round}"));
        await done.CancelAsync();
        await reading;
        Assert.Subset(new HashSet<string> { "one", "two" }, said);
    }

    [Fact]
    public async Task Of_two_restores_that_race_one_wins_and_the_other_is_told()
    {
        var hook = new RequestHook();
        using var rig = await ArtifactRig.NewAsync(azurite, configure: hook.Install);
        await rig.PublishAsync("one");
        await rig.PublishAsync("two", promote: true);
        using var other = rig.Seen(azurite.ConnectionString);
        var raced = false;
        hook.Before = async (_, request) =>
        {
            if (!raced && request.Method == Azure.Core.RequestMethod.Put && request.Uri.ToString().EndsWith("/current", StringComparison.Ordinal))
            {
                raced = true;
                await other.PublishAsync("three", promote: true);
            }
        };

        var outcome = Assert.IsType<Outcome.Failed>(await rig.RestoreAsync(1, "k1"));

        Assert.Equal(ErrorKind.Conflict, outcome.Kind);
        Assert.Equal("three", await ArtifactRig.SaidAsync(rig.Reader));
    }

    public static TheoryData<string> Damages => ["file", "file cut short", "file gone", "manifest", "signature", "unsigned", "foreign"];

    [Theory, MemberData(nameof(Damages))]
    public async Task A_version_that_is_not_what_was_signed_is_refused_and_nothing_moves(string damage)
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        var good = await rig.PublishAsync("good");
        await rig.PublishAsync("current", promote: true);
        await (damage switch
        {
            "file" => ArtifactRig.DamageAsync(rig.ObjectOf(good, 1), bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]),
            "file cut short" => ArtifactRig.DamageAsync(rig.ObjectOf(good, 1), bytes => bytes[..^1]),
            "file gone" => rig.ObjectOf(good, 1).DeleteAsync(cancellationToken: Cancelled),
            "manifest" => Record(good => good with { Manifest = good.Manifest with { MadeBy = "somebody" } }),
            "signature" => Record(good => good with { Signature = JsonData.Parse(good.Signature!.Text.Replace("\"sig\":\"M", "\"sig\":\"N", StringComparison.Ordinal)) }),
            "unsigned" => Record(good => good with { Signature = null }),
            "foreign" => Record(good => good with { Manifest = good.Manifest with { Model = "fraud" } }),
            _ => throw new System.Diagnostics.UnreachableException(damage),
        });
        var before = await rig.PointerAsync();

        var outcome = Assert.IsType<Outcome.Failed>(await rig.RestoreAsync(1, "k1"));

        Assert.Equal(ErrorKind.Integrity, outcome.Kind);
        Assert.Equal(before, await rig.PointerAsync());
        Assert.Equal("current", await ArtifactRig.SaidAsync(rig.Reader));

        Task Record(Func<VersionRecord, VersionRecord> change) =>
            ArtifactRig.DamageAsync(rig.Artifacts.Records.VersionBlob(1), _ => change(good).Bytes());
    }

    [Fact]
    public async Task A_version_in_the_archive_tier_is_refused_and_known_before_any_incident()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        var good = await rig.PublishAsync("good", promote: true, validate: true);
        await rig.PublishAsync("bad", promote: true);
        Assert.Empty(await new ArtifactPreflight(rig.Stores).CheckAsync(rig.Environment, Cancelled));
        await rig.ObjectOf(good).SetAccessTierAsync(AccessTier.Archive, cancellationToken: Cancelled);

        var outcome = Assert.IsType<Outcome.Failed>(await rig.RestoreAsync(1, "k1"));
        Assert.Equal(ErrorKind.Invalid, outcome.Kind);
        Assert.Contains("archive tier", outcome.Message, StringComparison.Ordinal);

        var finding = Assert.Single(await new ArtifactPreflight(rig.Stores).CheckAsync(rig.Environment, Cancelled));
        Assert.Equal((ArtifactRig.Model, 1), (finding.Model, finding.Version));
        Assert.Contains("archive tier", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_validated_versions_is_a_finding()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("new", promote: true);
        Assert.Contains("nothing known good", Assert.Single(await new ArtifactPreflight(rig.Stores).CheckAsync(rig.Environment, Cancelled)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_version_is_not_found()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("one", promote: true);
        Assert.Equal(ErrorKind.NotFound, Assert.IsType<Outcome.Failed>(await rig.RestoreAsync(9, "k1")).Kind);
    }

    [Fact]
    public async Task An_account_without_versions_is_refused_before_any_version_id_is_sent()
    {
        var hook = new RequestHook();
        using var rig = await ArtifactRig.NewAsync(azurite, layout: ArtifactLayout.VersionedPath, configure: hook.Install);

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => rig.PublishAsync("one"));

        Assert.Equal(ErrorKind.Invalid, failure.Kind);
        Assert.Contains("keeps no blob versions", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(hook.Seen, request => request.Contains("versionid", StringComparison.OrdinalIgnoreCase));
    }
}
