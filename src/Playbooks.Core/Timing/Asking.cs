using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Timing;

/// <summary>How much time people may add by being asked what to do about failed steps of a live run.</summary>
internal static class Asking
{
    public static TimeSpan Total(ImmutableArray<Step> steps) => steps.Aggregate(TimeSpan.Zero, (sum, step) =>
        Saturating.Plus(sum, Saturating.Plus(Asks(step) ? step.AskWithin : TimeSpan.Zero, Inside(step))));

    /// <summary>Said so, or said nothing and the step changes something.</summary>
    public static bool Asks(Step step) =>
        step.OnFailure is OnFailure.Ask || (step.OnFailure is null && step is Step.Do { Action.Effect: not Effect.ReadOnly });

    private static TimeSpan Inside(Step step) => step.Bodies().Aggregate(TimeSpan.Zero, (sum, body) =>
        Saturating.Plus(sum, Saturating.Times(Total(body.Steps), step switch { Step.ForEach forEach => forEach.MaxItems, Step.Repeat repeat => repeat.MaxTimes, _ => 1 })));
}
