using Playbooks.Cli.Host;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Core.Definitions;
using Playbooks.Hosting;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.DeadLetters;

/// <summary>Counting dead letters in a real queue, and what a host starts by it.</summary>
[Collection(UsesAzurite.Name)]
public sealed class LetterCounterTests(AzuriteFixture azurite) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("playbooks-letters-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task It_counts_what_lies_there_and_takes_a_queue_that_is_not_there_for_empty()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        var target = rig.Environment.Queues["jobs"];
        var counter = new LetterCounter(AzuriteFixture.Clients());
        await rig.PlantAsync(LetterRig.Enveloped("a"), LetterRig.Enveloped("b"), "no envelope");

        Assert.Equal(new LetterCount.About(3), await counter.CountAsync(rig.Environment, target, Cancelled));
        Assert.Equal(new LetterCount.About(0), await counter.CountAsync(rig.Environment, target with { DeadLetter = AzuriteFixture.Unique("absent") }, Cancelled));
    }

    [Theory]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:1/a;", "Could not be reached: ConnectionRefused.")]
    [InlineData(null, "cannot be had: the file cannot be read.")]
    public async Task A_queue_that_cannot_be_reached_is_an_answer_and_no_exception(string? connection, string reason)
    {
        using var rig = await LetterRig.NewAsync(azurite);
        var file = Path.Combine(folder.FullName, "connection");
        if (connection is not null)
            await File.WriteAllTextAsync(file, connection, Cancelled);
        var environment = rig.Environment with { Storage = rig.Environment.Storage.SetItem("store", new StorageAccount(new SecretReference("file:" + file), null, null, null, null)) };

        var unknown = Assert.IsType<LetterCount.Unknown>(await new LetterCounter(AzuriteFixture.Clients()).CountAsync(environment, environment.Queues["jobs"], Cancelled));

        Assert.EndsWith(reason, unknown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_that_strand_start_one_run_over_a_restart_and_their_end_is_told_to_it()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        var environment = await EnvironmentAsync(rig.Dead.Name);
        await using (var host = await OpenAsync(environment))
        {
            await rig.PlantAsync("one", "two");
            await LookAsync(host);
            Assert.Empty(await host.Engine.ListAsync(Cancelled));
            await rig.PlantAsync("three");
            await LookAsync(host);
            Assert.Equal("letters", Assert.Single(await host.Engine.ListAsync(Cancelled)).Playbook);
        }
        await using var next = await OpenAsync(environment);
        await LookAsync(next);
        var run = Assert.Single(await next.Engine.ListAsync(Cancelled)).RunId;
        Assert.Null((await next.Engine.FindAsync(run, Cancelled))!.AlertResolvedAt);

        await rig.Dead.ClearMessagesAsync(Cancelled);
        await LookAsync(next);

        var told = (await next.Engine.FindAsync(run, Cancelled))!;
        Assert.Equal("3", told.Inputs["count"]!.Text);
        Assert.NotNull(told.AlertResolvedAt);
    }

    private static async Task LookAsync(EmbeddedHost host)
    {
        await host.DeadLetters!.LookAsync(Cancelled);
        await host.Alerts!.SettleAsync(Cancelled);
    }

    private Task<EmbeddedHost> OpenAsync(DeploymentEnvironment environment) =>
        EmbeddedHost.OpenAsync(new Workspace(folder.FullName), new PlaybookLibrary(folder.FullName), environment, TimeProvider.System, 0, [Playbook()]);

    private static Playbook Playbook() => Assert.IsType<ReadResult<Playbook>.Valid>(PlaybookReader.Read("""
        { "playbook": "letters", "version": "1.0.0", "title": "Letters strand", "objectives": {}, "inputs": { "count": { "type": "integer" } },
          "triggers": [ { "deadLetters": { "queue": "jobs", "atLeast": 3 }, "inputs": { "count": "${ alert.customProperties.count }" } } ],
          "steps": [ { "id": "hold", "wait": { "for": "PT10M" } } ] }
        """, "letters.json")).Value;

    private async Task<DeploymentEnvironment> EnvironmentAsync(string deadLetter)
    {
        foreach (var account in new[] { "main", "vault" })
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, account), azurite.ConnectionString, Cancelled);
        return Assert.IsType<ReadResult<DeploymentEnvironment>.Valid>(EnvironmentReader.Read($$"""
            { "name": "live", "kind": "live",
              "storage": { "main": { "connectionString": "file:{{folder.FullName}}/main" }, "vault": { "connectionString": "file:{{folder.FullName}}/vault" } },
              "queues": { "jobs": { "storage": "main", "deadLetter": "{{deadLetter}}", "work": "{{deadLetter}}-work", "ledgerTable": "ledger", "consumer": "keyed" } },
              "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" },
              "signing": { "artifactsPublic": "file:artifacts.pub.pem", "evidence": "file:evidence.pem" } }
            """, "live.json")).Value;
    }
}
