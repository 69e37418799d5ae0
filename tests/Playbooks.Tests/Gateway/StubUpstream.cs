using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using System.Net;

namespace Playbooks.Tests.Gateway;

/// <summary>An AI endpoint on loopback that does as it is told and remembers what it was asked.</summary>
public sealed class StubUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubUpstream(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Method, path with query, and body of each request.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public RequestDelegate Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<StubUpstream> StartAsync(string name)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var stub = new StubUpstream(app) { Answer = http => http.Response.WriteAsync(name) };
        app.Run(stub.ServeAsync);
        await app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        Asked.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString} {await reader.ReadToEndAsync()}");
        await Answer(http);
    }
}
