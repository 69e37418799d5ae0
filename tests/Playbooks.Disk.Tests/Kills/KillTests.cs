using System.Diagnostics;
using System.Globalization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Sqlite;

namespace Playbooks.Disk.Tests.Kills;

/// <summary>
/// Kills a real process at its crash points, and again at the points of its recovery, then lets it end; compares the journal with what was
/// acknowledged, and the world with what the journal says. <c>PLAYBOOKS_KILLS</c> says how many kills.
/// </summary>
[Collection(WholeProcess.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int KillsDefault = 60, KillsPerLife = 2, RecoveryPoints = 16;

    [Fact]
    public async Task Wherever_the_process_is_killed_nothing_acknowledged_is_lost_and_no_effect_happens_twice()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable("PLAYBOOKS_KILLS"), CultureInfo.InvariantCulture, out var asked) ? asked : KillsDefault;
        var (watch, killed, lives, problems) = (Stopwatch.StartNew(), 0, 0, new List<string>());
        var points = await Task.WhenAll(KillCase.Names.Select(PointsOfAsync));
        var places = KillCase.Names.Zip(points, (name, count) => Enumerable.Range(1, count).Select(point => (Name: name, Point: point))).SelectMany(place => place).ToList();
        // Spread evenly over all points of all playbooks; when every point has had its turn, the recoveries are killed elsewhere.
        var step = Math.Max(1.0, places.Count * (double)KillsPerLife / kills);
        await Parallel.ForEachAsync(Enumerable.Range(0, kills), new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount) },
            async (life, _) =>
            {
                if (Volatile.Read(ref killed) >= kills)
                    return;
                var (name, point) = places[(int)(life * step) % places.Count];
                var again = Enumerable.Range(1, KillsPerLife - 1).Select(times => 1 + (life * 7 + times * 11) % RecoveryPoints).ToList();
                var (count, problem) = await LiveAsync(name, [point, .. again], forgetsKeys: false);
                Interlocked.Add(ref killed, count);
                Interlocked.Increment(ref lives);
                if (problem is not null)
                {
                    lock (problems)
                        problems.Add($"{name}, killed at points {point}, then {string.Join(", ", again)}: {problem}");
                }
            });
        output.WriteLine($"{killed} kills in {lives} lives at {places.Count} points ({string.Join(", ", KillCase.Names.Zip(points))}) in {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.True(killed >= kills);
    }

    [Fact]
    public async Task An_effect_whose_key_changes_between_lives_is_caught()
    {
        var found = false;
        for (var point = await PointsOfAsync("once"); point > 0 && !found; point--)
            found = (await LiveAsync("once", [point], forgetsKeys: true)).Problem?.Contains("happened 2 times", StringComparison.Ordinal) is true;
        Assert.True(found);
    }

    private static async Task<int> PointsOfAsync(string name)
    {
        var folder = ChildProcess.NewFolder();
        try
        {
            var (code, said) = await RunAsync(folder, name, null, false);
            Assert.Equal(Child.Ended, code);
            Assert.Null(Problem(folder, KillCase.Of(name), wasKilled: false));
            return int.Parse(said, CultureInfo.InvariantCulture);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One run through several killed processes to its end in a last one.</summary>
    private static async Task<(int Kills, string? Problem)> LiveAsync(string name, IReadOnlyList<int> points, bool forgetsKeys)
    {
        var (folder, kills) = (ChildProcess.NewFolder(), 0);
        try
        {
            foreach (var point in points)
            {
                if ((await RunAsync(folder, name, point, forgetsKeys)).Code == Child.Ended)
                    break;
                kills++;
            }
            var (code, said) = await RunAsync(folder, name, null, forgetsKeys);
            return (kills, code == Child.Ended ? Problem(folder, KillCase.Of(name), kills > 0) : $"The last process ended with {code}: {said}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Problem(string folder, KillCase played, bool wasKilled)
    {
        using var journal = JournalReader.Open(Child.JournalIn(folder));
        var id = Assert.Single(journal.RunIds());
        var history = journal.History(id)!;
        if (history.Broken is not null)
            return history.Broken;
        var run = Loading.Fold(history, Logic.Ours).Run;
        var events = history.Events.Select(stored => stored.Event).ToList();
        foreach (var line in File.ReadAllLines(Child.AcknowledgementsIn(folder)).Select(line => line.Split(' ')))
        {
            var kept = line[0] switch
            {
                "start" => line[1] == id,
                "vote" => events.OfType<RunEvent.VoteCast>().Any(vote => vote.VoteId == line[1]),
                _ => history.Events[int.Parse(line[1], CultureInfo.InvariantCulture) - 1].Hash == line[2],
            };
            if (!kept)
                return "Acknowledged and lost: " + string.Join(' ', line);
        }
        if (events.OfType<RunEvent.RunEnded>().SingleOrDefault()?.Outcome is not { } outcome)
            return "The run has not ended.";
        var unknown = events.OfType<RunEvent.ActionFailed>().Where(failed => failed.Kind == ErrorKind.OutcomeUnknown).Select(failed => failed.Id.Path).ToHashSet();
        if (outcome != played.Ends)
            return $"It ends as {outcome}, and without kills as {played.Ends}.";
        if (unknown.Count > 0 && !wasKilled)
            return "Nobody was killed, and an outcome is unknown.";
        var effects = File.ReadAllLines(OutsideLedger.FileIn(folder)).Select(line => line.Split(' ')).GroupBy(effect => effect[2]).ToDictionary(path => path.Key, path => path.Count());
        foreach (var (path, times) in effects.Where(effect => effect.Value > 1))
            return $"The effect of {path} happened {times} times.";
        var missing = events.OfType<RunEvent.ActionSucceeded>().Select(done => done.Id)
            .Where(done => events.OfType<RunEvent.AttemptStarted>().Any(start => start.Id == done) && Acts(run, done) && !effects.ContainsKey(done.Path)).ToList();
        return missing.Count > 0 ? $"The journal says that {missing[0]} succeeded, and it never happened." : null;
    }

    private static bool Acts(Run run, CommandId id) =>
        id.Purpose == Purpose.Do && run.StepOf(id.Path) is Step.Do { Action.Effect: not Effect.ReadOnly };

    private static Task<(int Code, string Said)> RunAsync(string folder, string name, int? crashAt, bool forgetsKeys) => ChildProcess.RunAsync((Child.Folder, folder), (Child.Case, name),
        (Child.CrashAt, crashAt?.ToString(CultureInfo.InvariantCulture)), (Child.ForgetsKeys, forgetsKeys ? "1" : null));
}
