using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;

namespace Playbooks.Web.Pages.Runs;

/// <summary>The first page: who is needed, what runs, what ended lately.</summary>
public sealed record BoardModel(string Headline, ImmutableArray<RunCard> Needs, ImmutableArray<RunCard> Running, ImmutableArray<RunCard> Ended, bool HasOlder, DateTimeOffset Now)
{
    /// <summary>Runs under one heading. Those that need somebody come first, so that what is left out is what waits best.</summary>
    public const int CardsMax = 50;
    private const int EndedShown = 8;

    public static BoardModel Of(IReadOnlyList<RunSummary> runs, IReadOnlyList<Playbook> playbooks, DateTimeOffset now)
    {
        var cards = runs.Where(run => run.State != RunState.Ended).OrderBy(run => run.Deadline ?? DateTimeOffset.MaxValue).ThenBy(run => run.CreatedAt).ToLookup(RunWords.NeedsSomebody);
        var ended = runs.Where(run => run.State == RunState.Ended).OrderByDescending(run => run.EndedAt).ThenByDescending(run => run.RunId, StringComparer.Ordinal).Take(EndedShown + 1).ToList();
        return new(Words(cards[true].Count(), cards[false].Count()), Cards(cards[true].Take(CardsMax)), Cards(cards[false].Take(CardsMax)), Cards(ended.Take(EndedShown)), ended.Count > EndedShown, now);

        ImmutableArray<RunCard> Cards(IEnumerable<RunSummary> some) => [.. some.Select(run => RunCard.Of(run, playbooks, now))];
    }

    private static string Words(int needs, int running) => (needs, running) switch
    {
        (0, 0) => "All quiet",
        (0, 1) => "1 run is under way, nobody is needed",
        (0, _) => FormattableString.Invariant($"{running} runs are under way, nobody is needed"),
        (1, _) => "1 run needs somebody",
        _ => FormattableString.Invariant($"{needs} runs need somebody"),
    };
}

/// <summary>A run on a list.</summary>
/// <param name="CountsTo">The deadline while the clock runs.</param>
public sealed record RunCard(RunSummary Run, string Title, string State, string Mood, string? Awaits, string Large, string LargeMeaning, DateTimeOffset? CountsTo)
{
    public static RunCard Of(RunSummary run, IReadOnlyList<Playbook> playbooks, DateTimeOffset now)
    {
        var title = playbooks.FirstOrDefault(playbook => playbook.Name == run.Playbook)?.Title ?? run.Playbook;
        var (large, meaning, counts) = run switch
        {
            { RecoveredAt: { } recovered, DetectedAt: { } detected } => (Spoken.Of(recovered - detected), $"to recovery, {RunWords.Verdict(run.Verdict ?? (recovered <= run.Deadline ? RtoVerdict.Met : null))}", null),
            { EndedAt: not null } => ("–", RunWords.Verdict(run.Verdict), null),
            { Deadline: { } deadline } when now >= deadline => ($"{Spoken.Of(now - deadline)} over", "the objective is missed", run.Deadline),
            { Deadline: { } deadline } => ($"{Spoken.Of(deadline - now)} left", $"until {Shown.Instant(deadline, now)}", run.Deadline),
            _ => ("–", run.State is RunState.Injecting or RunState.AwaitingDetection ? "the clock has not started" : "no objective", (DateTimeOffset?)null),
        };
        return new(run, Shown.Text(title, 200), RunWords.State(run), RunWords.Mood(run), RunWords.Awaits(run), large, meaning.TrimEnd(' ', ','), counts);
    }
}

/// <summary>All runs, or all drills, newest first, a page at a time.</summary>
/// <param name="Older">Runs to leave out for the next page; null on the last one.</param>
public sealed record HistoryModel(ImmutableArray<RunCard> Runs, int? Older, int Count, DateTimeOffset Now)
{
    public const int OnPage = 50;

    public static HistoryModel Of(IReadOnlyList<RunSummary> runs, Func<RunSummary, bool> isMeant, IReadOnlyList<Playbook> playbooks, int leftOut, DateTimeOffset now)
    {
        var meant = runs.Where(isMeant).OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.RunId, StringComparer.Ordinal).ToList();
        return new([.. meant.Skip(leftOut).Take(OnPage).Select(run => RunCard.Of(run, playbooks, now))], meant.Count > leftOut + OnPage ? leftOut + OnPage : null, meant.Count, now);
    }
}
