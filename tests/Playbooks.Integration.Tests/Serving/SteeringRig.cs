using System.Collections.Immutable;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors;
using Playbooks.Connectors.Serving;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Gateway.State;
using Playbooks.Integration.Tests.Artifacts;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Serving;

/// <summary>A gateway's blobs in a container of their own, the actions that steer it, and replicas played by the test.</summary>
internal sealed class SteeringRig
{
    public const string Model = "grading";

    /// <summary>Each look at it takes longer than a call waits by itself, so that a call looks once and answers.</summary>
    public FakeTimeProvider Time { get; } = new() { AutoAdvanceAmount = TimeSpan.FromSeconds(3) };
    /// <summary>Does something around the requests of the actions.</summary>
    public RequestHook Hook { get; } = new();
    public Silence Silent { get; } = new();
    public BlobContainerClient Blobs { get; }
    public ActionSet Actions { get; }
    private readonly DeploymentEnvironment environment;

    private SteeringRig(AzuriteFixture azurite)
    {
        var container = AzuriteFixture.Unique("steering");
        environment = new DeploymentEnvironment
        {
            Name = "rig",
            Kind = EnvironmentKind.Live,
            Storage = ImmutableSortedDictionary<string, StorageAccount>.Empty.Add("store", azurite.Account),
            Gateways = ImmutableSortedDictionary<string, GatewayTarget>.Empty.Add("campus", new GatewayTarget(new ContainerTarget("store", container), null)),
            Models = ImmutableSortedDictionary<string, ModelTarget>.Empty.Add(Model, new ModelTarget(
                new ArtifactTarget(new ContainerTarget("store", container), ArtifactLayout.Pointer, false, ImmutableSortedDictionary<string, string>.Empty),
                "campus", null, "golden", ImmutableSortedDictionary<string, string>.Empty)),
            Evidence = new ContainerTarget("store", container),
            Anchor = new ContainerTarget("store", container),
            Signing = new SigningKeys(null, new SecretReference("env:NONE"), new SecretReference("env:NONE")),
            Text = "{}",
            Digest = new string('0', 64),
        };
        var clients = AzuriteFixture.Clients(options =>
        {
            Hook.Install(options);
            options.Transport = new HttpClientTransport(Silent);
        });
        Blobs = AzuriteFixture.Clients().Container(environment, new ContainerTarget("store", container));
        Actions = new ActionSet([new IsolateModel(clients, Time), new RejoinModel(clients, Time)], Time);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<SteeringRig> NewAsync(AzuriteFixture azurite)
    {
        var rig = new SteeringRig(azurite);
        await rig.Blobs.CreateIfNotExistsAsync(cancellationToken: Cancelled);
        return rig;
    }

    public Task<Outcome> IsolateAsync(string key, string? token = null) => DoAsync("model.isolate", key, token);

    public Task<Outcome> RejoinAsync(string key, int percent) => DoAsync("model.rejoin", key, null, ("percent", JsonData.Of(percent)));

    public Task HearAsync(string replica, long generation) => Blobs.GetBlobClient($"campus/replicas/{replica}.json").UploadAsync(
        BinaryData.FromString($$"""{ "replica": "{{replica}}", "models": { "{{Model}}": { "generation": {{generation}} } } }"""), overwrite: true, Cancelled);

    public async Task<ModelState> StateAsync()
    {
        var json = (await Blobs.GetBlobClient($"campus/state/{Model}.json").DownloadContentAsync(Cancelled)).Value.Content;
        Assert.True(ModelState.TryParse(Model, json, out var state, out var problem), problem);
        return state;
    }

    public Task<ProbeAnswer> ProbeAsync(string action, params (string, JsonData)[] inputs) => Actions.ProbeAsync(
        new ActionCall("plan", RunMode.Live, environment, new Command.RunAction(new CommandId("step", Purpose.Do, 0, 1, 0), "plan", Catalogue.Find(action)!,
            JsonData.Object([("model", JsonData.Of(Model)), .. inputs]), Time.GetUtcNow().AddMinutes(5), null, false)), Cancelled);

    private Task<Outcome> DoAsync(string action, string key, string? token, params (string, JsonData)[] inputs) => Actions.ExecuteAsync(
        new ActionCall("run-1", RunMode.Live, environment, new Command.RunAction(new CommandId("step", Purpose.Do, 0, 1, 0), key, Catalogue.Find(action)!,
            JsonData.Object([("model", JsonData.Of(Model)), .. inputs]), Time.GetUtcNow().AddMinutes(5), token, false)), Cancelled);
}
