using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Playbooks.Web.Telemetry;

namespace Playbooks.Tests.Telemetry;

/// <summary>Everything that is told while it listens, of one trace where a test asks for one: tests beside it tell, too.</summary>
internal sealed class ToldSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> told = new();
    private readonly ActivityListener listener;

    public ToldSpans()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.Source,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = told.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public IReadOnlyList<Activity> Of(string runId) => Of(TraceIds.TraceOf(runId));

    public IReadOnlyList<Activity> Of(ActivityTraceId trace) => [.. told.Where(span => span.TraceId == trace)];

    public void Dispose() => listener.Dispose();
}

/// <summary>What one set of instruments says.</summary>
internal sealed class ToldMeasurements : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string Attributes)> told = new();

    public ToldMeasurements(Meter meter)
    {
        listener.InstrumentPublished = (instrument, of) =>
        {
            if (instrument.Meter != meter)
                return;
            Instruments.Enqueue(instrument);
            of.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, attributes, _) => Take(instrument, value, attributes));
        listener.SetMeasurementEventCallback<long>((instrument, value, attributes, _) => Take(instrument, value, attributes));
        listener.Start();
    }

    public ConcurrentQueue<Instrument> Instruments { get; } = new();

    /// <summary>So far, as <c>value attribute,attribute</c>.</summary>
    public IReadOnlyList<string> Of(MetricName name) => [.. told.Where(one => one.Name == name.Name).Select(one => $"{one.Value:0.###} {one.Attributes}".TrimEnd())];

    /// <summary>What a gauge says now.</summary>
    public IReadOnlyList<string> Now(MetricName name)
    {
        told.Clear();
        listener.RecordObservableInstruments();
        return Of(name);
    }

    public void Dispose() => listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> attributes)
    {
        var name = TelemetryNames.Metrics.Single(one => one.Name == instrument.Name);
        var pairs = attributes.ToArray();
        Assert.Empty(pairs.Select(pair => pair.Key).Except(name.Attributes));
        told.Enqueue((instrument.Name, value, string.Join(',', pairs.Select(pair => $"{pair.Value}"))));
    }
}
