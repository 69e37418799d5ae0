using System.Text;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Artifacts;

[Collection(UsesAzurite.Name)]
public class PreserveAndCorruptTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_current_is_preserved_as_it_is_though_it_is_corrupted()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        var record = await rig.PublishAsync("bad", promote: true);
        await ArtifactRig.DamageAsync(rig.ObjectOf(record), _ => "garbage"u8.ToArray());

        var output = Assert.IsType<Outcome.Succeeded>(await rig.DoAsync("artifacts.preserve", "0123456789abcdef")).Output;

        // Three files, the pointer and the version; it was never validated.
        Assert.Equal(5, output["files"]!.AsInt64());
        var copy = rig.Blobs.GetBlobClient("evidence/run-1/preserved/grading/0123456789abcdef/copy/files/part0.json");
        Assert.Equal("garbage", (await copy.DownloadContentAsync(Cancelled)).Value.Content.ToString());
        Assert.EndsWith("/evidence/run-1/preserved/grading/0123456789abcdef/inventory.json", output["location"]!.AsString(), StringComparison.Ordinal);
        Assert.Equal(output, Assert.IsType<Outcome.Succeeded>(await rig.DoAsync("artifacts.preserve", "0123456789abcdef")).Output);
    }

    [Fact]
    public async Task A_version_that_cannot_be_read_is_preserved_by_its_own_bytes()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("bad", promote: true);
        await ArtifactRig.DamageAsync(rig.Artifacts.Records.VersionBlob(1), _ => "garbage"u8.ToArray());
        var output = Assert.IsType<Outcome.Succeeded>(await rig.DoAsync("artifacts.preserve", "k1")).Output;
        Assert.Equal(2, output["files"]!.AsInt64());
        Assert.Equal("garbage", (await rig.Blobs.GetBlobClient("evidence/run-1/preserved/grading/k1/copy/version.json")
            .DownloadContentAsync(Cancelled)).Value.Content.ToString());
    }

    [Fact]
    public async Task A_crash_at_any_call_of_preserving_is_mended_by_a_rerun()
    {
        var hook = new RequestHook();
        using var rig = await ArtifactRig.NewAsync(azurite, configure: hook.Install);
        await rig.PublishAsync("bad", promote: true);
        hook.Reset();
        var whole = Assert.IsType<Outcome.Succeeded>(await rig.DoAsync("artifacts.preserve", "measure")).Output;
        var calls = hook.Count;
        for (var at = 1; at <= calls; at++)
        {
            hook.Reset();
            hook.After = (number, _) => number == at ? throw new CrashException() : Task.CompletedTask;
            await Assert.ThrowsAsync<CrashException>(() => rig.DoAsync("artifacts.preserve", $"k{at}"));
            hook.After = null;
            var again = Assert.IsType<Outcome.Succeeded>(await rig.DoAsync("artifacts.preserve", $"k{at}")).Output;
            Assert.Equal((whole["digest"], whole["files"], whole["bytes"]), (again["digest"], again["files"], again["bytes"]));
        }
    }

    [Fact]
    public async Task A_drills_corruption_is_served_until_its_end_and_then_by_nobody()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var rig = await ArtifactRig.NewAsync(azurite, time);
        var good = await rig.PublishAsync("good", promote: true, validate: true);
        var until = time.GetUtcNow().AddHours(1);

        var corrupted = await new ArtifactCorruption(rig.Stores).PutCorruptedAsync(rig.Environment, ArtifactRig.Model, until, "k1", "run 1", Cancelled);

        Assert.NotEqual(good.Digest, corrupted.Digest);
        var served = await rig.TrustingReader.ReadCurrentAsync(Cancelled);
        Assert.Equal(corrupted.Digest, served.Digest);
        Assert.Contains(served.Files.Values, file => Encoding.UTF8.GetString(file.Span).Contains("-0.5", StringComparison.Ordinal));
        // A service that checks signatures would not have loaded it at all.
        Assert.Equal(ErrorKind.Integrity, (await Assert.ThrowsAsync<ActionFailedException>(() => rig.Reader.ReadCurrentAsync(Cancelled))).Kind);
        // Nor does anything call it good.
        Assert.Equal(1, Assert.IsType<Outcome.Succeeded>(await rig.DoAsync("artifacts.lastKnownGood", "k")).Output["version"]!.AsInt64());
        Assert.Equal(ErrorKind.Integrity, Assert.IsType<Outcome.Failed>(await rig.RestoreAsync(corrupted.Version, "k")).Kind);

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(good.Digest, (await rig.TrustingReader.ReadCurrentAsync(Cancelled)).Digest);
    }

    [Fact]
    public async Task The_same_corruption_is_put_once_and_another_one_is_refused()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("good", promote: true);
        var corruption = new ArtifactCorruption(rig.Stores);
        var until = DateTimeOffset.UtcNow.AddHours(1);
        var first = await corruption.PutCorruptedAsync(rig.Environment, ArtifactRig.Model, until, "k1", "run 1", Cancelled);
        var again = await corruption.PutCorruptedAsync(rig.Environment, ArtifactRig.Model, until, "k1", "run 1", Cancelled);
        Assert.Equal(first.Digest, again.Digest);
        Assert.Equal(2, (await rig.Artifacts.Records.ListVersionsAsync(Cancelled)).Length);
        Assert.Equal(ErrorKind.Conflict, (await Assert.ThrowsAsync<ActionFailedException>(() =>
            corruption.PutCorruptedAsync(rig.Environment, ArtifactRig.Model, until, "k2", "run 2", Cancelled))).Kind);
    }

    [Fact]
    public async Task Nothing_is_corrupted_in_a_live_environment()
    {
        using var rig = await ArtifactRig.NewAsync(azurite, kind: EnvironmentKind.Live);
        await rig.PublishAsync("good", promote: true);
        Assert.Equal(ErrorKind.Denied, (await Assert.ThrowsAsync<ActionFailedException>(() => new ArtifactCorruption(rig.Stores)
            .PutCorruptedAsync(rig.Environment, ArtifactRig.Model, DateTimeOffset.UtcNow.AddHours(1), "k1", "run 1", Cancelled))).Kind);
    }

    [Fact]
    public async Task Undoing_a_restore_puts_a_drills_corruption_back_with_its_end()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("good", promote: true);
        var until = DateTimeOffset.UtcNow.AddHours(1);
        await new ArtifactCorruption(rig.Stores).PutCorruptedAsync(rig.Environment, ArtifactRig.Model, until, "k1", "run 1", Cancelled);
        Assert.IsType<Outcome.Succeeded>(await rig.RestoreAsync(1, "k2"));

        var call = rig.Call("artifacts.promote", "k3", ("version", JsonData.Of(2)));
        Assert.Equal(ErrorKind.Integrity, Assert.IsType<Outcome.Failed>(await rig.Actions.ExecuteAsync(call, Cancelled)).Kind);
        var undo = call with { Command = call.Command with { Id = call.Command.Id with { Purpose = Purpose.Undo } } };
        Assert.IsType<Outcome.Succeeded>(await rig.Actions.ExecuteAsync(undo, Cancelled));

        Assert.Equal(new ChaosNote(until, 1), (await rig.PointerAsync()).Chaos);
    }

    [Fact]
    public async Task A_derived_version_replaces_files_and_is_made_once()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        var good = await rig.PublishAsync("good", promote: true);
        var replacements = new Dictionary<string, ReadOnlyMemory<byte>> { ["part1.json"] = """{"says":"good","erased":1}"""u8.ToArray() };

        var derived = await rig.Publisher.DeriveAsync(rig.Environment, ArtifactRig.Model, good, replacements, "k1", "run 1", "erasures", Cancelled);
        var again = await rig.Publisher.DeriveAsync(rig.Environment, ArtifactRig.Model, good, replacements, "k1", "run 1", "erasures", Cancelled);

        Assert.Equal((2, derived.Digest), (again.Version, again.Digest));
        Assert.Equal(derived.Digest, (await rig.Reader.ReadCurrentAsync(Cancelled)).Digest);
        Assert.Equal(good.Manifest.Files[0], derived.Manifest.Files[0]);
        Assert.Equal(ErrorKind.Conflict, (await Assert.ThrowsAsync<ActionFailedException>(() => rig.Publisher.DeriveAsync(
            rig.Environment, ArtifactRig.Model, good, replacements, "k2", "run 1", "erasures", Cancelled))).Kind);
    }

    [Fact]
    public async Task Racing_publishers_get_numbers_of_their_own()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        var published = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => rig.PublishAsync($"says {number}")));
        Assert.Equal(Enumerable.Range(1, 8), published.Select(record => record.Version).Order());
    }
}
