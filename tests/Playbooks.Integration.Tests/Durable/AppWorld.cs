using System.Collections.Immutable;
using Azure.Storage.Blobs.Models;
using Playbooks.Connectors.Evidence;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence.Signing;
using Playbooks.DurableFunctions.Host;
using Playbooks.Integration.Tests.Azurite;
using Playbooks.Tests;

namespace Playbooks.Integration.Tests.Durable;

/// <summary>A deployment of the app on this machine: an emulator of its own with the state, a folder with playbooks and an environment, a task hub.</summary>
internal sealed class AppWorld : IAsyncDisposable
{
    public const string EnvironmentName = "rehearsal";

    private readonly AzuriteFixture azurite;
    private readonly DirectoryInfo folder;
    private readonly List<AppWorker> workers = [];

    private AppWorld(AzuriteFixture azurite, DirectoryInfo folder)
    {
        (this.azurite, this.folder) = (azurite, folder);
        Hub = new TaskHub(Clock);
    }

    public ShiftedClock Clock { get; } = new();
    public TaskHub Hub { get; private set; }
    public StorageClients Clients { get; } = new(new Secrets());
    public StorageAccount Account => azurite.Account;

    public EvidenceKey EvidenceKey { get; private set; } = null!;

    public static async Task<AppWorld> BeginAsync(CancellationToken cancellationToken)
    {
        var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        var folder = Directory.CreateTempSubdirectory("playbooks-app-");
        var world = new AppWorld(azurite, folder);
        // The one setting whose value is a secret, which is looked up where secrets are.
        Environment.SetEnvironmentVariable(HostVariables.StateConnection, azurite.ConnectionString);
        var playbooks = folder.CreateSubdirectory("playbooks");
        playbooks.CreateSubdirectory("manual-recovery");
        File.Copy(Path.Combine(Repository.Root, "playbooks/manual-recovery/playbook.json"), Path.Combine(playbooks.FullName, "manual-recovery/playbook.json"));
        var key = Path.Combine(folder.FullName, "evidence.pem");
        world.EvidenceKey = await EvidenceKeys.ReadPublicAsync(await EvidenceKeys.CreateAsync(key, cancellationToken), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(playbooks.CreateSubdirectory("environments").FullName, EnvironmentName + ".json"), $$"""
            {
              "name": "{{EnvironmentName}}",
              "kind": "live",
              "signIn": "development",
              "storage": { "main": { "connectionString": "env:{{HostVariables.StateConnection}}" } },
              "channels": { "incidents": { "kind": "terminal" } },
              "roles": { "service-oncall": [ "local:{{Environment.UserName}}" ], "service-approvers": [ "local:{{Environment.UserName}}", "dev:approver" ], "incident-commanders": [] },
              "access": { "operator": [ "service-oncall" ], "approver": [ "service-approvers" ] },
              "evidence": { "storage": "main", "container": "evidence" },
              "anchor": { "storage": "main", "container": "anchors" },
              "signing": { "artifactsPublic": "file:{{Path.ChangeExtension(key, ".pub.pem")}}", "evidence": "file:{{key}}" }
            }
            """, cancellationToken);
        foreach (var container in new[] { "evidence", "anchors" })
            await world.Clients.Blobs(world.Account).CreateBlobContainerAsync(container, cancellationToken: cancellationToken);
        return world;
    }

    public async Task<AppWorker> StartAsync()
    {
        var worker = await AppWorker.StartAsync(folder.FullName, Hub, Clock, TestContext.Current.CancellationToken);
        workers.Add(worker);
        return worker;
    }

    /// <summary>The hub is gone with all that it knew, and every worker with it. What lies in the account is all there is.</summary>
    public void LoseHub()
    {
        foreach (var worker in workers)
            worker.Die();
        Hub = new TaskHub(Clock);
    }

    /// <summary>A run's evidence, as it lies in the container.</summary>
    public async Task<ImmutableSortedDictionary<string, byte[]>> PackAsync(string run)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        var container = Clients.Blobs(Account).GetBlobContainerClient("evidence");
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"packs/{run}/", TestContext.Current.CancellationToken))
            files[blob.Name[$"packs/{run}/".Length..]] = (await container.GetBlobClient(blob.Name).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToArray();
        return files.ToImmutable();
    }

    /// <summary>Everything that was posted to people, by whichever worker.</summary>
    public IEnumerable<string> Posted() => workers.SelectMany(worker => worker.Said).Where(line => line.StartsWith("#incidents:", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers)
            await worker.DisposeAsync();
        Environment.SetEnvironmentVariable(HostVariables.StateConnection, null);
        await azurite.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>The machine's clock, moved on by the test.</summary>
    internal sealed class ShiftedClock : TimeProvider
    {
        private TimeSpan shift;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;

        public void Advance(TimeSpan by) => shift += by;
    }
}
