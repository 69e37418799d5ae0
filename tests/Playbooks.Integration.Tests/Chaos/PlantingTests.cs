using Azure.Storage.Queues.Models;
using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Chaos;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Artifacts;
using Playbooks.Integration.Tests.Azurite;
using Playbooks.Integration.Tests.DeadLetters;
using Playbooks.Integration.Tests.Gateway;

namespace Playbooks.Integration.Tests.Chaos;

/// <summary>Letters that a drill plants: neither too many nor too few whatever crashes, and gone when their time is over.</summary>
[Collection(UsesAzurite.Name)]
public sealed class PlantingTests(AzuriteFixture azurite)
{
    private const int Letters = 8;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_crash_at_any_call_of_planting_is_mended_by_a_rerun_and_no_letter_lies_there_twice()
    {
        var calls = await CallsOfPlantingAsync();
        Assert.True(calls > Letters, $"{calls} calls");
        var rigs = new List<LetterRig>();
        for (var at = 1; at <= calls; at++)
        {
            var rig = await LetterRig.NewAsync(azurite);
            rigs.Add(rig);
            var hook = new RequestHook();
            var crashAt = at;
            hook.After = (number, _) => number == crashAt ? throw new CrashException() : Task.CompletedTask;
            await Assert.ThrowsAsync<CrashException>(() => PlantAsync(rig, hook, "PT1H"));
            hook.After = null;
            Assert.Equal(Letters, Added(await PlantAsync(rig, hook, "PT1H")));
        }
        // The look of a rerun hides what it saw for a while.
        foreach (var rig in rigs)
        {
            await Eventually.TrueAsync(async () => (await LyingThereAsync(rig)).Length >= Letters, "hidden letters come back");
            Assert.Equal(Enumerable.Range(0, Letters), (await LyingThereAsync(rig)).Select(Number).Order());
            rig.Dispose();
        }
    }

    [Fact]
    public async Task The_same_planting_again_adds_none_and_answers_the_same_end()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        var first = Assert.IsType<Outcome.Succeeded>(await PlantAsync(rig, new RequestHook(), "PT1H"));
        Assert.Equal(first, await PlantAsync(rig, new RequestHook(), "PT1H"));
        Assert.Equal(Letters, (await LyingThereAsync(rig)).Length);
    }

    [Fact]
    public async Task Planted_letters_end_by_the_queues_own_clock_with_nobody_left_to_take_them_away()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        var until = Assert.IsType<Outcome.Succeeded>(await PlantAsync(rig, new RequestHook(), "PT6S")).Output["until"]!.AsString()!;
        Assert.All(await LyingThereAsync(rig), letter => Assert.True(letter.ExpiresOn <= DateTimeOffset.Parse(until, null).AddSeconds(1)));
        await Eventually.TrueAsync(async () => (await LyingThereAsync(rig)).Length == 0, "the queue drops the planted letters");
    }

    [Fact]
    public async Task Nothing_is_planted_in_a_live_environment()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        Assert.Equal(ErrorKind.Denied, Assert.IsType<Outcome.Failed>(await PlantAsync(rig, new RequestHook(), "PT1H", EnvironmentKind.Live)).Kind);
        Assert.Empty(await LyingThereAsync(rig));
    }

    private async Task<int> CallsOfPlantingAsync()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        var hook = new RequestHook();
        await PlantAsync(rig, hook, "PT1H");
        return hook.Count;
    }

    private static Task<Outcome> PlantAsync(LetterRig rig, RequestHook hook, string timeToLive, EnvironmentKind kind = EnvironmentKind.Drill)
    {
        var secrets = new Secrets();
        var storage = new StorageClients(secrets, hook.Install);
        var actions = new ActionSet([new AddDeadLetters(storage, new ArtifactStores(storage, secrets, TimeProvider.System), TimeProvider.System)], TimeProvider.System);
        var call = rig.Call("plant-" + rig.Dead.Name);
        return actions.ExecuteAsync(call with
        {
            Mode = kind == EnvironmentKind.Drill ? RunMode.Drill : RunMode.Live,
            Environment = rig.Environment with { Kind = kind },
            Command = call.Command with
            {
                Action = Catalogue.Find("chaos.deadLetter")!,
                Inputs = JsonData.Object(("queue", JsonData.Of("jobs")), ("count", JsonData.Of(Letters)), ("ttl", JsonData.Of(timeToLive))),
            },
        }, Cancelled);
    }

    private static long? Added(Outcome outcome) => Assert.IsType<Outcome.Succeeded>(outcome).Output["added"]?.AsInt64();

    private static async Task<PeekedMessage[]> LyingThereAsync(LetterRig rig) => (await rig.Dead.PeekMessagesAsync(32, Cancelled)).Value;

    private static int Number(PeekedMessage letter) => (int)JsonData.Parse(letter.MessageText)["drill"]!["number"]!.AsInt64()!.Value;
}
