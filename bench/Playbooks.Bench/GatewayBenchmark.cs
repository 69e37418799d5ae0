using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Playbooks.Gateway;
using Playbooks.Gateway.Configuration;
using Playbooks.Gateway.Control;
using Playbooks.Tests.Gateway;
using Yarp.ReverseProxy.Forwarder;

namespace Playbooks.Bench;

/// <summary>
/// The gateway beside bare YARP: one upstream, one client, one process, rounds in turn, so that whatever else the
/// machine does meets both. Throughput with as many requests in flight as <see cref="InFlight"/>; added latency at a
/// steady 500 requests a second, each counted from when it was due.
/// </summary>
internal static class GatewayBenchmark
{
    private const int InFlight = 32;
    private const int Rounds = 5;
    private const double RoundSeconds = 1.5;
    private const int LatencyRounds = 8;
    private const int LatencyRoundSeconds = 2;
    private const int RequestsPerSecond = 500;
    private const double ThroughputGoal = 0.8;
    private const double AddedMillisecondsGoal = 2;
    private static readonly byte[] Request = Encoding.UTF8.GetBytes("""{"essay":""" + '"' + new string('x', 1000) + "\"}");

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var upstream = await ServeAsync(_ => { }, _ => async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null);
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("""{"grade":7}""");
        });
        var model = new Uri(upstream.Urls.Single());
        using var bareClient = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
        await using var bare = await ServeAsync(s => s.AddHttpForwarder(), services =>
        {
            var forwarder = services.GetRequiredService<IHttpForwarder>();
            return async http => await forwarder.SendAsync(http, model.ToString(), bareClient);
        });
        var directory = Directory.CreateTempSubdirectory("bench-gateway-");
        try
        {
            await using var gateway = await GatewayAsync(model, directory.FullName);
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 });
            var limit = new Uri(bare.Urls.Single() + "/grading/score");
            var ours = new Uri(gateway.Data, "/grading/score");
            return [.. await ThroughputAsync(client, limit, ours), .. await LatencyAsync(client, limit, ours)];
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> ThroughputAsync(HttpClient client, Uri limit, Uri ours)
    {
        await RateAsync(client, limit);
        await RateAsync(client, ours);
        List<double> bare = [], gateway = [];
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(await RateAsync(client, limit));
            gateway.Add(await RateAsync(client, ours));
        }
        // Of each pair of neighbours, so that a slow moment of the machine falls on both.
        var ratio = Median(bare.Zip(gateway, (b, g) => g / b));
        return [new Figure("gateway.throughput", Median(gateway), "requests/s", Median(bare), ratio, $"ratio >= {ThroughputGoal}", ratio >= ThroughputGoal)];
    }

    private static async Task<IReadOnlyList<Figure>> LatencyAsync(HttpClient client, Uri limit, Uri ours)
    {
        List<double[]> bare = [], gateway = [];
        for (var round = 0; round < LatencyRounds; round++)
        {
            bare.Add(await LatenciesAsync(client, limit));
            gateway.Add(await LatenciesAsync(client, ours));
        }
        var figures = new List<Figure>();
        foreach (var percentile in new[] { 50, 99 })
        {
            var (value, alone) = (Median(gateway.Select(l => Percentile(l, percentile))), Median(bare.Select(l => Percentile(l, percentile))));
            figures.Add(new Figure($"gateway.p{percentile}At{RequestsPerSecond}", value, "ms", alone, value / alone, null, null));
            if (percentile != 99) continue;
            var added = Median(gateway.Zip(bare, (g, b) => Percentile(g, percentile) - Percentile(b, percentile)));
            figures.Add(new Figure("gateway.p99Added", added, "ms", null, null, $"<= {AddedMillisecondsGoal} ms", added <= AddedMillisecondsGoal));
        }
        return figures;
    }

    private static async Task<double> RateAsync(HttpClient client, Uri target)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            var count = 0;
            for (; clock.Elapsed < TimeSpan.FromSeconds(RoundSeconds); count++) await AskAsync(client, target);
            return count;
        }));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double[]> LatenciesAsync(HttpClient client, Uri target)
    {
        var clock = Stopwatch.StartNew();
        var all = new List<Task<double>>(RequestsPerSecond * LatencyRoundSeconds);
        while (all.Count < RequestsPerSecond * LatencyRoundSeconds)
        {
            var due = TimeSpan.FromSeconds((double)all.Count / RequestsPerSecond);
            while (clock.Elapsed < due) await Task.Delay(1);
            all.Add(TimedAsync(clock, due));
        }
        return await Task.WhenAll(all);

        async Task<double> TimedAsync(Stopwatch running, TimeSpan due)
        {
            await AskAsync(client, target);
            return (running.Elapsed - due).TotalMilliseconds;
        }
    }

    private static async Task AskAsync(HttpClient client, Uri target)
    {
        using var content = new ByteArrayContent(Request);
        using var answer = await client.PostAsync(target, content);
        await answer.Content.ReadAsByteArrayAsync();
        if (answer.StatusCode is not HttpStatusCode.OK) throw new InvalidOperationException($"{target} answered {answer.StatusCode}");
        if (answer.Headers.TryGetValues("X-Playbooks-Rung", out var rung) && rung.Single() != "model")
            throw new InvalidOperationException($"{target} was served by {rung.Single()}");
    }

    private static async Task<GatewayHost> GatewayAsync(Uri model, string directory)
    {
        var keyFile = Path.Combine(directory, "control.key");
        await File.WriteAllTextAsync(keyFile, "a-key-of-more-than-thirty-two-characters");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var json = new JsonObject
        {
            ["gateway"] = "bench",
            ["dataDirectory"] = directory,
            ["storage"] = new JsonObject { ["connectionString"] = InMemoryBlobs.ConnectionString, ["container"] = "state" },
            ["control"] = new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["name"] = "bench", ["file"] = keyFile }) },
            ["models"] = new JsonArray(new JsonObject
            {
                ["name"] = "grading",
                ["model"] = new JsonObject { ["address"] = model.ToString() },
                ["rules"] = new JsonObject { ["answers"] = new JsonArray(new JsonObject { ["body"] = new JsonObject() }) },
            }),
        };
        var (options, errors) = GatewayOptionsReader.Read(Encoding.UTF8.GetBytes(json.ToJsonString()));
        if (options is null) throw new InvalidOperationException(string.Join('\n', errors));
        return await GatewayHost.StartAsync(
            options, Operators.Read(options.Control).Operators!, NullLoggerFactory.Instance, TimeProvider.System,
            new HttpClientTransport(new InMemoryBlobs(TimeProvider.System).Connect()));
    }

    private static async Task<WebApplication> ServeAsync(Action<IServiceCollection> services, Func<IServiceProvider, RequestDelegate> handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(NullLoggerFactory.Instance);
        services(builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(handler(app.Services));
        await app.StartAsync();
        return app;
    }

    private static double Median(IEnumerable<double> values) => Percentile([.. values], 50);

    private static double Percentile(double[] values, int percentile) =>
        values.Order().ElementAt(Math.Clamp((int)Math.Ceiling(values.Length * percentile / 100.0) - 1, 0, values.Length - 1));
}
