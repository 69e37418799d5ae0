using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Gateway;
using Playbooks.Gateway.Configuration;
using Playbooks.Gateway.Control;
using Playbooks.Gateway.State;

namespace Playbooks.Tests.Gateway;

/// <summary>Replicas of one gateway with one storage account in memory, a model, its previous version, and a clock that stands still.</summary>
public sealed class GatewayRig : IAsyncDisposable
{
    public const string Key = "a-key-of-more-than-thirty-two-characters";

    private readonly List<GatewayHost> _hosts = [];
    private readonly HttpClient _client = new();

    private GatewayRig() { }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 3, 0, 0, TimeSpan.Zero));

    public InMemoryBlobs Blobs { get; private set; } = null!;

    public StubUpstream Model { get; private set; } = null!;

    public StubUpstream Previous { get; private set; } = null!;

    public DirectoryInfo Directory { get; } = System.IO.Directory.CreateTempSubdirectory("gateway-");

    /// <summary>The configuration of the model `grading`; tests take rungs away or add to it before a replica starts.</summary>
    public JsonObject Grading { get; private set; } = null!;

    public StateStore Store => new(new Azure.Storage.Blobs.BlobContainerClient(
        InMemoryBlobs.ConnectionString, "state",
        new Azure.Storage.Blobs.BlobClientOptions { Transport = new HttpClientTransport(Blobs.Connect()), Retry = { MaxRetries = 0 } }), "campus");

    public static async Task<GatewayRig> StartAsync()
    {
        var rig = new GatewayRig { Model = await StubUpstream.StartAsync("model"), Previous = await StubUpstream.StartAsync("previous") };
        rig.Blobs = new InMemoryBlobs(rig.Time);
        rig.Grading = JsonNode.Parse($$"""
            {
              "name": "grading",
              "model": { "address": "{{rig.Model.Address}}", "timeoutSeconds": 10, "breaker": { "minimumRequests": 4, "failurePercent": 50, "samplingSeconds": 30, "breakSeconds": 60 } },
              "previous": { "address": "{{rig.Previous.Address}}" },
              "rules": { "answers": [ { "body": { "grade": "pending" } } ] },
              "humanQueue": { "notice": "A teacher will grade this." }
            }
            """)!.AsObject();
        return rig;
    }

    public async Task<Replica> ReplicaAsync(string name, bool connected = true)
    {
        var directory = Path.Combine(Directory.FullName, name);
        System.IO.Directory.CreateDirectory(directory);
        var keyFile = Path.Combine(directory, "control.key");
        if (!File.Exists(keyFile))
        {
            await File.WriteAllTextAsync(keyFile, Key);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        var json = new JsonObject
        {
            ["gateway"] = "campus",
            ["storage"] = new JsonObject { ["connectionString"] = InMemoryBlobs.ConnectionString, ["container"] = "state" },
            ["control"] = Control(keyFile),
            ["models"] = new JsonArray(Grading.DeepClone()),
        };
        var (options, errors) = GatewayOptionsReader.Read(Encoding.UTF8.GetBytes(json.ToJsonString()), name, directory);
        Assert.Empty(errors);
        var (operators, keyErrors) = Operators.Read(options!.Control);
        Assert.Empty(keyErrors);
        var link = Blobs.Connect();
        link.Cut = !connected;
        var host = await GatewayHost.StartAsync(
            options, operators!, NullLoggerFactory.Instance, Time, new HttpClientTransport(link), loops: false,
            cancellation: TestContext.Current.CancellationToken);
        _hosts.Add(host);
        return new Replica(host, link, _client);
    }

    /// <summary>Ends a replica as a crash would: its heartbeat stays.</summary>
    public async Task KillAsync(Replica replica)
    {
        _hosts.Remove(replica.Host);
        await replica.Host.DisposeAsync();
    }

    /// <summary>The `control` part of the configuration, when a test wants more than the one key.</summary>
    public Func<string, JsonObject> Control { get; set; } = keyFile =>
        new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["name"] = "oncall", ["file"] = keyFile }) };

    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
        await Model.DisposeAsync();
        await Previous.DisposeAsync();
        _client.Dispose();
        Directory.Delete(recursive: true);
    }
}

/// <summary>One replica as a caller and an operator see it.</summary>
public sealed class Replica(GatewayHost host, InMemoryBlobs.Link link, HttpClient client)
{
    public string Name => host.Replica;

    public GatewayHost Host => host;

    public InMemoryBlobs.Link Link => link;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task PollAsync() => host.Watch.PollAsync(Cancellation);

    public Task BeatAsync() => host.Pulse.BeatAsync(Cancellation);

    /// <summary>What the loops do in a second.</summary>
    public async Task TurnAsync()
    {
        await BeatAsync();
        await PollAsync();
    }

    public Task RecordAsync() => host.Pulse.RecordAsync(Cancellation);

    /// <summary>Which rung answers a request, and with what.</summary>
    public async Task<Answered> AskAsync(string path = "/grading/score", string body = "{}", string? correlation = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Data, path)) { Content = new StringContent(body) };
        if (correlation is not null) request.Headers.Add("X-Correlation-Id", correlation);
        using var answer = await client.SendAsync(request, Cancellation);
        answer.Headers.TryGetValues("X-Playbooks-Rung", out var rung);
        return new Answered(rung?.Single(), answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    public async Task<string?> RungAsync() => (await AskAsync()).Rung;

    public async Task<(HttpStatusCode Status, JsonElement Body, string? ETag)> OrderAsync(
        HttpMethod method, string path, object? body = null, string? key = GatewayRig.Key, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(host.Control, path));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
            await request.Content.LoadIntoBufferAsync(Cancellation);
        }
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return (answer.StatusCode, JsonElement.Parse(text), answer.Headers.ETag?.Tag);
    }

    /// <summary>Takes the model away, as an operator would.</summary>
    public async Task<long> IsolateAsync(string mode = "previous")
    {
        var (status, body, _) = await OrderAsync(HttpMethod.Put, "/state/grading", new { mode, reason = "it grades all alike" });
        Assert.Equal(HttpStatusCode.OK, status);
        return body.GetProperty("current").GetProperty("generation").GetInt64();
    }

    public async Task RejoinAsync(int percent)
    {
        var (_, _, etag) = await OrderAsync(HttpMethod.Get, "/state/grading");
        var (status, _, _) = await OrderAsync(HttpMethod.Put, "/state/grading", new { mode = "model", percent, reason = "restored" }, ifMatch: etag);
        Assert.Equal(HttpStatusCode.OK, status);
        await PollAsync();
    }
}

public sealed record Answered(string? Rung, HttpStatusCode Status, string Body);
