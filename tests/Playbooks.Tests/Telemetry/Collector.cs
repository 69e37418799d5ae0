using System.Collections.Concurrent;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Playbooks.Tests.Telemetry;

/// <summary>Takes what an OTLP exporter sends by HTTP, or one of Azure Monitor.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentQueue<(string Signal, byte[] Body)> taken = new();

    private Collector(WebApplication application) => this.application = application;

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var collector = new Collector(application);
        application.Run(async http =>
        {
            using var body = new MemoryStream();
            await (http.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(http.Request.Body, CompressionMode.Decompress) : http.Request.Body).CopyToAsync(body);
            collector.taken.Enqueue((http.Request.Path.Value!.Split('/')[^1], body.ToArray()));
            http.Response.ContentType = "application/x-protobuf";
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>What a user sets.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = application.Urls.Single(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" };

    /// <summary>The same for Azure Monitor.</summary>
    public IReadOnlyDictionary<string, string> AzureVariables => new Dictionary<string, string>
    {
        [Playbooks.Hosting.Telemetry.AzureVariable] = $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={application.Urls.Single()}/",
    };

    public IReadOnlyList<ReadOnlyMemory<byte>> Of(string signal) => [.. taken.Where(one => one.Signal == signal).Select(one => new ReadOnlyMemory<byte>(one.Body))];

    public IReadOnlyList<ReadOnlyMemory<byte>> All => [.. taken.Select(one => new ReadOnlyMemory<byte>(one.Body))];

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
