using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>Who may order what, and when it makes sense.</summary>
internal static class Orders
{
    public static void Judge(Deciding d, RunEvent.OrderGiven given)
    {
        if (Refusal(d, given) is { } why)
        {
            d.State(new RunEvent.OrderRefused(given.OrderId, given.Order, given.Person, why, d.Now));
            return;
        }
        d.State(new RunEvent.OrderTaken(given.OrderId, given.Order, given.Person, given.Reason, d.Now));
        if (given.Order is Order.Cancel)
            d.State(new RunEvent.RunStopping(RunOutcome.Cancelled, null, null, $"cancelled by {given.Person}: {given.Reason}", d.Now));
    }

    private static string? Refusal(Deciding d, RunEvent.OrderGiven given)
    {
        if (d.Playbook.CommanderGroup is { } group && !given.Roles.Contains(group))
            return $"Only holders of {group} may give orders.";
        if (string.IsNullOrWhiteSpace(given.Reason))
            return "An order needs a reason.";
        if (d.Run.Phase is not (RunPhase.Recovering or RunPhase.Injecting or RunPhase.AwaitingDetection))
            return "The run is stopping already.";
        return given.Order switch
        {
            Order.Pause => d.Run.Paused ? "It is paused already." : null,
            Order.Resume => d.Run.Paused ? null : "It is not paused.",
            Order.Cancel => null,
            Order.Retry retry => RetryRefusal(d, retry),
            Order.Skip skip => SkipRefusal(d, skip),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static string? RetryRefusal(Deciding d, Order.Retry retry)
    {
        var step = StepPaths.Find(d.Playbook, retry.Path);
        switch (d.StateOf(retry.Path))
        {
            case StepState.AwaitingOrder { Prior: StepState.InBlock }:
                return "A block cannot be retried; skip it or cancel.";
            case StepState.AwaitingOrder awaiting:
                return step is Step.Do { Action: { Repeatability: Repeatability.Once, Effect: not Effect.ReadOnly } } && !retry.Again
                    && awaiting.Kind is ErrorKind.Timeout or ErrorKind.OutcomeUnknown
                    ? "It cannot be repeated safely. If you have seen that it did not happen, order the retry with --again." : null;
            case StepState.Ended:
                return step is Step.Do { Action.Effect: Effect.ReadOnly } && IsInputOfWaitingApproval(d, step)
                    ? null : "It is over. Only a read-only step that an open approval builds on can be run again.";
            case null:
                return step is null ? "There is no such step." : "It has not been reached.";
            default:
                return "It has not failed.";
        }
    }

    private static string? SkipRefusal(Deciding d, Order.Skip skip)
    {
        var step = StepPaths.Find(d.Playbook, skip.Path);
        if (step is null)
            return "There is no such step.";
        if (step.WithDescendants().Any(inner => inner is Step.Approve or Step.Do { Recovers: true } or Step.Do { Action.Name: Catalogue.ReapplyErasures }))
            return "Nobody may skip this step.";
        return d.StateOf(skip.Path) is null or StepState.AwaitingOrder ? null : "It is running or over.";
    }

    /// <summary>Some approval that has been asked covers a step that reads this one's output, and none of what it covers has started.</summary>
    private static bool IsInputOfWaitingApproval(Deciding d, Step step) => d.Playbook.AllSteps().OfType<Step.Approve>().Any(approve =>
    {
        var covered = d.Playbook.AllSteps().Where(other => approve.Covers.Contains(other.Id)).OfType<Step.Do>().ToList();
        return d.StateOf(approve.Id) is not null
            && covered.Exists(act => Reads(act, StepPaths.NameOf(step)))
            && covered.TrueForAll(act => d.StateOf(act.Id) is null);
    });

    private static bool Reads(Step.Do act, string name) => act.With
        .SelectMany(field => field.Value.Templates())
        .SelectMany(template => template.References())
        .Any(reference => reference.Path is ["steps", var id, ..] && id == name);
}
