using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Timing;

namespace Playbooks.Web.Pages.Runs;

/// <summary>The recovery time objective of a run as a bar: used, waited for people, the worst case of the rest, and where it ends.</summary>
/// <param name="Mood">good, warn, bad or calm; never said by colour alone.</param>
/// <param name="Large">What is read first.</param>
/// <param name="CountsTo">The deadline while the clock runs; the script counts to it.</param>
/// <param name="Sentence">What is to be expected.</param>
public sealed record RtoModel(string Mood, string Large, DateTimeOffset? CountsTo, string Sentence, DateTimeOffset Detected, DateTimeOffset Deadline, TimeSpan Objective,
    TimeScale Scale, ImmutableArray<Bar> Bars, string DeadlineX, string? NowX, string? RecoveredX)
{
    /// <summary>Null where there is no objective, or nothing is detected yet.</summary>
    public static RtoModel? Of(Run run, RunReport report, DateTimeOffset now)
    {
        if (report is not { Rto: { } objective, Clocks: { Detected: { } detected, Deadline: { } deadline } clocks })
            return null;
        var stopped = clocks.Recovered ?? clocks.Ended;
        var until = stopped ?? (now > detected ? now : detected);
        var expected = stopped is null && run.Phase is RunPhase.Recovering ? Expected(run, until) : (DateTimeOffset?)null;
        var scale = new TimeScale(detected, Latest(deadline, until, expected is { } end && end < detected + (objective * 1.5) ? end : until));
        var bars = ImmutableArray.CreateBuilder<Bar>();
        bars.Add(scale.Bar(until > deadline ? "used late" : "used", detected, until, $"{Spoken.Of(until - detected)} of {Spoken.Of(objective)} used"));
        foreach (var wait in Waits.Of(run, report, now).Where(wait => wait.From < until && wait.To > detected))
            bars.Add(scale.Bar(wait.What == "pause" ? "paused" : "people", wait.From, wait.To < until ? wait.To : until, $"{Waits.Words(wait)}, {Spoken.Of(wait.To - wait.From)}"));
        if (expected is { } rest && rest > until)
            bars.Add(scale.Bar(rest > deadline ? "rest late" : "rest", until, rest, $"worst case of the rest: {Spoken.Of(rest - until)}"));
        var (mood, large, sentence) = Words(report, objective, deadline, now, stopped, expected);
        return new(mood, large, stopped is null ? deadline : null, sentence, detected, deadline, objective, scale, bars.ToImmutable(),
            scale.X(deadline), stopped is null ? scale.X(until) : null, clocks.Recovered is { } recovered ? scale.X(recovered) : null);
    }

    /// <summary>When it has recovered at the latest, nobody asked twice. What is under way counts whole from its start.</summary>
    internal static DateTimeOffset Expected(Run run, DateTimeOffset now)
    {
        if (run.Playbook is not { } playbook || playbook.Steps.FirstOrDefault(step => run.StateOf(step.Id) is not { HasEnded: true }) is not { } current)
            return now;
        var ends = Later(run.StateOf(current.Id)?.StartedAt ?? now, WorstCase.Of(current));
        return Later(ends > now ? ends : now, WorstCase.RemainingToRecovery(playbook.Steps, id => id == current.Id || run.StateOf(id) is { HasEnded: true }));
    }

    internal static DateTimeOffset Later(DateTimeOffset from, TimeSpan time) => time > DateTimeOffset.MaxValue - from ? DateTimeOffset.MaxValue : from + time;

    private static (string Mood, string Large, string Sentence) Words(RunReport report, TimeSpan objective, DateTimeOffset deadline, DateTimeOffset now, DateTimeOffset? stopped, DateTimeOffset? expected)
    {
        if (report.Clocks.DetectedToRecovered is { } taken)
            return (taken <= objective ? "good" : "bad", $"Recovered after {Spoken.Of(taken)}", taken <= objective
                ? $"The objective was {Spoken.Of(objective)}: {Spoken.Of(objective - taken)} were left." : $"The objective was {Spoken.Of(objective)}: {Spoken.Of(taken - objective)} late.");
        if (stopped is not null)
            return ("bad", "Not recovered", $"The run ended without a recovery. The objective was {Spoken.Of(objective)}.");
        if (now >= deadline)
            return ("bad", $"{Spoken.Of(now - deadline)} over", $"The objective of {Spoken.Of(objective)} ended at {Shown.Instant(deadline, now)}. Recovering late is still better than never.");
        var left = $"{Spoken.Of(deadline - now)} left";
        return expected switch
        {
            { } end when end == DateTimeOffset.MaxValue => ("warn", left, "How long the rest may take has no bound."),
            { } end when end > deadline => ("warn", left, $"At risk: if everything takes its longest, it is over at {Shown.Instant(end, now)}, {Spoken.Of(end - deadline)} too late."),
            { } end => ("good", left, $"If everything takes its longest, it is over at {Shown.Instant(end, now)}, with {Spoken.Of(deadline - end)} to spare."),
            _ => ("calm", left, $"The objective of {Spoken.Of(objective)} ends at {Shown.Instant(deadline, now)}."),
        };
    }

    private static DateTimeOffset Latest(params ReadOnlySpan<DateTimeOffset> instants)
    {
        var latest = instants[0];
        foreach (var instant in instants)
            latest = instant > latest ? instant : latest;
        return latest;
    }
}

/// <summary>When people were waited for, with what is still open lasting until now.</summary>
internal static class Waits
{
    public static IEnumerable<HumanWait> Of(Run run, RunReport report, DateTimeOffset now) =>
        report.Time.Waits.Select(wait => wait.To == report.Clocks.LastEvent && IsOpen(run, wait) && now > wait.To ? wait with { To = now } : wait);

    public static string Words(HumanWait wait) => wait.What switch
    {
        "approval" => $"waiting for votes on {wait.Path}",
        "task" => $"waiting for {wait.Path} to be done by hand",
        "order" => $"waiting for an order for {wait.Path}",
        _ => "paused",
    };

    private static bool IsOpen(Run run, HumanWait wait) => wait.What == "pause" ? run.Paused
        : wait.Path is { } path && run.StateOf(path) is StepState.Voting or StepState.TaskOpen or StepState.AwaitingOrder;
}
