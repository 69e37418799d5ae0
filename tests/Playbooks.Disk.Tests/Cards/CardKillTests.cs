using System.Diagnostics;
using System.Globalization;
using Playbooks.Core.Decisions;
using Playbooks.Disk.Tests.Kills;
using Playbooks.Sqlite;
using Playbooks.Tests.Teams;

namespace Playbooks.Disk.Tests.Cards;

/// <summary>
/// Kills a host between an alert's delivery and the last change of a card, and again in its recovery: no vote that was answered is lost, no step is approved
/// twice, and whatever card somebody still looks at becomes the current one by fetching it. <c>PLAYBOOKS_CARD_KILLS</c> says how many kills.
/// </summary>
[Collection(WholeProcess.Name)]
public sealed class CardKillTests(ITestOutputHelper output)
{
    private const int KillsDefault = 36, KillsPerLife = 2, RecoveryPoints = 24;
    private static readonly string[] Milestones = ["delivery stored", "run started", "card posted", "vote received", "vote recorded", "vote received", "vote recorded", "card updated"];

    [Fact]
    public async Task Wherever_the_host_is_killed_no_vote_is_lost_none_counts_twice_and_no_card_lies_for_longer_than_one_refresh()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable("PLAYBOOKS_CARD_KILLS"), CultureInfo.InvariantCulture, out var asked) ? asked : KillsDefault;
        var (watch, killed, stale, problems) = (Stopwatch.StartNew(), 0, 0, new List<string>());
        var (points, marks) = await UndisturbedAsync();
        Assert.Equal(Milestones, marks.Select(mark => mark.Name));
        // At each point around a message in Teams, at the first of every gap, and beyond that evenly over all of them.
        var around = Enumerable.Range(1, points.Length).Where(point => points[point - 1].StartsWith("post", StringComparison.Ordinal) || points[point - 1].StartsWith("update", StringComparison.Ordinal));
        var must = marks.Select(mark => mark.At + 1).Concat(around).Distinct().ToList();
        var rest = Enumerable.Range(1, points.Length).Except(must).ToList();
        var more = Math.Max(1, kills / KillsPerLife - must.Count);
        List<int> chosen = [.. must, .. Enumerable.Range(0, more).Select(number => rest[number * rest.Count / more])];
        await Parallel.ForEachAsync(chosen.Index(), new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount) }, async (place, _) =>
        {
            var again = 1 + place.Index * 7 % RecoveryPoints;
            var (count, hadStale, problem) = await LiveAsync(place.Item, again);
            lock (problems)
            {
                (killed, stale) = (killed + count, stale + hadStale);
                if (problem is not null)
                    problems.Add($"killed at point {place.Item}, then {again}: {problem}");
            }
        });
        output.WriteLine($"{killed} kills in {chosen.Count} lives at {points.Length} points; {stale} cards were left behind and became current by being fetched; {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        // Whether a card is left behind at all is a matter of who was quicker; that none stays behind is not.
        Assert.True(killed >= chosen.Count, $"{killed} kills in {chosen.Count} lives");
    }

    /// <summary>A life that nobody kills: the points that it comes past, and after how many each milestone came.</summary>
    private static async Task<(string[] Points, List<(string Name, int At)> Marks)> UndisturbedAsync()
    {
        var folder = ChildProcess.NewFolder();
        try
        {
            await using var teams = await TeamsAsync(folder);
            var (code, said) = await RunAsync(folder, teams, null);
            Assert.True(code == CardChild.Ended, said);
            Assert.Null(Problem(folder));
            var marks = File.ReadAllLines(CardChild.SaidIn(folder)).Where(line => line.StartsWith(CardChild.Mark, StringComparison.Ordinal)).Select(line => line[CardChild.Mark.Length..].Split(" at "))
                .Select(mark => (mark[0], int.Parse(mark[1], CultureInfo.InvariantCulture))).ToList();
            return (said.Split('\n'), marks);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One incident through two killed hosts to its end in a third.</summary>
    private static async Task<(int Kills, int Stale, string? Problem)> LiveAsync(int point, int again)
    {
        var (folder, kills) = (ChildProcess.NewFolder(), 0);
        try
        {
            await using var teams = await TeamsAsync(folder);
            foreach (var at in new[] { point, again })
                kills += (await RunAsync(folder, teams, at)).Code == CardChild.Ended ? 0 : 1;
            var (code, said) = await RunAsync(folder, teams, null);
            return (kills, File.ReadAllLines(CardChild.SaidIn(folder)).Count(line => line.StartsWith("stale ", StringComparison.Ordinal)), code == CardChild.Ended ? Problem(folder) : $"the last host ended with {code}: {said}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Problem(string folder)
    {
        var said = File.ReadAllLines(CardChild.SaidIn(folder));
        if (said.FirstOrDefault(line => line.StartsWith("trouble ", StringComparison.Ordinal)) is { } trouble)
            return trouble;
        using var journal = JournalReader.Open(CardChild.JournalIn(folder));
        if (journal.RunIds() is not [var id])
            return $"{journal.RunIds().Count} runs began for one alert.";
        var events = journal.Events(id).Select(stored => stored.Event).ToList();
        var counted = events.OfType<RunEvent.VoteCounted>().ToList();
        foreach (var answered in said.Where(line => line.StartsWith("counted ", StringComparison.Ordinal)).Select(line => line.Split(' ')))
        {
            if (!counted.Exists(vote => vote.Person == "entra:" + answered[1]))
                return $"{answered[1]} was told that the vote counts, and it is not there.";
        }
        if (!CardChild.Approvers.Select(person => "entra:" + person).Order(StringComparer.Ordinal).SequenceEqual(counted.Select(vote => vote.Person).Order(StringComparer.Ordinal)))
            return $"These votes count: {string.Join(", ", counted.Select(vote => vote.Person))}.";
        if (!events.OfType<RunEvent.ApprovalDecided>().Select(decided => decided.Result).SequenceEqual(["approved"]))
            return $"It was decided {string.Join(", then ", events.OfType<RunEvent.ApprovalDecided>().Select(decided => decided.Result))}.";
        var effects = File.Exists(KeyedTarget.EffectsIn(folder)) ? File.ReadAllLines(KeyedTarget.EffectsIn(folder)).Length : 0;
        return effects != 1 ? $"The approved step was done {effects} times."
            : events.OfType<RunEvent.RunEnded>().Select(ended => ended.Outcome).SingleOrDefault() != RunOutcome.Completed ? "The run was not completed." : null;
    }

    /// <summary>Teams, which outlives the hosts that are killed.</summary>
    private static async Task<TeamsStandIn> TeamsAsync(string folder)
    {
        var teams = await TeamsStandIn.StartAsync();
        teams.Kept = new ChatFile(folder).Keep;
        foreach (var person in CardChild.Approvers)
            teams.Add(person);
        return teams;
    }

    private static Task<(int Code, string Said)> RunAsync(string folder, TeamsStandIn teams, int? crashAt) =>
        ChildProcess.RunAsync((CardChild.Folder, folder), (CardChild.Teams, teams.Url.AbsoluteUri), (CardChild.CrashAt, crashAt?.ToString(CultureInfo.InvariantCulture)));
}
