using Playbooks.Core.Timing;

namespace Playbooks.Core.Decisions;

/// <summary>Watches the recovery time objective: at risk, missed. Neither stops the run.</summary>
internal static class RtoWatch
{
    public static void Decide(Deciding d)
    {
        if (d.Run.Deadline is not { } deadline || d.Run.Clocks.Recovered is not null || d.Run.MissedTold)
            return;
        if (d.Due("rto", deadline))
        {
            d.State(new RunEvent.RtoMissed(deadline, d.Now));
            return;
        }
        if (d.Run.AtRiskTold || d.Run.Phase is not RunPhase.Recovering || d.Run.Clocks.Started is null)
            return;
        var index = CurrentStep(d);
        if (index == d.Playbook.Steps.Length)
            return;
        var current = (Step: d.Playbook.Steps[index], StartedAt: d.StateOf(d.Playbook.Steps[index].Id)?.StartedAt ?? d.Now);
        // What is under way counts whole from its start; what is already over that ends now at the earliest.
        var ends = Later(current.StartedAt, WorstCase.Of(current.Step));
        var after = PastSteps.AreInOrder(d.Run, "")
            ? PlaybookIndex.Of(d.Playbook).ToRecoveryAfter[index]
            : WorstCase.RemainingToRecovery(d.Playbook.Steps, id => id == current.Step.Id || d.StateOf(id) is { HasEnded: true });
        var expected = Later(ends > d.Now ? ends : d.Now, after);
        if (expected > deadline)
            d.State(new RunEvent.RtoAtRisk(expected, deadline, d.Now));
        else
            d.Due("rto.atRisk", deadline - after);
    }

    /// <summary>Index of the first step that is not over; behind the last when all are.</summary>
    private static int CurrentStep(Deciding d)
    {
        var index = PastSteps.Of(d.Run, "");
        while (index < d.Playbook.Steps.Length && d.StateOf(d.Playbook.Steps[index].Id) is { HasEnded: true })
            index++;
        return index;
    }

    /// <summary>Bounds may be absurdly long; an instant has an end.</summary>
    private static DateTimeOffset Later(DateTimeOffset from, TimeSpan time) => time > DateTimeOffset.MaxValue - from ? DateTimeOffset.MaxValue : from + time;
}
