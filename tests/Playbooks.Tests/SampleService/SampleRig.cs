using System.Collections.Immutable;
using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.SampleService;
using Playbooks.SampleService.Artifact;
using Playbooks.Tests.Actions;
using Playbooks.Tests.Artifacts;
using Playbooks.Tests.Gateway;

namespace Playbooks.Tests.SampleService;

/// <summary>The sample service over a store in memory, in a drill environment, with a clock that the test moves.</summary>
internal sealed class SampleRig : IAsyncDisposable
{
    private const string Container = "models";
    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-sample-").FullName;
    private readonly HttpClient client = new();
    private SampleHost? host;

    private SampleRig(SampleKind kind)
    {
        Model = kind.ToString().ToLowerInvariant();
        Blobs = new InMemoryBlobs(Time);
        File.WriteAllText(Path.Combine(folder, "store"), InMemoryBlobs.ConnectionString);
        File.WriteAllText(Path.Combine(folder, "key"), Keys.PrivatePem(System.Security.Cryptography.ECCurve.NamedCurves.nistP256));
        using var pair = System.Security.Cryptography.ECDsa.Create();
        pair.ImportFromPem(File.ReadAllText(Path.Combine(folder, "key")));
        File.WriteAllText(Path.Combine(folder, "public"), pair.ExportSubjectPublicKeyInfoPem());
        Environment = TestEnvironment.Of(EnvironmentKind.Drill) with
        {
            Storage = ImmutableSortedDictionary<string, StorageAccount>.Empty.Add("main",
                new StorageAccount(new SecretReference($"file:{folder}/store"), null, null, null, null)),
            Models = ImmutableSortedDictionary<string, ModelTarget>.Empty.Add(Model, new ModelTarget(
                new ArtifactTarget(new ContainerTarget("main", Container, Model), ArtifactLayout.Pointer, true,
                    ImmutableSortedDictionary<string, string>.Empty.Add(SampleArtifact.InteractionsFile, SampleArtifact.SubjectProperty)),
                "campus", null, "golden", ImmutableSortedDictionary<string, string>.Empty)),
            Signing = new SigningKeys(new SecretReference($"file:{folder}/key"), new SecretReference($"file:{folder}/public"), new SecretReference("env:NONE")),
        };
        Storage = new StorageClients(new Secrets(), options => (options.Transport, options.Retry.MaxRetries) = (new HttpClientTransport(Blobs.Connect()), 0));
        Stores = new ArtifactStores(Storage, new Secrets(), Time);
    }

    public string Model { get; }
    public FakeTimeProvider Time { get; } = new(TestEnvironment.Now);
    public InMemoryBlobs Blobs { get; }
    public StorageClients Storage { get; }
    public ArtifactStores Stores { get; }
    public DeploymentEnvironment Environment { get; }
    public Uri Address => new(host!.Address);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>With the healthy artifact as version 1, unless nothing shall be current yet.</summary>
    public static async Task<SampleRig> StartAsync(SampleKind kind, bool publish = true, bool drill = true)
    {
        var rig = new SampleRig(kind);
        await rig.Storage.Container(rig.Environment, new ContainerTarget("main", Container)).CreateIfNotExistsAsync(cancellationToken: Cancelled);
        if (publish)
            await rig.PublishAsync();
        rig.host = await SampleHost.StartAsync(new ServiceOptions(0, rig.Model, kind, null, "", Container, rig.Model, null, null, drill),
            new ServiceStorage(rig.Storage.Container(rig.Environment, new ContainerTarget("main", Container)), null, null, null), rig.Time,
            NullLoggerFactory.Instance, null, Cancelled);
        return rig;
    }

    public async Task<VersionRecord> PublishAsync()
    {
        var files = Path.Combine(folder, "artifact");
        SampleArtifact.Write(files, Model == "fraud" ? SampleKind.Fraud : SampleKind.Recommendations);
        var publisher = new ArtifactPublisher(Stores);
        var record = await publisher.PublishAsync(Environment, Model, files, "pipeline", "test", Cancelled);
        return await publisher.PromoteAsync(Environment, Model, record.Version, "pipeline", Cancelled);
    }

    public Task<VersionRecord> CorruptAsync(TimeSpan timeToLive) => new ArtifactCorruption(Stores)
        .PutCorruptedAsync(Environment, Model, Time.GetUtcNow() + timeToLive, "effect-1", "test", Cancelled);

    public async Task<(HttpStatusCode Status, JsonData Body)> AskAsync(string path, string? body = null)
    {
        using var answer = body is null ? await client.GetAsync(new Uri(Address, path), Cancelled)
            : await client.PostAsync(new Uri(Address, path), new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        return (answer.StatusCode, text.Length == 0 ? JsonData.Null : JsonData.Parse(text));
    }

    /// <summary>Moves the clock a second at a time until the service says that it serves the version. It does so by itself.</summary>
    public async Task UntilVersionAsync(int version)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while ((await AskAsync("/version")).Body["version"]?.AsInt64() != version)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        client.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
