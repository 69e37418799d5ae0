using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Web.Telemetry;

/// <summary>What gauges say of a run that is not over.</summary>
/// <param name="RtoUntil">When its RTO is missed; null while nobody has detected anything, where it has none, and once the service has recovered.</param>
/// <param name="AskedSince">Of each approval that waits for people.</param>
internal sealed record OpenRun(string Playbook, string Mode, RunState State, DateTimeOffset? RtoUntil, ImmutableArray<DateTimeOffset> AskedSince)
{
    public static OpenRun Of(Run run)
    {
        var summary = run.Summary();
        return new OpenRun(summary.Playbook, Core.Definitions.WireName.Of(summary.Mode), summary.State, summary.RecoveredAt is null ? summary.Deadline : null,
            [.. run.Steps.Open.Select(step => step.Value).OfType<StepState.Voting>().Select(voting => voting.StartedAt)]);
    }
}
