using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Timing;

namespace Playbooks.Web.Pages.Runs;

/// <summary>The steps of a run over time: what was, what is, and as long as it is not over what may come at the latest.</summary>
/// <param name="Left">Rows that are left out, because nobody reads so many.</param>
/// <param name="Beyond">How far the objective's end lies to the right of the drawing; null where it is in it.</param>
public sealed record TimelineModel(TimeScale Scale, ImmutableArray<TimelineRow> Rows, int Left, ImmutableArray<Tick> Ticks, ImmutableArray<Moment> Moments, string? Beyond)
{
    public const int RowsMax = 120;
    private const int TicksMax = 6;

    /// <summary>An objective that is further away than so many times what the run has taken would leave no room for the run itself.</summary>
    private const int ObjectiveShownWithin = 3;

    public static TimelineModel Of(Run run, RunReport report, DateTimeOffset now)
    {
        var clocks = report.Clocks;
        var isOver = clocks.Ended is not null || run.ParkedBecause is not null;
        var last = isOver || now < clocks.LastEvent ? clocks.LastEvent : now;
        var coming = isOver || run.Phase is not RunPhase.Recovering ? [] : Coming(run, last);
        var from = clocks.Detected is { } detected && detected < clocks.Made ? detected : clocks.Made;
        var to = coming.Select(step => step.To).Append(last).Max();
        var showsDeadline = clocks.Deadline is { } deadline && deadline - from <= ObjectiveShownWithin * (to - from);
        if (showsDeadline && clocks.Deadline > to)
            to = clocks.Deadline!.Value;
        // A worst case without a bound is not drawn to its end.
        if (to - from > TimeSpan.FromDays(30))
            to = last > clocks.Deadline ? last : clocks.Deadline ?? last;
        var scale = new TimeScale(from, to, isOver ? null : last);
        var steps = report.Steps.Where(step => step.StartedAt is not null || step.State == "skipped").ToList();
        var waits = Waits.Of(run, report, last).ToLookup(wait => wait.Path ?? "", StringComparer.Ordinal);
        var rows = steps.Select(step => Row(run, step, waits[step.Path], scale, last)).Concat(coming.Select(step => Row(step, scale))).ToList();
        return new(scale, [.. rows.Take(RowsMax)], Math.Max(0, rows.Count - RowsMax), [.. scale.Ticks(TicksMax)], [.. Marks(clocks, scale, isOver ? null : last, showsDeadline)],
            showsDeadline || clocks.Deadline is not { } end || end <= to || clocks.Recovered is not null && isOver ? null : Spoken.Of(end - to));
    }

    /// <summary>Top-level steps that are not reached yet, one after the other, each as long as it takes at the longest.</summary>
    private static List<Expectation> Coming(Run run, DateTimeOffset now)
    {
        var (coming, at) = (new List<Expectation>(), now);
        foreach (var step in run.Playbook!.Steps)
        {
            switch (run.StateOf(step.Id))
            {
                case { HasEnded: true }:
                    break;
                case { } current:
                    var ends = RtoModel.Later(current.StartedAt, WorstCase.Of(step));
                    at = ends > now ? ends : now;
                    break;
                case null:
                    var worst = WorstCase.Of(step);
                    coming.Add(new(step, at, at = RtoModel.Later(at, worst), worst));
                    break;
            }
        }
        return coming;
    }

    private static TimelineRow Row(Run run, StepReport step, IEnumerable<HumanWait> waits, TimeScale scale, DateTimeOffset now)
    {
        var bars = ImmutableArray.CreateBuilder<Bar>();
        var state = run.StateOf(step.Path);
        var words = StateWords(step, state);
        string? budgetX = null;
        if (step.StartedAt is { } started && step.State != "skipped")
        {
            var ended = step.EndedAt ?? now;
            bars.Add(scale.Bar(step.Kind is "do" or "wait" or "approve" or "task" ? "step" : "block", started, ended, $"{words}, {Spoken.Of(ended - started)}"));
            foreach (var attempt in step.Attempts)
                bars.Add(scale.Bar(attempt.Result switch { "succeeded" => "do", "running" => "doing", _ => "failed" }, attempt.StartedAt, attempt.EndedAt ?? ended, $"attempt, {attempt.Result}"));
            foreach (var wait in waits)
                bars.Add(scale.Bar("people", wait.From, wait.To, Waits.Words(wait)));
            if (step.Budget is { } budget)
                budgetX = scale.X(started + budget);
        }
        var took = step.StartedAt is { } begun && step.State != "skipped" ? Spoken.Of((step.EndedAt ?? now) - begun) : "–";
        return new(step.Path, Shown.Text(step.Title ?? step.Path, 160), Shown.Text(step.Action ?? step.Kind, 80) + (step.Title is not null && step.Path.Contains('/', StringComparison.Ordinal) ? $" · {Shown.Text(step.Path, 120)}" : ""), StateClass(step, state), words, Note(step, state), took,
            step.Budget is { } allowed ? Spoken.Of(allowed) : null, step.OverBudget, Attempts(step), bars.ToImmutable(), budgetX, step.Recovers, step.Simulated);
    }

