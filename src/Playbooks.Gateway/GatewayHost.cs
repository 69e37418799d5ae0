using System.Security.Cryptography;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Playbooks.Gateway.Configuration;
using Playbooks.Gateway.Control;
using Playbooks.Gateway.Serving;
using Playbooks.Gateway.State;
using Yarp.ReverseProxy.Forwarder;

namespace Playbooks.Gateway;

/// <summary>
/// One running replica: a listener for requests, a listener for orders, and the loops that read the state and say what
/// was applied. The two listeners are two servers, so that no request can ever reach an order's code.
/// </summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private const int StorageTimeoutSeconds = 5;

    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<IDisposable> _upstreams = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Bell _poll = new();
    private readonly Bell _beat = new();
    private readonly Bell _record = new();
    private Task _loops = Task.CompletedTask;
    private Pulse _pulse = null!;

    private GatewayHost() { }

    /// <summary>Unique to this process.</summary>
    public string Replica { get; private set; } = "";

    public Uri Data { get; private set; } = null!;

    public Uri Control { get; private set; } = null!;

    internal StateWatch Watch { get; private set; } = null!;

    internal Pulse Pulse => _pulse;

    /// <summary>Completes when a loop ends, which only a defect of ours can cause; the process should then end too.</summary>
    public Task Failed => _loops;

    /// <param name="options">The checked configuration.</param>
    /// <param name="operators">Who may give orders.</param>
    /// <param name="logs">Where to log.</param>
    /// <param name="time">The clock of everything but YARP's own timeouts.</param>
    /// <param name="transport">Carries the calls to storage; null for the real network.</param>
    /// <param name="loops">False leaves reading and beating to the caller.</param>
    /// <param name="adopt">Called with the id of the process that takes this one over; null where no parent is watched.</param>
    /// <param name="cancellation">Gives up starting.</param>
    public static async Task<GatewayHost> StartAsync(
        GatewayOptions options, Operators operators, ILoggerFactory logs, TimeProvider time, HttpPipelineTransport? transport = null,
        bool loops = true, Action<int>? adopt = null, CancellationToken cancellation = default)
    {
        var host = new GatewayHost { Replica = $"{options.Replica}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}" };
        try
        {
            await host.ComposeAsync(options, operators, logs, time, transport, loops, adopt, cancellation);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more requests, finishes those it has, then takes its heartbeat back.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        foreach (var server in _servers.OfType<WebApplication>()) await server.StopAsync(cancellation);
        await _stopping.CancelAsync();
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _pulse.StopAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var server in _servers) await server.DisposeAsync();
        foreach (var upstream in _upstreams) upstream.Dispose();
        _poll.Dispose();
        _beat.Dispose();
        _record.Dispose();
        _stopping.Dispose();
    }

    private async Task ComposeAsync(
        GatewayOptions options, Operators operators, ILoggerFactory logs, TimeProvider time, HttpPipelineTransport? transport, bool loops,
        Action<int>? adopt, CancellationToken cancellation)
    {
        var log = logs.CreateLogger("Playbooks.Gateway");
        var store = new StateStore(Container(options.Storage, transport), options.Gateway);
        var cache = new StateCache(options.DataDirectory);
        var voice = new Voice(time);
        var gates = options.Models.Select(m =>
        {
            var (cached, problem) = cache.Recall(m.Name);
            if (problem is not null) log.LogError("{Model}: the cached state cannot be read: {Problem}", m.Name, problem);
            return new ModelGate(m.Name, cached, voice, time);
        }).ToList();
        Watch = new StateWatch(store, cache, gates, options.Models.ToDictionary(m => m.Name, m => m.Initial), Replica, _beat, time, log);

        var data = Listen(options.Listen.DataAddress, options.Listen.DataPort, options.Listen.BodyLimitBytes, logs, s => s.AddHttpForwarder());
        var forwarder = data.Services.GetRequiredService<IHttpForwarder>();
        var ladders = options.Models.Zip(gates, (model, gate) => Ladder(model, gate, options.DataDirectory, forwarder, time, log)).ToList();
        data.Run(new DataEndpoint(ladders).ServeAsync);

        var control = Listen(options.Listen.ControlAddress, options.Listen.ControlPort, options.Listen.BodyLimitBytes, logs, _ => { });
        control.Run(new ControlEndpoints(operators, store, new StateChanges(store, time), gates, ladders, _poll, adopt, log).ServeAsync);

        await data.StartAsync(cancellation);
        await control.StartAsync(cancellation);
        Data = new Uri(data.Urls.Single());
        Control = new Uri(control.Urls.Single());
        _pulse = new Pulse(store, gates, voice, Replica, Data.ToString(), Control.ToString(), time, log);
        // Heard first, then read: so an isolation either is read here or waits for this replica. Until then the fallback serves.
        await Watch.PollAsync(cancellation);
        await _pulse.BeatAsync(cancellation);
        await Watch.PollAsync(cancellation);
        if (loops) _loops = RunAsync(time);
    }

    private async Task RunAsync(TimeProvider time)
    {
        var stop = _stopping.Token;
        var second = TimeSpan.FromSeconds(Heartbeat.IntervalSeconds);
        var loops = new[]
        {
            _poll.RunAsync(Watch.PollAsync, TimeSpan.FromMilliseconds(StateWatch.IntervalMilliseconds), time, stop),
            _beat.RunAsync(_pulse.BeatAsync, second, time, stop),
            _record.RunAsync(_pulse.RecordAsync, second, time, stop),
            _pulse.TidyAsync(stop),
        };
        // One that fails must not leave the others believing that all is well.
        await await Task.WhenAny(loops[..3]);
        await Task.WhenAll(loops);
    }

    private ModelLadder Ladder(ModelOptions model, ModelGate gate, string directory, IHttpForwarder forwarder, TimeProvider time, ILogger log)
    {
        Upstream Ask(Rung rung, UpstreamOptions upstream)
        {
            var made = new Upstream(rung, upstream, forwarder, time, log);
            _upstreams.Add(made);
            return made;
        }

        List<IRungServer> rungs = [Ask(Rung.Model, model.Model)];
        if (model.Previous is { } previous) rungs.Add(Ask(Rung.Previous, previous));
        if (model.Rules is RulesOptions.Service service) rungs.Add(Ask(Rung.Rules, service.Upstream));
        if (model.Rules is RulesOptions.Canned canned) rungs.Add(new CannedRules(canned.Answers));
        if (model.HumanQueue is { } queue) rungs.Add(new HumanReview(model.Name, queue, model.RampHeader, directory, time, log));
        rungs.Add(new SwitchedOff(model.OffNotice));
        return new ModelLadder(model.Path, gate, new Ramp(model.RampHeader), rungs);
    }

    private WebApplication Listen(
        System.Net.IPAddress address, int port, long bodyLimitBytes, ILoggerFactory logs, Action<IServiceCollection> services)
    {
        // An empty builder: no settings file and no environment variable may move a listener.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        services(builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = bodyLimitBytes;
            kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1AndHttp2);
        });
        var app = builder.Build();
        _servers.Add(app);
        return app;
    }

    private static BlobContainerClient Container(StorageOptions storage, HttpPipelineTransport? transport)
    {
        // A version that the emulator knows too; nothing newer is used.
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2025_11_05) { Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromSeconds(StorageTimeoutSeconds) } };
        if (transport is not null) options.Transport = transport;
        return storage.ConnectionString is { } text
            ? new BlobContainerClient(text, storage.Container, options)
            : new BlobServiceClient(storage.AccountUrl!, new DefaultAzureCredential(), options).GetBlobContainerClient(storage.Container);
    }
}
