using Microsoft.Extensions.Time.Testing;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Web.Telemetry;

namespace Playbooks.Tests.Telemetry;

/// <summary>What dashboards of others are built on.</summary>
public sealed class TelemetryNamesTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_page_has_a_row_for_every_span_and_every_metric()
    {
        var page = Repository.Read("docs/telemetry.md");
        foreach (var span in TelemetryNames.Spans)
            Assert.Contains($"| `{span.Name}` | {span.Meaning} | {Listed(span.Attributes)} |", page, StringComparison.Ordinal);
        foreach (var metric in TelemetryNames.Metrics)
            Assert.Contains($"| `{metric.Name}` | {metric.Kind} | `{metric.Unit}` | {metric.Meaning} | {Listed(metric.Attributes)} |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_no_row_of_a_name_that_is_gone()
    {
        var known = TelemetryNames.Spans.Select(span => span.Name).Concat(TelemetryNames.Metrics.Select(metric => metric.Name));
        var rows = Repository.Read("docs/telemetry.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Count(character => character == '|') > 3).Select(line => line.Split('`')[1]);
        Assert.Equal(known.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_instrument_is_one_of_the_names_with_its_unit()
    {
        using var meters = new RunMeters(time);
        using var measured = new ToldMeasurements(meters.Meter);

        Assert.Equal(TelemetryNames.Metrics.Select(metric => (metric.Name, metric.Unit, metric.Meaning)).Order(), measured.Instruments.Select(one => (one.Name, one.Unit!, one.Description!)).Order());
    }

    [Fact]
    public void The_tightest_open_run_of_a_playbook_says_what_is_left_of_its_RTO()
    {
        using var meters = new RunMeters(time);
        using var measured = new ToldMeasurements(meters.Meter);
        meters.Show("a", Open("grading", minutesLeft: 20));
        meters.Show("b", Open("grading", minutesLeft: -1));
        meters.Show("c", Open("fraud", minutesLeft: 60));
        meters.Show("d", Open("enrolment", minutesLeft: null));
        Assert.Equal(["-60 grading,live", "3600 fraud,live"], measured.Now(TelemetryNames.RtoLeft).Order(StringComparer.Ordinal));

        meters.Over("b");
        time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(["3300 fraud,live", "900 grading,live"], measured.Now(TelemetryNames.RtoLeft).Order(StringComparer.Ordinal));
        Assert.Equal(3, measured.Now(TelemetryNames.RunsOpen).Count);
    }

    [Fact]
    public void A_queue_that_cannot_be_counted_says_nothing_rather_than_an_old_number()
    {
        using var meters = new RunMeters(time);
        using var measured = new ToldMeasurements(meters.Meter);
        meters.Counted("jobs-dead", 12);
        Assert.Equal(["12 jobs-dead"], measured.Now(TelemetryNames.Letters));

        meters.Counted("jobs-dead", null);

        Assert.Empty(measured.Now(TelemetryNames.Letters));
    }

    [Fact]
    public void A_recovery_is_measured_from_detected_to_recovered()
    {
        using var meters = new RunMeters(time);
        using var measured = new ToldMeasurements(meters.Meter);
        var now = time.GetUtcNow();

        meters.Recovered(new RunSummary("a", "grading", "1.0.0", Core.Decisions.RunMode.Live, "live", RunState.Ended, Core.Decisions.RunOutcome.Recovered, Core.Decisions.RtoVerdict.Met, now, now, now.AddHours(4),
            now.AddHours(3), null) { RecoveredAt = now.AddHours(2) });

        Assert.Equal(["7200 grading,live,met"], measured.Of(TelemetryNames.RecoverySeconds));
    }

    private OpenRun Open(string playbook, int? minutesLeft) =>
        new(playbook, WireName.Of(Core.Decisions.RunMode.Live), RunState.Recovering, minutesLeft is { } minutes ? time.GetUtcNow().AddMinutes(minutes) : null, []);

    private static string Listed(IEnumerable<string> attributes) => string.Join(", ", attributes.Select(attribute => $"`{attribute}`"));
}
