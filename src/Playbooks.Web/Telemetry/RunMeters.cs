using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Playbooks.Core;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Telemetry;

/// <summary>Every instrument. Attributes are few and take few values; what a single run did is told by its spans.</summary>
internal sealed class RunMeters : IDisposable
{
    /// <summary>Seconds, from an answer of a quick target to a run past its four hours.</summary>
    private static readonly double[] Boundaries = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 28800];

    private readonly ConcurrentDictionary<string, OpenRun> open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> letters = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<SpanOf, (Histogram<double> Instrument, MetricName Name)> durations;
    private readonly Histogram<double> recovery;
    private readonly Counter<long> alerts, dropped;

    public RunMeters(TimeProvider time)
    {
        durations = new Dictionary<SpanOf, (Histogram<double>, MetricName)>
        {
            [SpanOf.Run] = (Seconds(TelemetryNames.RunSeconds), TelemetryNames.RunSeconds),
            [SpanOf.Step] = (Seconds(TelemetryNames.StepSeconds), TelemetryNames.StepSeconds),
            [SpanOf.Attempt] = (Seconds(TelemetryNames.AttemptSeconds), TelemetryNames.AttemptSeconds),
        }.ToFrozenDictionary();
        recovery = Seconds(TelemetryNames.RecoverySeconds);
        alerts = Count(TelemetryNames.Alerts);
        dropped = Count(TelemetryNames.Dropped);
        Watch(TelemetryNames.RunsOpen, () => open.Values.GroupBy(run => (run.Playbook, run.Mode, run.State))
            .Select(runs => new Measurement<long>(runs.LongCount(), [.. Of(runs.Key.Playbook, runs.Key.Mode), new(TelemetryNames.State, WireName.Of(runs.Key.State))])));
        Watch(TelemetryNames.RtoLeft, () => ByPlaybook(open.Values.Where(run => run.RtoUntil is not null), runs => (runs.Min(run => run.RtoUntil)!.Value - time.GetUtcNow()).TotalSeconds));
        Watch(TelemetryNames.Approvals, () => ByPlaybook(open.Values.Where(run => !run.AskedSince.IsEmpty), runs => runs.Sum(run => (long)run.AskedSince.Length)));
        Watch(TelemetryNames.ApprovalAge, () => ByPlaybook(open.Values.Where(run => !run.AskedSince.IsEmpty), runs => (time.GetUtcNow() - runs.SelectMany(run => run.AskedSince).Min()).TotalSeconds));
        Watch(TelemetryNames.Letters, () => letters.Select(queue => new Measurement<long>(queue.Value, [new(TelemetryNames.Queue, queue.Key)])));
        Watch(TelemetryNames.Unsettled, () => Inbox is { } inbox ? [new Measurement<long>(inbox.Unsettled(UnsettledMax).Count)] : Enumerable.Empty<Measurement<long>>());
    }

    private const int UnsettledMax = 100;

    /// <summary>Whose instruments listeners of a test listen to.</summary>
    internal Meter Meter { get; } = new(TelemetryNames.Source);

    public IAlertInbox? Inbox { get; set; }

    public void Show(string runId, OpenRun run) => open[runId] = run;

    public void Over(string runId) => open.TryRemove(runId, out _);

    public void Record(EndedSpan span)
    {
        var (instrument, name) = durations[span.Of];
        if (instrument.Enabled)
            instrument.Record(span.Seconds, [.. span.Attributes.Where(attribute => name.Attributes.Contains(attribute.Key))]);
    }

    /// <summary>How long a run took that has ended recovered.</summary>
    public void Recovered(RunSummary run)
    {
        if (run is { DetectedAt: { } detected, RecoveredAt: { } recovered, Verdict: { } verdict })
            recovery.Record((recovered - detected).TotalSeconds, [.. Of(run.Playbook, WireName.Of(run.Mode)), new(TelemetryNames.Verdict, WireName.Of(verdict))]);
    }

    /// <param name="count">Null while they cannot be counted.</param>
    public void Counted(string queue, long? count)
    {
        if (count is { } known)
            letters[queue] = known;
        else
            letters.TryRemove(queue, out _);
    }

    public void Settled(string effect) => alerts.Add(1, new KeyValuePair<string, object?>(TelemetryNames.Effect, effect));

    public void Drop(int events) => dropped.Add(events);

    public void Dispose() => Meter.Dispose();

    private Histogram<double> Seconds(MetricName name) =>
        Meter.CreateHistogram(name.Name, name.Unit, name.Meaning, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries });

    private Counter<long> Count(MetricName name) => Meter.CreateCounter<long>(name.Name, name.Unit, name.Meaning);

    private void Watch<T>(MetricName name, Func<IEnumerable<Measurement<T>>> values) where T : struct => Meter.CreateObservableGauge(name.Name, values, name.Unit, name.Meaning);

    private static IEnumerable<Measurement<T>> ByPlaybook<T>(IEnumerable<OpenRun> runs, Func<ImmutableArray<OpenRun>, T> value) where T : struct =>
        runs.GroupBy(run => (run.Playbook, run.Mode)).Select(same => new Measurement<T>(value([.. same]), Of(same.Key.Playbook, same.Key.Mode)));

    private static KeyValuePair<string, object?>[] Of(string playbook, string mode) => [new(TelemetryNames.Playbook, playbook), new(TelemetryNames.Mode, mode)];
}
