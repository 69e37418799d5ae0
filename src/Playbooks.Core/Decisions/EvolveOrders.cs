using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>What an order changes once it is taken.</summary>
internal static class EvolveOrders
{
    public static Run Taken(Run run, RunEvent.OrderTaken e)
    {
        run = EvolvePeople.Judged(run, e.OrderId) with { LastOrder = run.Sequence };
        return e.Order switch
        {
            Order.Pause => run with { Paused = true },
            Order.Resume => run with { Paused = false },
            Order.Cancel => run,
            Order.Retry retry => Retry(run, retry),
            Order.Skip skip => Skip(run, skip, e),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static Run Retry(Run run, Order.Retry order)
    {
        var state = run.StateOf(order.Path);
        if (state is StepState.Ended)
            run = PastSteps.Reopened(run, order.Path);
        var prior = state switch { StepState.AwaitingOrder awaiting => awaiting.Prior, StepState.Ended ended => ended.Prior, _ => null };
        if (prior is not StepState.Acting acting)
            return EvolveSteps.Reopen(run, order.Path);
        var mayActUntil = MayActUntil(run, order.Path, acting.Stage);
        // Somebody stated that nothing happened: a new key, and nothing of the old one is left to take back.
        if (order.Again || state is StepState.Ended)
        {
            var redo = acting.Redo + 1;
            if (run.Steps.EffectOf(order.Path) is { } effect)
                run = run with { Steps = run.Steps.With(order.Path, effect with { Redo = redo, MayHaveActed = false }) };
            return state is StepState.Ended
                // Its inputs may have changed as well: it starts from the beginning.
                ? EvolveSteps.Reopen(run, order.Path)
                : EvolveSteps.Set(run, order.Path, acting with { Redo = redo, AttemptsBefore = 0, Stage = new Stage.Fresh { MayActUntil = mayActUntil } });
        }
        return EvolveSteps.Set(run, order.Path, acting with { AttemptsBefore = acting.Stage.Attempt, Stage = new Stage.Fresh { Attempt = acting.Stage.Attempt, MayActUntil = mayActUntil } });
    }

    private static DateTimeOffset? MayActUntil(Run run, string path, Stage stage) =>
        stage is Stage.Expired expired && run.StepOf(path) is Step.Do { Action.Effect: not Effect.ReadOnly } ? expired.Deadline + Limits.OutcomeGrace : null;

    private static Run Skip(Run run, Order.Skip order, RunEvent.OrderTaken e)
    {
        var reason = $"skipped by {e.Person}: {e.Reason}";
        if (order.NoEffect && run.Steps.EffectOf(order.Path) is { } effect)
            run = run with { Steps = run.Steps.With(order.Path, effect with { MayHaveActed = false }) };
        return run with { SkipWhenReached = run.SkipWhenReached.SetItem(order.Path, reason) };
    }
}
