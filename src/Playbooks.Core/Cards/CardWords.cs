using System.Globalization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Cards;

/// <summary>How cards say where a run stands. Each has a sign and words: colour is never the only signal.</summary>
internal static class CardWords
{
    /// <returns>Style of the box around it, and what it says.</returns>
    public static (string Style, string Text) Of(Run run) => (run.ParkedBecause, run.Phase) switch
    {
        ({ }, _) => ("attention", "✖ Stopped where it is: a person must look at it"),
        (_, RunPhase.NotStarted or RunPhase.Injecting) => ("accent", "▶ The incident of the drill is being made"),
        (_, RunPhase.AwaitingDetection) => ("accent", "◷ Waiting for an alert to notice the incident"),
        (_, RunPhase.Recovering) when run.Paused => ("warning", "‖ Paused by a person: nothing new starts"),
        (_, RunPhase.Recovering) when IsAwaited(run) => ("warning", "◷ Waiting for a person"),
        (_, RunPhase.Recovering) => ("accent", "▶ Recovering"),
        (_, RunPhase.Draining or RunPhase.Undoing) => ("attention", "◼ Stopping: isolating, then taking back what was done"),
        (_, RunPhase.Finishing) => ("accent", "▶ Finishing"),
        (_, RunPhase.Ended { With.Outcome: RunOutcome.Recovered }) => ("good", "✔ Ended: recovered"),
        (_, RunPhase.Ended { With.Outcome: RunOutcome.StoodDown }) => ("good", "✔ Ended: stood down, a false alarm"),
        (_, RunPhase.Ended { With.Outcome: RunOutcome.Completed }) => ("good", "✔ Ended: completed"),
        (_, RunPhase.Ended { With.Outcome: RunOutcome.Cancelled }) => ("attention", "✖ Ended: cancelled by a person"),
        (_, RunPhase.Ended) => ("attention", "✖ Ended: FAILED"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What is left of the recovery time objective, or what became of it; null where none is promised.</summary>
    public static string? Rto(Run run)
    {
        if (run.Phase is RunPhase.Ended { With: { Verdict: not RtoVerdict.NoObjective } end })
            return (end.Verdict, Taken(run)) switch
            {
                (RtoVerdict.Met, { } time) => $"✔ met: recovered after {CardParts.Length(time)} of {CardParts.Length(run.Playbook!.Objectives.Rto!.Value)}",
                (RtoVerdict.Met, null) => "✔ met",
                (RtoVerdict.Missed, _) => "✖ MISSED",
                _ => "? not proven: not every step was really done",
            };
        if (run.Deadline is not { } deadline)
            return run.Playbook?.Objectives.Rto is { } promised ? $"{CardParts.Length(promised)} from detection; not detected yet" : null;
        if (run.Clocks.Recovered is { } recovered && !run.IsolatedAgain)
            return recovered <= deadline ? $"✔ recovered at {CardParts.Clock(recovered)} UTC with {CardParts.Length(deadline - recovered)} left"
                : $"✖ MISSED by {CardParts.Length(recovered - deadline)}";
        var left = deadline - run.Now;
        return left <= TimeSpan.Zero ? $"✖ MISSED: the deadline was {CardParts.Instant(deadline)}"
            : $"{(run.AtRiskTold ? "⚠ AT RISK: " : "")}{CardParts.Length(left)} left at {CardParts.Clock(run.Now)} UTC; the deadline is {CardParts.Instant(deadline)}";
    }

    public static string Silence(string onTimeout) => onTimeout switch
    {
        "deny" => "else the answer is no, and the run stops",
        "proceed" => "else the run goes on WITHOUT a decision",
        _ when onTimeout.StartsWith("goto ", StringComparison.Ordinal) => $"else the run goes on at {onTimeout["goto ".Length..]}, leaving out what is asked here",
        _ => $"else: {onTimeout}",
    };

    /// <summary>One step's state in a few words, with when.</summary>
    public static string Of(StepState state) => state switch
    {
        StepState.Succeeded ended => $"✔ done at {CardParts.Clock(ended.At)}",
        StepState.Failed ended => $"✖ failed at {CardParts.Clock(ended.At)} ({WireName.Of(ended.Kind)})",
        StepState.Skipped ended => $"↷ skipped at {CardParts.Clock(ended.At)}",
        StepState.AwaitingOrder awaiting => $"⚠ failed ({WireName.Of(awaiting.Kind)}), waits for an order since {CardParts.Clock(awaiting.StartedAt)}",
        StepState.Voting => $"◷ asked at {CardParts.Clock(state.StartedAt)}",
        StepState.TaskOpen => $"◷ waits for somebody since {CardParts.Clock(state.StartedAt)}",
        StepState.Acting { Stage: Stage.Pending { Progress: { } progress } } => $"▶ since {CardParts.Clock(state.StartedAt)}: {progress}",
        StepState.Acting { Stage.Attempt: > 1 and var attempt } => string.Create(CultureInfo.InvariantCulture, $"▶ attempt {attempt}, since {CardParts.Clock(state.StartedAt)}"),
        _ => $"▶ since {CardParts.Clock(state.StartedAt)}",
    };

    private static bool IsAwaited(Run run) => run.Steps.Open.Any(step => step.Value is StepState.Voting or StepState.TaskOpen or StepState.AwaitingOrder);

    private static TimeSpan? Taken(Run run) => run.Clocks.Recovered - run.Clocks.Detected;
}
