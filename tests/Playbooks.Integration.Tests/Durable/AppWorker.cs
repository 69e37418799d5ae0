using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Playbooks.DurableFunctions.Host;

namespace Playbooks.Integration.Tests.Durable;

/// <summary>One process of the app, as <c>Program.cs</c> composes it, but for the Functions runtime: that is a <see cref="TaskHub"/> and a server of its own.</summary>
internal sealed class AppWorker : IAsyncDisposable
{
    public const string Key = "the key of this machine";

    private readonly CancellationTokenSource dead = new();
    private readonly IHost server;
    private readonly Lines lines;

    private AppWorker(AzureHost host, IHost server, Lines lines)
    {
        (Host, this.server, this.lines) = (host, server, lines);
        Patrol = new Patrol(host);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Web = new HttpClient { BaseAddress = new Uri(address) };
        Web.DefaultRequestHeaders.Authorization = new("Bearer", Key);
    }

    public AzureHost Host { get; }
    public Patrol Patrol { get; }
    public HttpClient Web { get; }

    /// <summary>What it has told its log.</summary>
    public IReadOnlyList<string> Said => lines.All;

    public bool IsDead => dead.IsCancellationRequested;

    public static async Task<AppWorker> StartAsync(string folder, TaskHub hub, TimeProvider time, CancellationToken cancellationToken)
    {
        var lines = new Lines();
        var settings = new Dictionary<string, string>
        {
            [HostVariables.Environment] = AppWorld.EnvironmentName,
            [HostVariables.StateConnection] = Environment.GetEnvironmentVariable(HostVariables.StateConnection)!,
            [HostVariables.DevelopmentKey] = Key,
        };
        var host = AzureHost.Open(settings.GetValueOrDefault, folder, hub, time, lines);
        await host.Storage.PrepareAsync(cancellationToken);
        var server = new HostBuilder().ConfigureWebHost(web => web
            .UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0))
            .ConfigureServices(services =>
            {
                services.AddSingleton(host).AddSingleton<WebDoor>();
                WebDoor.AddServices(services, host);
            })
            .Configure(app => app.Run(http => http.RequestServices.GetRequiredService<WebDoor>().TakeAsync(http)))).Build();
        await server.StartAsync(cancellationToken);
        var worker = new AppWorker(host, server, lines);
        hub.Add(worker);
        return worker;
    }

    /// <summary>The process is gone: what it has under way ends where it is.</summary>
    public void Die() => dead.Cancel();

    public Task<string> ExecuteAsync(string activity, string input, string invocation) => Host.Activities.ExecuteAsync(activity, input, invocation, dead.Token);

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Web.GetStringAsync(path, TestContext.Current.CancellationToken))!;

    public async Task<(HttpStatusCode Status, JsonNode? Answer)> PostAsync(string path, object body)
    {
        using var answer = await Web.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async ValueTask DisposeAsync()
    {
        await dead.CancelAsync();
        Web.Dispose();
        await server.StopAsync();
        server.Dispose();
        await Host.DisposeAsync();
        dead.Dispose();
    }

    /// <summary>A log that keeps what it is told.</summary>
    private sealed class Lines : ILoggerFactory, ILogger
    {
        private readonly List<string> lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (lines)
                    return [.. lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
