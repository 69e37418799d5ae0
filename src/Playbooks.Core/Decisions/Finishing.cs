using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary><c>finally</c>, then the end with outcome and verdict.</summary>
internal static class Finishing
{
    public static void Decide(Deciding d, RunPhase.Finishing finishing)
    {
        if (!d.Run.Drains.ContainsKey(Place.Finally))
        {
            foreach (var step in d.Playbook.Finally)
            {
                var path = new Place(Place.Finally, null).PathOf(step);
                if (d.StateOf(path) is { HasEnded: true })
                    continue;
                if (d.Due("finally", finishing.Until))
                {
                    d.State(new RunEvent.BlockDraining(Place.Finally, ErrorKind.Timeout, "finallyWithin has passed.", d.Now));
                    return;
                }
                // One by one, so that a failed one does not keep the others from running.
                Walk.List(d, [step], new Place(Place.Finally, finishing.Until));
                return;
            }
        }
        else if (!Drains.IsQuiet(d, Place.Finally))
        {
            return;
        }
        d.State(End(d, finishing.Ending));
    }

    private static RunEvent.RunEnded End(Deciding d, Ending ending)
    {
        var recovered = d.Run.Clocks.Recovered is not null && ending.Outcome != RunOutcome.StoodDown;
        var isolatedAgain = d.Run.IsolatedAgain || d.Run.Models.Any(model => model.Value != 100);
        var outcome = (recovered, isolatedAgain) switch
        {
            (true, false) => RunOutcome.Recovered,
            (true, true) => RunOutcome.Failed,
            _ => ending.Outcome,
        };
        var reason = recovered && isolatedAgain ? "A model was isolated again after the recovery." : ending.Reason.Length > 0 ? ending.Reason : null;
        ImmutableArray<string> unproven = [.. d.Run.Unproven.Order(StringComparer.Ordinal)];
        return new RunEvent.RunEnded(outcome, Verdict(d, outcome, unproven), outcome == RunOutcome.Recovered ? Incomplete(d, ending) : [], unproven, reason, d.Now);
    }

    private static RtoVerdict Verdict(Deciding d, RunOutcome outcome, ImmutableArray<string> unproven)
    {
        if (d.Run.Deadline is not { } deadline)
            return RtoVerdict.NoObjective;
        return outcome switch
        {
            RunOutcome.Recovered when d.Run.Clocks.Recovered > deadline => RtoVerdict.Missed,
            RunOutcome.Recovered => unproven.Length == 0 ? RtoVerdict.Met : RtoVerdict.NotProven,
            RunOutcome.Failed => RtoVerdict.Missed,
            RunOutcome.Cancelled => d.Now > deadline ? RtoVerdict.Missed : RtoVerdict.NotProven,
            _ => RtoVerdict.NotProven,
        };
    }

    /// <summary>What did not succeed after the recovery, finally included.</summary>
    private static ImmutableArray<string> Incomplete(Deciding d, Ending ending)
    {
        var failed = d.Run.Steps.All.Where(step => step.Value is StepState.Failed failed && failed.At >= d.Run.Clocks.Recovered && !IsBlock(failed)).Select(step => step.Key);
        var unreached = ending.TakesBack ? d.Playbook.Steps.Select(new Place("", null).PathOf).Where(path => d.StateOf(path) is null) : [];
        return [.. failed.Concat(unreached).Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool IsBlock(StepState.Failed failed) => failed.Prior is StepState.InBlock;
}
