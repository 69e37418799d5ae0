using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;
using static Playbooks.Tests.Web.AlertHarness;

namespace Playbooks.Tests.Web;

public sealed class AlertStormTests : IDisposable
{
    private const int Deliveries = 10_000, Alerts = 100, AtOnce = 128;
    private const long MemoryMaxBytes = 32L << 20;

    private readonly AlertHarness harness = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task Ten_thousand_deliveries_of_a_hundred_alerts_end_in_a_hundred_runs()
    {
        await using var engine = await harness.Engines.OpenAsync();
        using var dispatcher = harness.Dispatcher(engine, Live, engine.Alerts, []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var running = dispatcher.RunAsync(stop.Token);
        await using var application = await ServeAsync(engine, dispatcher);
        using var http = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };
        var texts = Enumerable.Range(0, Alerts).Select(index => Text($"a-{index}")).ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (taken, fresh) = (0, 0);

        await Parallel.ForEachAsync(Enumerable.Range(0, Deliveries), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancelled }, async (index, cancellationToken) =>
        {
            // A sender that was not served in time comes again, as Azure Monitor does.
            for (var status = HttpStatusCode.ServiceUnavailable; status != HttpStatusCode.Accepted;)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, AlertApi.Path) { Content = new StringContent(texts[index % Alerts], Encoding.UTF8, "application/json") };
                request.Headers.Authorization = new("Bearer", "key");
                using var answer = await http.SendAsync(request, cancellationToken);
                status = answer.StatusCode;
                Assert.True(status is HttpStatusCode.Accepted or HttpStatusCode.ServiceUnavailable, status.ToString());
                if (status is not HttpStatusCode.Accepted)
                    continue;
                Interlocked.Increment(ref taken);
                if ((await answer.Content.ReadAsStringAsync(cancellationToken)).Contains("\"new\":true", StringComparison.Ordinal))
                    Interlocked.Increment(ref fresh);
            }
        });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await dispatcher.SettleAsync(Cancelled);

        Assert.Equal((Deliveries, Alerts), (taken, fresh));
        Assert.Equal(Alerts, (await engine.ListAsync(Cancelled)).Count);
        var kept = engine.Alerts.Latest(null, Deliveries);
        Assert.Equal(Alerts, kept.Count);
        Assert.All(kept, one => Assert.Single(one.Fate!.Effects));
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(held < MemoryMaxBytes, $"{held} bytes are held after the storm.");
    }

    private static async Task<WebApplication> ServeAsync(Playbooks.Sqlite.Engine engine, AlertDispatcher dispatcher)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        var senders = new AlertSenders(null, [], key => key == "key" ? new Caller("operator", "operator", "api") : null);
        application.MapAlertApi(engine.Alerts, senders, dispatcher.Wake, TimeProvider.System);
        await application.StartAsync(Cancelled);
        return application;
    }
}
