using Azure.Core;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Erasures;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Artifacts;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Erasures;

[Collection(UsesAzurite.Name)]
public class ErasureTests(AzuriteFixture azurite)
{
    private const int CallsMax = 60;
    private static readonly DateTimeOffset Made = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Made.AddDays(4);
    private FakeTimeProvider time = new(Made);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subjects_erased_since_the_artifact_was_made_are_taken_out_and_the_rest_is_published()
    {
        using var rig = await PublishedAsync("""[{"id":"a"},{"id":"gone"},{"id":"other-model"},{"id":"gone"},{"id":"long-gone"}]""");
        var (call, ledger) = Call(rig);
        // Recorded and effective before the artifact was made, and yet in it: it was brought in again since, on new grounds.
        var earlier = ErasureLedger.Open(new StorageClients(new Secrets()), call.Environment, call.Environment.Erasures!, new FakeTimeProvider(Made.AddDays(-2)));
        await earlier.AddAsync("long-gone", "all", Made.AddDays(-3), "case 1", Cancelled);
        // Effective before, recorded after: the artifact cannot know of it.
        await ledger.AddAsync("gone", ArtifactRig.Model, Made.AddDays(-1), "case 2", Cancelled);
        await ledger.AddAsync("other-model", "fraud", Made.AddDays(1), "case 3", Cancelled);

        var output = await SucceedAsync(call);

        var current = await rig.Reader.ReadCurrentAsync(Cancelled);
        Assert.Equal("""{"erasures":1,"removed":2,"remaining":0}""", JsonData.Object(output.Properties.Take(3)).Text);
        Assert.Equal((2L, current.Digest), (output["version"]!.AsInt64(), output["digest"]!.AsString()));
        Assert.Equal(JsonData.Parse("""[{"id":"a"},{"id":"other-model"},{"id":"long-gone"}]"""), Subjects(current.Files["subjects.json"]));
        Assert.Equal("weights", System.Text.Encoding.UTF8.GetString(current.Files["weights.bin"].Span));
    }

    [Fact]
    public async Task Where_nobody_was_erased_the_version_stays()
    {
        using var rig = await PublishedAsync("""[{"id":"a"}]""");
        var output = await SucceedAsync(Call(rig).Call);
        Assert.Equal((0L, 0L, 0L, 1L), (output["erasures"]!.AsInt64(), output["removed"]!.AsInt64(), output["remaining"]!.AsInt64(), output["version"]!.AsInt64()));
    }

    [Theory]
    [InlineData("[{\"id\":\"a\"}", "no JSON")]
    [InlineData(null, "no data set")]
    public async Task A_data_set_that_cannot_be_judged_fails_the_step(string? subjects, string why)
    {
        using var rig = await PublishedAsync(subjects);
        var failed = Assert.IsType<Outcome.Failed>(await Actions().ExecuteAsync(Call(rig).Call, Cancelled));
        Assert.Equal(ErrorKind.Integrity, failed.Kind);
        Assert.Contains(why, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_names_nobody_and_keeps_an_erasure_once()
    {
        using var rig = await PublishedAsync("[]");
        var (call, ledger) = Call(rig);
        var first = await ledger.AddAsync("student-7", "all", Made, "case", Cancelled);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(first, await ledger.AddAsync("student-7", "all", Made, "case", Cancelled));
        Assert.Equal(1, (await ledger.SubjectsAsync("anything", Cancelled)).Entries);
        Assert.DoesNotContain("student-7", first.Pseudonym, StringComparison.Ordinal);
        Assert.Empty(await ledger.ReadSinceAsync(time.GetUtcNow(), Cancelled).ToListAsync(Cancelled));
        Assert.Equal(1L, (await SucceedAsync(call))["erasures"]!.AsInt64());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_kill_at_any_storage_call_ends_with_the_same_answer_when_asked_again(bool before)
    {
        var crashes = 0;
        for (var at = 1; at <= CallsMax; at++)
        {
            using var rig = await PublishedAsync("""[{"id":"a"},{"id":"gone"}]""");
            var (call, ledger) = Call(rig);
            await ledger.AddAsync("gone", "all", Made.AddDays(1), "case", Cancelled);
            if (!await CrashAtAsync(call, at, before))
                break;
            crashes++;
            var output = await SucceedAsync(call);
            var current = await rig.Reader.ReadCurrentAsync(Cancelled);
            Assert.True((1L, 0L, current.Digest) == (output["removed"]!.AsInt64(), output["remaining"]!.AsInt64(), output["digest"]!.AsString()), $"at {at}");
            Assert.Equal(JsonData.Parse("""[{"id":"a"}]"""), Subjects(current.Files["subjects.json"]));
        }
        Assert.InRange(crashes, 10, CallsMax - 1);
    }

    private async Task<bool> CrashAtAsync(ActionCall call, int at, bool before)
    {
        var hook = new RequestHook();
        Task Die(int number, Request _) => number == at ? throw new CrashException() : Task.CompletedTask;
        hook.Before = before ? Die : null;
        hook.After = before ? null : Die;
        try
        {
            await Actions(hook.Install).ExecuteAsync(call, Cancelled);
            return false;
        }
        catch (CrashException)
        {
            return true;
        }
    }

    private async Task<JsonData> SucceedAsync(ActionCall call)
    {
        var outcome = await Actions().ExecuteAsync(call, Cancelled);
        return Assert.IsType<Outcome.Succeeded>(outcome).Output;
    }

    private ActionSet Actions(Action<ClientOptions>? configure = null)
    {
        var secrets = new Secrets();
        var clients = new StorageClients(secrets, configure);
        return new ActionSet([new ReapplyErasures(new ArtifactStores(clients, secrets, time), clients)], time);
    }

    private (ActionCall Call, ErasureLedger Ledger) Call(ArtifactRig rig)
    {
        var table = new TableTarget(rig.Environment.Storage.Keys.Single(), AzuriteFixture.Unique("erasures"));
        var environment = rig.Environment with { Erasures = table };
        var call = rig.Call("erasures.reapply", "reapply-1", ("since", JsonData.Of(Made.ToString("O"))));
        return (call with { Environment = environment, Command = call.Command with { Deadline = time.GetUtcNow().AddMinutes(5) } },
            ErasureLedger.Open(new StorageClients(new Secrets()), environment, table, time));
    }

    /// <param name="subjects">Null for a version without the data set.</param>
    private async Task<ArtifactRig> PublishedAsync(string? subjects)
    {
        time = new FakeTimeProvider(Made);
        var rig = await ArtifactRig.NewAsync(azurite, time);
        var folder = Directory.CreateTempSubdirectory("playbooks-erasures-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "weights.bin"), "weights", Cancelled);
            if (subjects is not null)
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, "subjects.json"), subjects, Cancelled);
            var version = await rig.Publisher.PublishAsync(rig.Environment, ArtifactRig.Model, folder.FullName, "pipeline", "test", Cancelled);
            await rig.Publisher.PromoteAsync(rig.Environment, ArtifactRig.Model, version.Version, "pipeline", Cancelled);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        time.SetUtcNow(Now);
        return rig;
    }

    private static JsonData Subjects(ReadOnlyMemory<byte> file) => JsonData.Parse(System.Text.Encoding.UTF8.GetString(file.Span));
}
