using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Playbooks.Core.Decisions;
using Playbooks.Tests.Alerts;
using Playbooks.Tests.Sqlite;
using Playbooks.Tests.Web;
using Playbooks.Web.Telemetry;

namespace Playbooks.Tests.Telemetry;

/// <summary>How a run and the alert that started it find each other.</summary>
public sealed class AlertTelemetryTests : IDisposable
{
    private readonly AlertHarness alerts = new();
    private readonly ToldSpans spans = new();

    public void Dispose()
    {
        spans.Dispose();
        alerts.Dispose();
    }

    [Fact]
    public async Task A_run_names_the_span_of_the_delivery_that_started_it()
    {
        var telemetry = new RunTelemetry(alerts.Engines.Time, NullLoggerFactory.Instance);
        using var measured = new ToldMeasurements(telemetry.Meters.Meter);
        alerts.Engines.Committed = telemetry.Committed;
        await using var engine = await alerts.Engines.OpenAsync();
        var inbox = telemetry.Telling(engine.Alerts);
        telemetry.Begin(engine);
        await alerts.KeepAsync(engine, AlertHarness.Text());
        Assert.Equal(["1"], measured.Now(TelemetryNames.Unsettled));
        alerts.Engines.Time.Advance(TimeSpan.FromSeconds(7));

        await alerts.SettleAsync(engine, AlertHarness.Live, inbox);
        var id = Assert.Single(await engine.ListAsync(TestContext.Current.CancellationToken)).RunId;
        await EngineHarness.SettleAsync(engine, id);
        alerts.Engines.Time.Advance(TimeSpan.FromMinutes(10));
        await EngineHarness.UntilAsync(engine, id, happened => happened is RunEvent.RunEnded);
        await telemetry.DisposeAsync();

        var delivery = TraceIds.OfDelivery(AzurePayload.Read(AlertHarness.Text()).Delivery);
        var settled = Assert.Single(spans.Of(delivery.TraceId));
        Assert.Equal(("alert settle", delivery.SpanId, TimeSpan.FromSeconds(7), ActivityKind.Consumer), (settled.OperationName, settled.SpanId, settled.Duration, settled.Kind));
        Assert.Equal([("playbooks.alert.effect", (object)"started"), ("playbooks.alert.runs", 1)], settled.TagObjects.Select(tag => (tag.Key, tag.Value!)));
        Assert.Equal([delivery], spans.Of(id)[^1].Links.Select(link => link.Context));
        Assert.Equal(["1 started"], measured.Of(TelemetryNames.Alerts));
    }
}
