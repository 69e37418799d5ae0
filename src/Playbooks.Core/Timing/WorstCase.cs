using System.Collections.Immutable;
using System.Diagnostics;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Timing;

/// <summary>
/// How long a step can take at most, from its bounds alone. Assumes that nobody is asked, pauses, retries or skips; leaves out our own
/// queueing. Pure arithmetic over the definition, so that it can be asked at every event. Sums stop at <see cref="TimeSpan.MaxValue"/>.
/// </summary>
public static class WorstCase
{
    /// <summary>The worst case of one step, blocks with their bodies.</summary>
    public static TimeSpan Of(Step step) => step switch
    {
        Step.Do action => OfAction(action.Action, action.Timeout, action.Retry),
        Step.Approve approve => approve.DecideWithin,
        Step.ManualTask task => task.DoneWithin,
        Step.Wait wait => OfWait(wait.For),
        Step.Parallel parallel => Capped(parallel.Timeout,
            WithDrain(parallel.Branches.Length > 1, Longest(parallel.Branches.Select(branch => Of(branch.Steps))))),
        Step.ForEach forEach => Capped(forEach.Timeout,
            WithDrain(forEach.Concurrency > 1, Saturating.Times(Of(forEach.Steps), Rounds(forEach.MaxItems, forEach.Concurrency)))),
        Step.Repeat repeat => Capped(repeat.Timeout, Saturating.Times(Saturating.Plus(Of(repeat.Steps), repeat.Every), repeat.MaxTimes)),
        Step.Switch choice => Capped(choice.Timeout, Longest(choice.Arms.Select(arm => Of(arm.Steps)).Append(Of(choice.Default)))),
        Step.Try attempt => Capped(attempt.Timeout,
            Saturating.Plus(Of(attempt.Steps), Longest(attempt.Catch.Select(arm => Of(arm.Steps))))),
        Step.Inline inline => Capped(inline.Timeout, Of(inline.Steps)),
        Step.Finish => TimeSpan.Zero,
        _ => throw new UnreachableException(),
    };

    /// <summary>One after the other. A jump only leaves steps out, so the sum bounds every path.</summary>
    public static TimeSpan Of(IEnumerable<Step> steps) =>
        steps.Aggregate(TimeSpan.Zero, (sum, step) => Saturating.Plus(sum, Of(step)));

    /// <summary>The worst case of taking a step back.</summary>
    public static TimeSpan Of(UndoRule undo) => OfAction(undo.Action, undo.Timeout, undo.Retry);

    /// <summary>
    /// What still lies between now and recovery: the steps of the list that are not over, up to and with the one that recovers, a block
    /// that is under way counted whole.
    /// </summary>
    /// <param name="isOver">Whether the step of this id has ended, however.</param>
    public static TimeSpan RemainingToRecovery(IEnumerable<Step> steps, Func<string, bool> isOver)
    {
        var sum = TimeSpan.Zero;
        foreach (var step in steps)
        {
            if (!isOver(step.Id))
                sum = Saturating.Plus(sum, ToRecovery(step, isOver));
            if (HoldsRecovery(step))
                break;
        }
        return sum;
    }

    /// <summary>The same where all steps up to one are over and none behind it is, for each step of the list.</summary>
    public static TimeSpan[] ToRecoveryAfterEach(ImmutableArray<Step> steps)
    {
        var after = new TimeSpan[steps.Length];
        for (var index = steps.Length - 1; index > 0; index--)
        {
            var behind = HoldsRecovery(steps[index]) ? TimeSpan.Zero : after[index];
            after[index - 1] = Saturating.Plus(behind, ToRecovery(steps[index], _ => false));
        }
        // Behind the first step that recovers, nothing lies between now and recovery.
        var recovers = steps.TakeWhile(step => !HoldsRecovery(step)).Count();
        after.AsSpan(int.Min(recovers, steps.Length)).Clear();
        return after;
    }

    private static TimeSpan ToRecovery(Step step, Func<string, bool> isOver) =>
        HoldsRecovery(step) && step is Step.Inline inline ? RemainingToRecovery(inline.Steps, isOver) : Of(step);

    /// <summary>
    /// Every attempt runs into its timeout, every back-off has full jitter. Where throttled attempts are tried again the target may ask
    /// for the longest interval each time. An effect that is not keyed is not tried again before its outcome is known, which takes until
    /// <see cref="Limits.OutcomeGrace"/> after the attempt's deadline.
    /// </summary>
    private static TimeSpan OfAction(ActionDeclaration action, TimeSpan timeout, RetryRule retry)
    {
        var attempt = action.Effect != Effect.ReadOnly && action.Repeatability != Repeatability.Keyed
            ? Saturating.Plus(timeout, Limits.OutcomeGrace)
            : timeout;
        return Saturating.Plus(Saturating.Times(attempt, retry.Attempts), BackOffs(retry));
    }

    private static TimeSpan BackOffs(RetryRule retry)
    {
        if (retry.On.Contains(ErrorKind.Throttled))
            return Saturating.Times(retry.MaxInterval, retry.Attempts - 1);
        var sum = TimeSpan.Zero;
        for (var failed = 1; failed < retry.Attempts; failed++)
            sum = Saturating.Plus(sum, LongestBackOff(retry, failed));
        return sum;
    }

    /// <summary>The back-off after so many failed attempts (from 1) at full jitter.</summary>
    public static TimeSpan LongestBackOff(RetryRule retry, int failed)
    {
        if (retry.Interval == TimeSpan.Zero)
            return TimeSpan.Zero;
        var factor = Math.Pow(retry.Backoff, failed - 1);
        // Compared as doubles, because the product may pass what a TimeSpan holds.
        return retry.Interval.TotalSeconds * factor >= retry.MaxInterval.TotalSeconds ? retry.MaxInterval : retry.Interval * factor;
    }

    private static TimeSpan OfWait(WaitFor wait) => wait switch
    {
        WaitFor.Duration duration => duration.Time,
        WaitFor.Instant instant => instant.Latest,
        WaitFor.Signal signal => signal.Within,
        _ => throw new UnreachableException(),
    };

    /// <summary>When a block's time is over its attempts have the grace to report before the block has failed.</summary>
    private static TimeSpan Capped(TimeSpan? timeout, TimeSpan body) =>
        timeout is { } limit && Saturating.Plus(limit, Limits.OutcomeGrace) < body ? Saturating.Plus(limit, Limits.OutcomeGrace) : body;

    /// <summary>What runs beside a failure, or beside the winner, is drained: its attempts may report until the grace is over.</summary>
    private static TimeSpan WithDrain(bool atOnce, TimeSpan body) => atOnce ? Saturating.Plus(body, Limits.OutcomeGrace) : body;

    private static int Rounds(int items, int concurrency) => (items + concurrency - 1) / concurrency;

    private static TimeSpan Longest(IEnumerable<TimeSpan> times) => times.Aggregate(TimeSpan.Zero, (longest, time) => time > longest ? time : longest);

    private static bool HoldsRecovery(Step step) => step.WithDescendants().Any(inner => inner is Step.Do { Recovers: true });
}
