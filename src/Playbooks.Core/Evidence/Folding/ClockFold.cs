using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Evidence.Folding;

/// <summary>When it occurred, was found, was contained, was over.</summary>
internal sealed class ClockFold(RunEvent.RunStarted start, TimeSpan? rto)
{
    private DateTimeOffset? occurred = start.OccurredAt;
    private DateTimeOffset? detected = start.DetectedAt;
    private DateTimeOffset? started;
    private DateTimeOffset? degraded;
    private DateTimeOffset? recovered;
    private DateTimeOffset? ended;
    private DateTimeOffset last = start.At;

    /// <summary>The alert that the run began with, or the first that joined it.</summary>
    public JsonData? Alert { get; private set; } = start.Alert;

    public void Add(RunEvent happened)
    {
        last = happened.At;
        switch (happened)
        {
            case RunEvent.AlertAttached e:
                Alert ??= e.Alert;
                DetectedBy(e.DetectedAt);
                break;
            case RunEvent.RecoveryStarted e:
                started ??= e.At;
                occurred = e.OccurredAt ?? occurred;
                DetectedBy(e.DetectedAt);
                break;
            case RunEvent.ModelDegraded e:
                degraded ??= e.At;
                break;
            case RunEvent.ServiceRecovered e:
                recovered ??= e.At;
                break;
            case RunEvent.RunEnded e:
                ended = e.At;
                // Isolated again later: the clock was never stopped.
                if (e.Outcome == RunOutcome.Failed)
                    recovered = null;
                break;
        }
    }

    public ReportClocks Result() => new(start.At, occurred, detected, start.DetectedReason, started, degraded, recovered, ended, detected + rto, last);

    /// <summary>The clock counts from the earliest moment that anybody has reported.</summary>
    private void DetectedBy(DateTimeOffset at) => detected = detected is { } known && known <= at ? known : at;
}
