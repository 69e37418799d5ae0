using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Timing;

/// <summary>The way from detection to the first isolation that every run takes.</summary>
internal static class FirstIsolation
{
    /// <summary>Worst case until it is confirmed; null when the steps isolate nothing.</summary>
    public static TimeSpan? Time(ImmutableArray<Step> steps)
    {
        var sum = TimeSpan.Zero;
        var target = steps.FirstOrDefault(IsSure) ?? steps.FirstOrDefault(Isolates);
        if (target is null)
            return null;
        foreach (var step in steps.TakeWhile(step => !ReferenceEquals(step, target)))
            sum = Saturating.Plus(sum, WorstCase.Of(step));
        return Saturating.Plus(sum, Inside(target));
    }

    /// <summary>Steps that can fail the run before the first isolation.</summary>
    public static IEnumerable<Step> Endangering(ImmutableArray<Step> steps)
    {
        var target = steps.FirstOrDefault(IsSure) ?? steps.FirstOrDefault(Isolates);
        if (target is null)
            yield break;
        var at = steps.IndexOf(target);
        for (var i = 0; i < at; i++)
        {
            foreach (var step in Failing(steps[i], steps, at))
                yield return step;
        }
        // Inside a block that every run enters, what stands before the isolation counts as well.
        foreach (var step in target.Bodies().Select(body => body.Steps).Where(body => body.Any(Isolates)).Take(1).SelectMany(Endangering))
            yield return step;
    }

    private static TimeSpan Inside(Step step) => step switch
    {
        Step.Parallel parallel => parallel.Branches.Select(branch => Time(branch.Steps)).OfType<TimeSpan>().Min(),
        Step.Inline inline => Time(inline.Steps)!.Value,
        Step.ForEach forEach when IsSure(step) => Time(forEach.Steps)!.Value,
        Step.Repeat repeat when IsSure(step) => Time(repeat.Steps)!.Value,
        _ => WorstCase.Of(step),
    };

    private static bool Isolates(Step step) => step.WithDescendants().Any(inner => inner is Step.Do { Action.Name: Catalogue.Isolate });

    /// <summary>Whoever comes here isolates here.</summary>
    private static bool IsSure(Step step) => step.When is null && step switch
    {
        Step.Do action => action.Action.Name == Catalogue.Isolate,
        Step.Parallel { Join: Join.All } parallel => parallel.Branches.Any(branch => branch.Steps.Any(IsSure)),
        Step.Inline inline => inline.Steps.Any(IsSure),
        Step.ForEach { Items: JsonTemplate.Literal { Value.Elements.Length: > 0 } } forEach => forEach.Steps.Any(IsSure),
        Step.Repeat repeat => repeat.Steps.Any(IsSure),
        _ => false,
    };

    /// <summary>Itself, or what is inside it, when its failure ends the run or leads past the isolation.</summary>
    private static IEnumerable<Step> Failing(Step step, ImmutableArray<Step> list, int isolation)
    {
        if (step.OnFailure is OnFailure.Continue || (step.OnFailure is OnFailure.Goto jump && list.Take(isolation + 1).Any(later => later.Id == jump.Step)))
            return [];
        var endsItself = step switch
        {
            Step.Do or Step.Approve or Step.ManualTask or Step.Wait { For: WaitFor.Signal } => true,
            Step.Finish finish => finish.As == FinishAs.Failed,
            // More items than allowed, or a condition that never comes true, fails the block.
            Step.ForEach { Items: not JsonTemplate.Literal } or Step.Repeat => true,
            { } block => BlockTimeout(block) is not null,
        };
        if (endsItself)
            return [step];
        return step is Step.Try attempt
            ? attempt.Catch.SelectMany(arm => arm.Steps).Concat(attempt.Catch.Any(arm => arm.On.IsEmpty) ? [] : attempt.Steps).SelectMany(inner => Failing(inner, [], 0))
            : step.Bodies().SelectMany(body => body.Steps).SelectMany(inner => Failing(inner, [], 0));
    }

    private static TimeSpan? BlockTimeout(Step step) => step switch
    {
        Step.Parallel block => block.Timeout,
        Step.ForEach block => block.Timeout,
        Step.Switch block => block.Timeout,
        Step.Try block => block.Timeout,
        Step.Inline block => block.Timeout,
        _ => null,
    };
}
