using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging.Abstractions;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Artifacts;
using Playbooks.Integration.Tests.Azurite;
using Playbooks.SampleService;
using Playbooks.SampleService.Artifact;

namespace Playbooks.Integration.Tests.SampleService;

[Collection(UsesAzurite.Name)]
public sealed class JobTests(AzuriteFixture azurite)
{
    private const string Payment = """{"amount":10,"hour":12,"countryMismatch":false,"newDevice":false,"attemptsLastHour":0}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_has_one_result_though_it_comes_twice_and_goes_to_the_dead_letters_when_it_cannot_be_done()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        var files = Directory.CreateTempSubdirectory("playbooks-sample-").FullName;
        SampleArtifact.Write(files, SampleKind.Fraud);
        var record = await rig.Publisher.PublishAsync(rig.Environment, ArtifactRig.Model, files, "pipeline", "test", Cancelled);
        Directory.Delete(files, recursive: true);
        await rig.Publisher.PromoteAsync(rig.Environment, ArtifactRig.Model, record.Version, "pipeline", Cancelled);
        var options = new ServiceOptions(0, ArtifactRig.Model, SampleKind.Fraud, null, azurite.ConnectionString, rig.Container,
            rig.Environment.Models[ArtifactRig.Model].Artifacts.At.Prefix, AzuriteFixture.Unique("jobs"), AzuriteFixture.Unique("results"), Drill: true);
        var storage = ServiceStorage.Open(options);
        await storage.Jobs!.CreateIfNotExistsAsync(cancellationToken: Cancelled);
        foreach (var letter in (string[])[Letter("a", Payment), Letter("b", Payment), Letter("a", Payment), Letter("c", """{"amount":"much"}"""), Payment,
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Letter("d", Payment)))])
            await storage.Jobs.SendMessageAsync(letter, Cancelled);
        await using var host = await SampleHost.StartAsync(options, storage, TimeProvider.System, NullLoggerFactory.Instance, null, Cancelled);
        // Six letters: one repeats another's key, one can never be done, one has no envelope.
        await UntilAsync(async () => await CountAsync(storage.Results!) == 4 && await PeekDeadAsync(storage.Dead!) == 1);
        Assert.Equal("bad-request", JsonData.Parse((await storage.Dead!.PeekMessageAsync(Cancelled)).Value.Body.ToString())["reason"]!.AsString());
        await UntilAsync(async () => (await storage.Jobs.GetPropertiesAsync(Cancelled)).Value.ApproximateMessagesCount == 0);
        Assert.Equal(4, await CountAsync(storage.Results!));
    }

    private static string Letter(string key, string body) => $$"""{"letter":1,"key":"{{key}}","body":{{body}}}""";

    private static async Task<int> PeekDeadAsync(QueueClient dead)
    {
        try
        {
            return (await dead.PeekMessagesAsync(32, Cancelled)).Value.Length;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return 0;
        }
    }

    private static async Task<int> CountAsync(TableClient table)
    {
        try
        {
            return await table.QueryAsync<TableEntity>(cancellationToken: Cancelled).CountAsync(Cancelled);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return 0;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await condition())
            await look.WaitForNextTickAsync(patience.Token);
    }
}
