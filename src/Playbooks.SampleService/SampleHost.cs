using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core.Definitions;
using Playbooks.SampleService.Jobs;
using Playbooks.SampleService.Serving;

namespace Playbooks.SampleService;

/// <summary>One running service: HTTP on loopback, the watch of the artifact's pointer, and the consumer of its jobs.</summary>
public sealed class SampleHost : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly WebApplication app;
    private readonly ServedModel served;
    private Task loops = Task.CompletedTask;

    private SampleHost(WebApplication app, ServedModel served) => (this.app, this.served) = (app, served);

    /// <summary>Where it listens, without a path.</summary>
    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Returns when it listens and has tried to load what is current; where nothing is current yet it answers 503 until something is.</summary>
    /// <param name="adopt">Takes another parent process; null where none is watched.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SampleHost> StartAsync(ServiceOptions options, ServiceStorage storage, TimeProvider time, ILoggerFactory logs,
        Action<int>? adopt, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(logs);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Limits.MaxRequestBodySize = Endpoints.RequestMaxBytes;
        });
        // Signals are the program's: it stops the host itself.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var faults = options.Drill ? new Faults(time) : null;
        var served = new ServedModel(ArtifactStores.Create(storage.Artifacts, options.Prefix, options.Model, ArtifactLayout.Pointer), options.Kind, time,
            logs.CreateLogger<ServedModel>());
        var host = new SampleHost(builder.Build(), served);
        new Endpoints(options.Model, served, faults, adopt).Map(host.app);
        await served.ReloadAsync(cancellationToken);
        await host.app.StartAsync(cancellationToken);
        var consumer = JobConsumer.Of(storage, served, faults, time, logs.CreateLogger<JobConsumer>());
        host.loops = Task.WhenAll(served.WatchAsync(host.stopping.Token), consumer?.RunAsync(host.stopping.Token) ?? Task.CompletedTask);
        return host;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        try
        {
            await loops.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // That is how loops end.
        }
        await app.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        served.Dispose();
        stopping.Dispose();
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
