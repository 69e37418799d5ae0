using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Web;

/// <summary>A run as pages and verbs show it.</summary>
public sealed record RunView(RunSummary Run, ImmutableArray<StepView> Steps, ImmutableArray<OpenApproval> Approvals, DateTimeOffset Now)
{
    public static RunView Of(Run run) => new(run.Summary(), [.. StepView.Of(run)],
        [.. run.Steps.Open.Select(step => step.Value).OfType<StepState.Voting>().Select(voting => voting.Approval)], run.Now);
}

/// <summary>One step instance.</summary>
/// <param name="Status">running, pending, waiting, succeeded, failed, skipped.</param>
/// <param name="Note">Progress, the reason, or the error.</param>
public sealed record StepView(string Path, string? Title, string Status, int Attempt, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, TimeSpan? Budget, bool OverBudget, string? Note)
{
    /// <summary>In the order in which they started.</summary>
    public static IEnumerable<StepView> Of(Run run) =>
        from step in run.Steps.All
        let definition = run.StepOf(step.Key)
        orderby step.Value.StartedAt, (step.Value as StepState.Ended)?.At ?? DateTimeOffset.MaxValue
        select new StepView(step.Key, definition?.Title ?? (definition as Step.Do)?.Action.Name, StatusOf(step.Value), AttemptOf(step.Value), step.Value.StartedAt,
            (step.Value as StepState.Ended)?.At, definition?.Budget, step.Value.OverBudget, NoteOf(step.Value));

    private static string StatusOf(StepState state) => state switch
    {
        StepState.Succeeded => "succeeded",
        StepState.Failed => "failed",
        StepState.Skipped => "skipped",
        StepState.Voting or StepState.Voided or StepState.AwaitingOrder or StepState.TaskOpen or StepState.Waiting => "waiting",
        StepState.Acting { Stage: Stage.Pending } => "pending",
        _ => "running",
    };

    private static int AttemptOf(StepState state) => state switch
    {
        StepState.Acting acting => acting.Stage.Attempt,
        StepState.Ended { Prior: StepState.Acting acting } => acting.Stage.Attempt,
        _ => 0,
    };

    private static string? NoteOf(StepState state) => state switch
    {
        StepState.Acting { Stage: Stage.Pending pending } => pending.Progress,
        StepState.Acting { Stage: Stage.Reported reported } => $"{WireName.Of(reported.Kind)}: {reported.Message}",
        StepState.Voting voting => voting.Approval.Message,
        StepState.TaskOpen task => task.Text,
        StepState.AwaitingOrder awaiting => $"{WireName.Of(awaiting.Kind)}: {awaiting.Message}",
        StepState.Failed failed => $"{WireName.Of(failed.Kind)}: {failed.Message}",
        StepState.Skipped skipped => skipped.Reason,
        _ => null,
    };
}