    private static TimelineRow Row(Expectation expected, TimeScale scale) => new(expected.Step.Id, Shown.Text(expected.Step.Title ?? expected.Step.Id, 160),
        (expected.Step as Step.Do)?.Action.Name ?? Kinds.Of(expected.Step), "coming", "to come", null, $"≤ {Worst(expected.Longest)}",
        expected.Step.Budget is { } budget ? Spoken.Of(budget) : null, false, null,
        [scale.Bar("coming", expected.From, expected.To, $"at the latest, {Worst(expected.Longest)}")], null, expected.Step is Step.Do { Recovers: true }, false);

    private static string Worst(TimeSpan longest) => longest == TimeSpan.MaxValue ? "no bound" : Spoken.Of(longest);

    private static string StateClass(StepReport step, StepState? state) => state is StepState.Voting or StepState.TaskOpen or StepState.AwaitingOrder ? "awaited" : step.State;

    private static string StateWords(StepReport step, StepState? state) => state switch
    {
        StepState.Voting => "waits for votes",
        StepState.TaskOpen => "waits for somebody to do it",
        StepState.AwaitingOrder => "failed, waits for an order",
        StepState.Waiting => "waits",
        StepState.Acting { Stage: Stage.Pending } => "under way",
        _ => step.State,
    };

    private static string? Note(StepReport step, StepState? state) => (state, step.Reason) switch
    {
        (StepState.Acting { Stage: Stage.Pending { Progress: { } progress } }, _) => Shown.Text(progress, 300),
        (StepState.Acting { Stage: Stage.Reported reported }, _) => $"{WireName.Of(reported.Kind)}: {Shown.Text(reported.Message, 300)}",
        (StepState.AwaitingOrder awaiting, _) => $"{WireName.Of(awaiting.Kind)}: {Shown.Text(awaiting.Message, 300)}",
        (_, { } reason) => Shown.Text(reason, 300),
        _ => null,
    };

    private static string? Attempts(StepReport step)
    {
        if (step.Attempts is [])
            return null;
        var polls = step.Attempts.Sum(attempt => attempt.Polls);
        var tried = step.Attempts.Length == 1 ? "1 attempt" : FormattableString.Invariant($"{step.Attempts.Length} attempts");
        return polls > step.Attempts.Length ? FormattableString.Invariant($"{tried}, asked {polls} times") : tried;
    }

    private static IEnumerable<Moment> Marks(ReportClocks clocks, TimeScale scale, DateTimeOffset? now, bool showsDeadline)
    {
        if (clocks.Detected is { } detected)
            yield return new("detected", "plain", scale.X(detected));
        if (clocks.Degraded is { } degraded)
            yield return new("isolated", "plain", scale.X(degraded));
        if (clocks.Recovered is { } recovered)
            yield return new("recovered", "good", scale.X(recovered));
        if (now is { } instant)
            yield return new("now", "now", scale.X(instant));
        if (showsDeadline)
            yield return new("objective's end", "bad", scale.X(clocks.Deadline!.Value));
    }

    private sealed record Expectation(Step Step, DateTimeOffset From, DateTimeOffset To, TimeSpan Longest);
}

/// <param name="State">Class of the state.</param>
/// <param name="BudgetX">Where its budget ends.</param>
public sealed record TimelineRow(string Path, string Name, string Kind, string State, string StateWords, string? Note, string Took, string? Budget, bool OverBudget, string? Attempts,
    ImmutableArray<Bar> Bars, string? BudgetX, bool Recovers, bool Simulated);

public sealed record Moment(string Label, string Kind, string X);

/// <summary>The words of the language for kinds of steps.</summary>
internal static class Kinds
{
    public static string Of(Step step) => step switch
    {
        Step.Do => "do",
        Step.Approve => "approve",
        Step.ManualTask => "task",
        Step.Wait => "wait",
        Step.Parallel => "parallel",
        Step.ForEach => "forEach",
        Step.Repeat => "repeat",
        Step.Switch => "switch",
        Step.Try => "try",
        Step.Inline => "playbook",
        Step.Finish { As: FinishAs.Failed } => "fail",
        Step.Finish => "end",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
