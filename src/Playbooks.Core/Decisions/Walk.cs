using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>How far a list of steps has come.</summary>
internal abstract record Progress
{
    private Progress() { }

    public sealed record Going : Progress;
    public sealed record Done : Progress;
    /// <param name="Path">The innermost step that failed.</param>
    public sealed record Failed(string Path, ErrorKind Kind, string Message) : Progress;
}

/// <summary>Goes through a list of steps to the one that is next, and lets its kind decide.</summary>
internal static class Walk
{
    public static Progress List(Deciding d, ImmutableArray<Step> steps, Place place)
    {
        for (var index = PastSteps.Of(d.Run, place.Body); index < steps.Length; index++)
        {
            var step = steps[index];
            var path = place.PathOf(step);
            switch (d.StateOf(path))
            {
                case StepState.Succeeded or StepState.Skipped:
                    continue;
                case StepState.Failed { Stops: false }:
                    continue;
                case StepState.Failed failed:
                    return new Progress.Failed(path, failed.Kind, failed.Message);
                case null:
                    StartStep.Decide(d, step, path, place, steps);
                    return new Progress.Going();
                case var state:
                    Continue(d, step, state, path, place, steps);
                    return new Progress.Going();
            }
        }
        return new Progress.Done();
    }

    private static void Continue(Deciding d, Step step, StepState state, string path, Place place, ImmutableArray<Step> list)
    {
        if (d.Run.SkipWhenReached.TryGetValue(path, out var reason) && state is StepState.AwaitingOrder)
        {
            d.State(new RunEvent.StepSkipped(path, reason, d.Now));
            return;
        }
        if (step.Budget is { } budget && !state.OverBudget && d.Due("budget/" + path, state.StartedAt + budget))
        {
            d.State(new RunEvent.BudgetExceeded(path, budget, d.Now));
            return;
        }
        var at = new StepAt(step, path, place, list);
        switch (state)
        {
            case StepState.AwaitingOrder awaiting:
                AwaitOrder(d, at, awaiting);
                break;
            case StepState.Acting acting:
                DoSteps.Decide(d, at, (Step.Do)step, acting);
                break;
            case StepState.Voting voting:
                ApproveSteps.Decide(d, at, (Step.Approve)step, voting);
                break;
            case StepState.Voided voided:
                ApproveSteps.Reopen(d, at, (Step.Approve)step, voided);
                break;
            case StepState.TaskOpen task:
                TaskSteps.Decide(d, at, (Step.ManualTask)step, task);
                break;
            case StepState.Waiting waiting:
                WaitSteps.Decide(d, at, waiting);
                break;
            case StepState.InBlock block:
                Blocks.Decide(d, at, block);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void AwaitOrder(Deciding d, StepAt at, StepState.AwaitingOrder awaiting)
    {
        if (d.Due("ask/" + at.Path, awaiting.Until))
            Failing.Stop(d, at, awaiting.Kind, awaiting.Message);
        else
            d.Want(new Command.AskPerson(at.Path, d.Playbook.CommanderGroup ?? "", $"{at.Path} failed ({WireName.Of(awaiting.Kind)}): {awaiting.Message}", awaiting.Until, AskFor.Order));
    }
}

/// <summary>A step instance, where it stands and among what.</summary>
internal readonly record struct StepAt(Step Step, string Path, Place Place, ImmutableArray<Step> List);
