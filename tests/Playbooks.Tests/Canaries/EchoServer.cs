using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Playbooks.Tests.Canaries;

/// <summary>The worst of targets: whatever it is told, it says it back, as an answer, as an error, as a storage account's error.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private EchoServer(WebApplication application) => this.application = application;

    /// <summary>Address and headers of every request.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    public string Url => application.Urls.Single();

    public static async Task<EchoServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var server = new EchoServer(application);
        application.Run(server.AnswerAsync);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
        var said = $"{http.Request.Path}{http.Request.QueryString} {string.Join(' ', headers.Values)}";
        Heard.Enqueue(said);
        switch (http.Request.Path.Value!.Split('/')[1])
        {
            case "echo":
                // What follows the scheme, too, as a service does that shows whose token it was given.
                await http.Response.WriteAsJsonAsync(new { headers, parts = headers.Values.SelectMany(value => value.Split(' ')), said, escaped = Uri.EscapeDataString(said) });
                break;
            case "garbage":
                await http.Response.WriteAsync(said);
                break;
            case "elsewhere":
                http.Response.Redirect($"http://elsewhere.example/?{said}");
                break;
            default:
                (http.Response.StatusCode, http.Response.ContentType) = (403, "application/xml");
                // Where no header line can hold it, a line of its own would be refused.
                http.Response.Headers["x-ms-error-code"] = said.Replace('\n', ' ');
                await http.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>Refused {System.Security.SecurityElement.Escape(said)}</Code><Message>{System.Security.SecurityElement.Escape(said)}</Message></Error>");
                break;
        }
    }
}
