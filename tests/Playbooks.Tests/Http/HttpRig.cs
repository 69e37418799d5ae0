using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Playbooks.Connectors;
using Playbooks.Connectors.Http;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Tests.Actions;

namespace Playbooks.Tests.Http;

/// <summary>
/// A server on loopback, and a network in which names lead where the test says: whatever address passes the check, the stream goes to the server.
/// </summary>
internal sealed class HttpRig : IAsyncDisposable
{
    public const string Origin = "http://api.university.example:8080";
    private static readonly DateTimeOffset Now = TestEnvironment.Now;

    private readonly WebApplication app;
    private readonly Queue<IPAddress[]> answers;
    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-http-").FullName;

    private HttpRig(WebApplication app, IEnumerable<IPAddress[]> answers) => (this.app, this.answers) = (app, new(answers));

    public ConcurrentQueue<string> Asked { get; } = [];
    public ConcurrentQueue<IPEndPoint> Connected { get; } = [];
    public Exception? ConnectFails { get; set; }
    public int Port => new Uri(app.Urls.Single()).Port;
    public string Folder => folder;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <param name="answers">Of the resolver, one after another; then a public address.</param>
    public static async Task<HttpRig> NewAsync(RequestDelegate serve, params IEnumerable<string> answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(serve);
        await app.StartAsync(Cancelled);
        return new HttpRig(app, answers.Select(answer => answer.Split(' ').Select(IPAddress.Parse).ToArray()));
    }

    public Task<Outcome> GetAsync(string path = "/", string origin = Origin, params (string, JsonData)[] inputs) =>
        SendAsync("http.get", [("url", JsonData.Of(origin + path)), .. inputs]);

    public Task<Outcome> PostAsync(string path = "/", params (string, JsonData)[] inputs) =>
        SendAsync("http.request", [("url", JsonData.Of(Origin + path)), ("method", JsonData.Of("POST")), .. inputs]);

    public Task<Outcome> SendAsync(string action, params (string, JsonData)[] inputs)
    {
        var (time, secrets) = (new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Now), new Secrets(folder));
        var network = new Network(Resolve, ConnectAsync);
        var call = TestEnvironment.Call(action, inputs);
        call = call with { Environment = call.Environment with { HttpOrigins = [Origin, $"http://127.0.0.1:{Port}"] } };
        return new ActionSet([new Connectors.Http.HttpRequest(secrets, time, network), new Connectors.Http.HttpGet(secrets, time, network)], time).ExecuteAsync(call, Cancelled);
    }

    public static ErrorKind KindOf(Outcome outcome) => Assert.IsType<Outcome.Failed>(outcome).Kind;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Task<IPAddress[]> Resolve(string name, CancellationToken cancellationToken)
    {
        Asked.Enqueue(name);
        return Task.FromResult(answers.TryDequeue(out var next) ? next : [IPAddress.Parse("8.8.8.8")]);
    }

    private async Task<Stream> ConnectAsync(IPEndPoint to, CancellationToken cancellationToken)
    {
        Connected.Enqueue(to);
        if (ConnectFails is not null)
            throw ConnectFails;
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
        return client.GetStream();
    }
}
