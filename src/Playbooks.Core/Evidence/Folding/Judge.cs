using System.Collections.Immutable;
using Playbooks.Core.Decisions;

namespace Playbooks.Core.Evidence.Folding;

/// <summary>
/// Met, missed or not proven, with the reasons. The run's own verdict is taken only where the clocks bear it out: evidence that contradicts
/// itself proves nothing.
/// </summary>
internal static class Judge
{
    public static (RtoVerdict, ImmutableArray<string>) Of(ReportClocks clocks, TimeSpan? rto, EndingFold ending)
    {
        if (rto is not { } objective)
            return (RtoVerdict.NoObjective, ["The playbook names no recovery time objective."]);
        var reasons = ImmutableArray.CreateBuilder<string>();
        reasons.Add(Times(clocks, objective, ending));
        if (ending.Ended is not { } ended)
            return (clocks.LastEvent > clocks.Deadline && clocks.Recovered is null ? RtoVerdict.Missed : RtoVerdict.NotProven, reasons.ToImmutable());
        if (ended.Outcome == RunOutcome.StoodDown)
            reasons.Add("The run stood down: there was nothing to recover, so nothing about the objective is shown.");
        else if (ended.Outcome != RunOutcome.Recovered && ended.Reason is { } why)
            reasons.Add(why);
        if (!ended.Unproven.IsDefaultOrEmpty)
            reasons.Add($"Simulated or skipped before the recovery: {string.Join(", ", ended.Unproven)}. What they would have taken is not known.");
        if (ended.Verdict == RtoVerdict.Met && !(clocks.DetectedToRecovered <= objective))
        {
            reasons.Add("The run says that the objective was met, but its clocks do not bear it out.");
            return (RtoVerdict.NotProven, reasons.ToImmutable());
        }
        return (ended.Verdict, reasons.ToImmutable());
    }

    private static string Times(ReportClocks clocks, TimeSpan objective, EndingFold ending)
    {
        if (clocks.Detected is null)
            return "Nothing was detected, so the objective's clock never started.";
        if (clocks.DetectedToRecovered is { } taken)
            return taken <= objective
                ? $"Service was verified {Spoken.Of(taken)} after detection; the objective allows {Spoken.Of(objective)}."
                : $"Service was verified {Spoken.Of(taken)} after detection, {Spoken.Of(taken - objective)} after the objective of {Spoken.Of(objective)}.";
        var waited = Spoken.Of(clocks.ClockStopped - clocks.Detected.Value);
        return ending.Ended is null
            ? $"Service was not verified yet, {waited} after detection; the objective allows {Spoken.Of(objective)}."
            : $"Service was never verified as recovered; the run ended {waited} after detection.";
    }
}
