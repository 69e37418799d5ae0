using System.Collections.Immutable;
using System.Security.Cryptography;
using Azure.Core;
using Azure.Storage.Blobs;
using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Artifacts.Actions;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Artifacts;

/// <summary>One model in a drill environment of its own on Azurite, with all that acts on it.</summary>
internal sealed class ArtifactRig : IDisposable
{
    public const string Model = "grading";
    private const string Account = "store";

    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-artifacts-").FullName;
    private readonly TimeProvider time;

    private ArtifactRig(string connectionString, string container, TimeProvider time, ArtifactLayout layout, EnvironmentKind kind,
        Action<ClientOptions>? configure, string? keysFrom)
    {
        this.time = time;
        Keys = keysFrom ?? NewKeys(folder);
        File.WriteAllText(Path.Combine(folder, "store.connection"), connectionString);
        Container = container;
        Environment = new DeploymentEnvironment
        {
            Name = "rig",
            Kind = kind,
            Storage = ImmutableSortedDictionary<string, StorageAccount>.Empty.Add(Account,
                new StorageAccount(new SecretReference($"file:{folder}/store.connection"), null, null, null, null)),
            Models = ImmutableSortedDictionary<string, ModelTarget>.Empty.Add(Model, new ModelTarget(
                new ArtifactTarget(new ContainerTarget(Account, container, "models/grading"), layout, HoldsPersonalData: true,
                    ImmutableSortedDictionary<string, string>.Empty.Add("subjects.json", "id")),
                "gateway", null, "golden", ImmutableSortedDictionary<string, string>.Empty)),
            Evidence = new ContainerTarget(Account, container, "evidence"),
            Anchor = new ContainerTarget(Account, container, "anchor"),
            Signing = new SigningKeys(new SecretReference($"file:{Keys}/private.pem"), new SecretReference($"file:{Keys}/public.pem"),
                new SecretReference("env:NONE")),
            Text = "{}",
            Digest = new string('0', 64),
        };
        var secrets = new Secrets();
        var clients = new StorageClients(secrets, configure);
        Stores = new ArtifactStores(clients, secrets, time);
        Publisher = new ArtifactPublisher(Stores);
        Actions = new ActionSet([new PreserveArtifact(Stores), new LastKnownGood(Stores), new RestoreArtifact(Stores), new PromoteArtifact(Stores),
            new VerifyArtifact(Stores)], time);
        Blobs = clients.Container(Environment, new ContainerTarget(Account, container));
    }

    public string Container { get; }
    public string Keys { get; }
    public DeploymentEnvironment Environment { get; }
    public ArtifactStores Stores { get; }
    public ArtifactPublisher Publisher { get; }
    public ActionSet Actions { get; }
    public BlobContainerClient Blobs { get; }
    public ModelArtifacts Artifacts => Stores.Open(Environment, Model);
    public ArtifactReader Reader => new(Artifacts.Store, time, Artifacts.Verifier);
    /// <summary>A service that checks no signatures, as most do.</summary>
    public ArtifactReader TrustingReader => new(Artifacts.Store, time);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<ArtifactRig> NewAsync(AzuriteFixture azurite, TimeProvider? time = null, ArtifactLayout layout = ArtifactLayout.Pointer,
        EnvironmentKind kind = EnvironmentKind.Drill, Action<ClientOptions>? configure = null) =>
        NewAsync(azurite.ConnectionString, time, layout, kind, configure);

    public static async Task<ArtifactRig> NewAsync(string connectionString, TimeProvider? time = null, ArtifactLayout layout = ArtifactLayout.Pointer,
        EnvironmentKind kind = EnvironmentKind.Drill, Action<ClientOptions>? configure = null)
    {
        var rig = new ArtifactRig(connectionString, AzuriteFixture.Unique("artifacts"), time ?? TimeProvider.System, layout, kind, configure, null);
        await rig.Blobs.CreateIfNotExistsAsync(cancellationToken: Cancelled);
        return rig;
    }

    /// <summary>The same model, seen through other clients: another process, or another road to the store.</summary>
    public ArtifactRig Seen(string connectionString, Action<ClientOptions>? configure = null) =>
        new(connectionString, Container, time, Environment.Models[Model].Artifacts.Layout, Environment.Kind, configure, Keys);

    /// <summary>Publishes a version whose files all say its number, so that a mix would show.</summary>
    public async Task<VersionRecord> PublishAsync(string says, bool promote = false, bool validate = false, int files = 3)
    {
        var from = Directory.CreateTempSubdirectory("playbooks-version-").FullName;
        try
        {
            for (var file = 0; file < files; file++)
                await File.WriteAllTextAsync(Path.Combine(from, $"part{file}.json"), $$"""{"says":"{{says}}","weight":0.5,"part":{{file}}}""", Cancelled);
            var record = await Publisher.PublishAsync(Environment, Model, from, "pipeline", "test", Cancelled);
            if (promote)
                await Publisher.PromoteAsync(Environment, Model, record.Version, "pipeline", Cancelled);
            if (validate)
                await Publisher.ValidateAsync(Environment, Model, record.Version, "qa", "golden", Cancelled);
            return record;
        }
        finally
        {
            Directory.Delete(from, recursive: true);
        }
    }

    public ActionCall Call(string action, string key, params (string, JsonData)[] inputs) =>
        new("run-1", RunMode.Drill, Environment, new Command.RunAction(new CommandId("step", Purpose.Do, 0, 1, 0), key, Catalogue.Find(action)!,
            JsonData.Object([("model", JsonData.Of(Model)), .. inputs]), time.GetUtcNow().AddMinutes(5), null, false));

    public Task<Outcome> DoAsync(string action, string key, params (string, JsonData)[] inputs) =>
        Actions.ExecuteAsync(Call(action, key, inputs), Cancelled);

    public Task<Outcome> RestoreAsync(int version, string key) => DoAsync("artifacts.restore", key, ("version", JsonData.Of(version)));

    /// <summary>What all files of the current version say. More than one word would be a mix.</summary>
    public static async Task<string> SaidAsync(ArtifactReader reader)
    {
        var words = (await reader.ReadCurrentAsync(Cancelled)).Files.Values
            .Select(file => JsonData.Parse(System.Text.Encoding.UTF8.GetString(file.Span))["says"]!.AsString()!).Distinct();
        return string.Join(" and ", words);
    }

    public async Task<Pointer> PointerAsync() => (await Artifacts.Records.ReadPointerAsync(Cancelled))!.Pointer;

    /// <summary>Changes a stored blob behind everybody's back.</summary>
    public static async Task DamageAsync(BlobClient blob, Func<byte[], byte[]> change)
    {
        var bytes = (await blob.DownloadContentAsync(Cancelled)).Value.Content.ToArray();
        await blob.UploadAsync(new BinaryData(change(bytes)), overwrite: true, Cancelled);
    }

    public BlobClient ObjectOf(VersionRecord record, int file = 0) =>
        Blobs.GetBlobClient("models/grading/objects/sha256/" + record.Manifest.Files[file].Sha256);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string NewKeys(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(folder, "private.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "public.pem"), key.ExportSubjectPublicKeyInfoPem());
        return folder;
    }
}
