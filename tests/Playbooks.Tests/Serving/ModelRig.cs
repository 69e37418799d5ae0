using System.Collections.Immutable;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors;
using Playbooks.Connectors.Serving;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Tests.Actions;
using Playbooks.Tests.Gateway;

namespace Playbooks.Tests.Serving;

/// <summary>A gateway's blobs in memory, the model serving at generation 1, with hand-written heartbeats, and the actions that steer it.</summary>
internal sealed class ModelRig : IDisposable
{
    public const string Model = "grading";
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(10);
    private const string Container = "gateway";
    private readonly ActionSet steering;
    private readonly ActionSet asking;
    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-models-").FullName;

    public ModelRig()
    {
        Blobs = new InMemoryBlobs(Time);
        Link = Blobs.Connect();
        File.WriteAllText(Path.Combine(folder, "store"), InMemoryBlobs.ConnectionString);
        var storage = new StorageClients(new Secrets(), options => (options.Transport, options.Retry.MaxRetries) = (new HttpClientTransport(Link), 0));
        var host = new ActionHost(storage, new Secrets(), Time)
        {
            SuiteFolder = folder,
            Notify = (_, _, _) => throw new NotSupportedException(),
            ReadJournal = (_, _) => throw new NotSupportedException(),
        };
        steering = new ActionSet([new IsolateModel(storage, TimeProvider.System), new RejoinModel(storage, TimeProvider.System)], TimeProvider.System);
        asking = new ActionSet([new ReloadModel(Time), new VerifyModel(host)], Time);
        Plant($"campus/state/{Model}.json", """
            {"model":"grading","current":{"generation":1,"mode":"model","percent":100,"changedBy":"gateway:a","changedAt":"2026-11-24T02:00:00+00:00",
             "reason":"first","key":null},"earlier":[]}
            """);
    }

    /// <summary>The storage account's clock, and that of holds. Confirmations are awaited by the real one.</summary>
    public FakeTimeProvider Time { get; } = new(TestEnvironment.Now);
    public InMemoryBlobs Blobs { get; }
    public InMemoryBlobs.Link Link { get; }
    public Uri? Service { get; set; }
    public Uri? Data { get; set; }
    public DrillSettings? Drill { get; set; }

    public void Suite(string text) => File.WriteAllText(Path.Combine(folder, "golden.json"), text);

    /// <summary>A replica says that it has applied a generation.</summary>
    public void Beat(string replica, long generation) => Plant($"campus/replicas/{replica}.json",
        $$"""{"replica":"{{replica}}","models":{"grading":{"generation":{{generation}},"etag":null,"blind":false,"problem":null} } }""");

    public void Plant(string name, string text) => Blobs.Plant(Container, name, System.Text.Encoding.UTF8.GetBytes(text));

    public JsonData State => JsonData.Parse(System.Text.Encoding.UTF8.GetString(Blobs.Read($"campus/state/{Model}.json")));

    public Task<Outcome> IsolateAsync(string key, string? token = null, int poll = 0, string run = "run-1") => DoAsync("model.isolate", key, token, poll, run);

    public Task<Outcome> RejoinAsync(string key, int percent, int redo = 0) => DoAsync("model.rejoin", key, null, 0, "run-1", redo, ("percent", JsonData.Of(percent)));

    public Task<Outcome> VerifyAsync(string? token = null, params (string, JsonData)[] inputs) => DoAsync("model.verify", "verify", token, 0, "run-1", inputs);

    public Task<Outcome> DoAsync(string action, string key, string? token, int poll, string run, params (string, JsonData)[] inputs) =>
        DoAsync(action, key, token, poll, run, 0, inputs);

    private Task<Outcome> DoAsync(string action, string key, string? token, int poll, string run, int redo, params (string, JsonData)[] inputs)
    {
        var call = TestEnvironment.Call(action, [("model", JsonData.Of(Model)), .. inputs]);
        var steers = action is "model.isolate" or "model.rejoin";
        return (steers ? steering : asking).ExecuteAsync(call with
        {
            RunId = run,
            Environment = TestEnvironment.Of(Drill is null ? EnvironmentKind.Live : EnvironmentKind.Drill) with
            {
                Storage = ImmutableSortedDictionary<string, StorageAccount>.Empty.Add("main",
                    new StorageAccount(new SecretReference($"file:{folder}/store"), null, null, null, null)),
                Gateways = ImmutableSortedDictionary<string, GatewayTarget>.Empty.Add("campus", new GatewayTarget(new ContainerTarget("main", Container, "campus"), Data)),
                Models = ImmutableSortedDictionary<string, ModelTarget>.Empty.Add(Model, new ModelTarget(
                    new ArtifactTarget(new ContainerTarget("main", "models"), ArtifactLayout.Pointer, false, ImmutableSortedDictionary<string, string>.Empty),
                    "campus", Service, "golden", ImmutableSortedDictionary<string, string>.Empty.Add("golden", "golden.json"))),
                Drill = Drill,
            },
            Command = call.Command with
            {
                Id = call.Command.Id with { Poll = poll, Redo = redo }, Key = key, Token = token, Deadline = steers ? DateTimeOffset.UtcNow + Within : TestEnvironment.Now + Within,
            },
        }, TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
