using System.Text;
using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Integration.Tests.Artifacts;

/// <summary>The layout of fixed paths. Azurite keeps no versions, so this runs on a stand-in that does, and on none of Azure's own behaviour.</summary>
public class VersionedPathTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restore_puts_the_recorded_versions_back_at_the_fixed_paths()
    {
        await using var store = await VersionKeepingStore.StartAsync(Cancelled);
        using var rig = await RigAsync(store);
        var good = await rig.PublishAsync("good", validate: true);
        await rig.PublishAsync("bad", files: 4);
        Assert.Equal("bad", await ArtifactRig.SaidAsync(rig.Reader));

        var output = Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync(1, "k1")).Output;

        Assert.Equal((good.Digest, 2L), (output["digest"]!.AsString(), output["previous"]!.AsInt64()));
        Assert.Equal("good", await ArtifactRig.SaidAsync(rig.Reader));
        Assert.Equal("good", await LiesThereAsync(rig, 0));
        // The newer version's fourth file is no part of the older one.
        Assert.False(await rig.Blobs.GetBlobClient("models/grading/part3.json").ExistsAsync(Cancelled));
        Assert.Equal(output, Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync(1, "k1")).Output);
    }

    [Fact]
    public async Task A_file_overwritten_behind_everybodys_back_is_put_right_and_preserved_before()
    {
        await using var store = await VersionKeepingStore.StartAsync(Cancelled);
        using var rig = await RigAsync(store);
        await rig.PublishAsync("good", validate: true);
        await ArtifactRig.DamageAsync(Fixed(rig, 1), _ => "garbage"u8.ToArray());
        Assert.Equal(ErrorKind.Integrity, (await Assert.ThrowsAsync<ActionFailedException>(() => rig.Reader.ReadCurrentAsync(Cancelled))).Kind);

        Assert.IsType<Outcome.Succeeded>(await rig.DoAsync("artifacts.preserve", "k0"));
        Assert.Equal(1, Assert.IsType<Outcome.Succeeded>(await rig.DoAsync("artifacts.lastKnownGood", "k0")).Output["version"]!.AsInt64());
        Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync(1, "k1"));

        Assert.Equal("good", await ArtifactRig.SaidAsync(rig.Reader));
        Assert.Equal("garbage", (await rig.Blobs.GetBlobClient("evidence/run-1/preserved/grading/k0/copy/files/part1.json")
            .DownloadContentAsync(Cancelled)).Value.Content.ToString());
    }

    public static TheoryData<string, ErrorKind> LyingVersions => new()
    {
        { nameof(Misbehaviour.CurrentInstead), ErrorKind.Integrity },
        { nameof(Misbehaviour.OtherContent), ErrorKind.Integrity },
        { nameof(Misbehaviour.Truncated), ErrorKind.Integrity },
        { nameof(Misbehaviour.Error), ErrorKind.Transient },
        { nameof(Misbehaviour.Dropped), ErrorKind.Transient },
    };

    [Theory, MemberData(nameof(LyingVersions))]
    public async Task A_store_that_answers_a_version_id_with_something_else_changes_nothing(string misbehaviour, ErrorKind kind)
    {
        await using var store = await VersionKeepingStore.StartAsync(Cancelled);
        using var rig = await RigAsync(store);
        await rig.PublishAsync("good");
        await rig.PublishAsync("baad");
        store.Misbehave = (method, name) => method == "GET" && name.EndsWith("part1.json", StringComparison.Ordinal)
            ? Enum.Parse<Misbehaviour>(misbehaviour) : null;

        Assert.Equal(kind, Assert.IsType<Outcome.Failed>(await rig.RestoreAsync(1, "k1")).Kind);
        Assert.Equal("baad", await ArtifactRig.SaidAsync(rig.Reader));

        store.Misbehave = (_, _) => null;
        Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync(1, "k1"));
        Assert.Equal("good", await ArtifactRig.SaidAsync(rig.Reader));
    }

    [Theory]
    [InlineData(nameof(Misbehaviour.Truncated))]
    [InlineData(nameof(Misbehaviour.Error))]
    public async Task A_copy_that_fails_in_the_middle_lets_nobody_read_a_mix_and_a_rerun_mends_it(string misbehaviour)
    {
        await using var store = await VersionKeepingStore.StartAsync(Cancelled);
        using var rig = await RigAsync(store);
        await rig.PublishAsync("good");
        await rig.PublishAsync("bad");
        store.Misbehave = (method, name) => method == "COPY" && name.EndsWith("part1.json", StringComparison.Ordinal)
            ? Enum.Parse<Misbehaviour>(misbehaviour) : null;

        Assert.Equal(ErrorKind.OutcomeUnknown, Assert.IsType<Outcome.Failed>(await rig.RestoreAsync(1, "k1")).Kind);
        Assert.Equal(("good", "bad"), (await LiesThereAsync(rig, 0), await LiesThereAsync(rig, 2)));
        Assert.Equal(ErrorKind.Conflict, (await Assert.ThrowsAsync<ActionFailedException>(() => rig.TrustingReader.ReadCurrentAsync(Cancelled))).Kind);

        store.Misbehave = (_, _) => null;
        var again = Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync(1, "k1"));
        Assert.Equal(2, again.Output["previous"]!.AsInt64());
        Assert.Equal("good", await ArtifactRig.SaidAsync(rig.Reader));
    }

    [Fact]
    public async Task A_crash_at_any_call_lets_nobody_read_a_mix_and_a_rerun_ends_the_same()
    {
        await using var store = await VersionKeepingStore.StartAsync(Cancelled);
        using var rig = await RigAsync(store);
        var hook = new RequestHook();
        using var crashing = rig.Seen(store.ConnectionString, hook.Install);
        await rig.PublishAsync("good");
        await rig.PublishAsync("bad", files: 4);
        Assert.IsType<Outcome.Succeeded>(await crashing.RestoreAsync(1, "measure"));
        var calls = hook.Count;
        Assert.InRange(calls, 15, 80);
        for (var at = 1; at <= calls; at++)
        {
            Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync(2, $"reset{at}"));
            hook.Reset();
            hook.After = (number, _) => number == at ? throw new CrashException() : Task.CompletedTask;
            try
            {
                // The canary is put once per process, so this restore may be some calls shorter.
                await crashing.RestoreAsync(1, $"key{at}");
            }
            catch (CrashException)
            {
                Assert.Contains(await SaidOrRefusedAsync(rig), OldNewOrRefused);
            }
            hook.After = null;

            var again = Assert.IsType<Outcome.Succeeded>(await crashing.RestoreAsync(1, $"key{at}"));

            Assert.Equal(2, again.Output["previous"]!.AsInt64());
            Assert.Equal("good", await ArtifactRig.SaidAsync(rig.Reader));
        }
    }

    [Fact]
    public async Task A_file_that_belongs_to_no_signed_version_stops_the_restore_before_it_changes_anything()
    {
        await using var store = await VersionKeepingStore.StartAsync(Cancelled);
        using var rig = await RigAsync(store);
        await rig.PublishAsync("good");
        await rig.PublishAsync("bad");
        await rig.Blobs.GetBlobClient("models/grading/backdoor.pkl").UploadAsync(new BinaryData("x"), Cancelled);

        var failure = Assert.IsType<Outcome.Failed>(await rig.RestoreAsync(1, "k1"));

        Assert.Equal(ErrorKind.Integrity, failure.Kind);
        Assert.Contains("backdoor.pkl", failure.Message, StringComparison.Ordinal);
        Assert.Equal("bad", await ArtifactRig.SaidAsync(rig.Reader));
    }

    [Fact]
    public async Task Nothing_at_fixed_paths_is_corrupted_by_a_drill_because_nothing_would_end_it()
    {
        await using var store = await VersionKeepingStore.StartAsync(Cancelled);
        using var rig = await RigAsync(store);
        await rig.PublishAsync("good");
        Assert.Equal(ErrorKind.Invalid, (await Assert.ThrowsAsync<ActionFailedException>(() => new ArtifactCorruption(rig.Stores)
            .PutCorruptedAsync(rig.Environment, ArtifactRig.Model, DateTimeOffset.UtcNow.AddHours(1), "k", "run 1", Cancelled))).Kind);
    }

    private static readonly string[] OldNewOrRefused = ["good", "bad", "refused"];

    private static Task<ArtifactRig> RigAsync(VersionKeepingStore store) =>
        ArtifactRig.NewAsync(store.ConnectionString, layout: ArtifactLayout.VersionedPath);

    private static Azure.Storage.Blobs.BlobClient Fixed(ArtifactRig rig, int part) => rig.Blobs.GetBlobClient($"models/grading/part{part}.json");

    private static async Task<string> LiesThereAsync(ArtifactRig rig, int part) =>
        JsonData.Parse(Encoding.UTF8.GetString((await Fixed(rig, part).DownloadContentAsync(Cancelled)).Value.Content))["says"]!.AsString()!;

    private static async Task<string> SaidOrRefusedAsync(ArtifactRig rig)
    {
        try
        {
            return await ArtifactRig.SaidAsync(rig.TrustingReader);
        }
        catch (ActionFailedException refused) when (refused.Kind == ErrorKind.Conflict)
        {
            return "refused";
        }
    }
}
