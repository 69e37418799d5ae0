using System.Diagnostics;
using System.Globalization;
using Playbooks.Disk.Tests.Simulated;
using Playbooks.Sqlite;

namespace Playbooks.Disk.Tests.Faults;

/// <summary>Flips bits of a journal that lies there, one at a time. <c>PLAYBOOKS_FLIPS</c> says how many.</summary>
[Collection(WholeProcess.Name)]
public sealed class BitFlipTests(ITestOutputHelper output)
{
    private const int FlipsDefault = 5_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flipped_bit_is_found_or_changes_nothing_and_other_runs_go_on(bool large)
    {
        var flips = int.TryParse(Environment.GetEnvironmentVariable("PLAYBOOKS_FLIPS"), CultureInfo.InvariantCulture, out var count) ? count : FlipsDefault;
        var (watch, random) = (Stopwatch.StartNew(), new Random(1));
        var (journal, whole) = await WrittenAsync();
        var found = new Dictionary<string, int> { ["refused"] = 0, [large ? "found beside the work" : "one run is parked"] = 0, ["harmless"] = 0 };
        for (var flip = 0; flip < flips; flip++)
        {
            var bit = random.NextInt64(journal.Length * 8);
            using var disk = new SimulatedDisk("flipped") { HasLargeJournals = large };
            var content = journal.Copy();
            var one = new byte[1];
            content.Read(bit / 8, one);
            one[0] ^= (byte)(1 << (int)(bit % 8));
            content.Write(bit / 8, one);
            disk.Put("journal.db", content);

            var verdict = await VerdictAsync(disk, whole);

            Assert.True(found.ContainsKey(verdict), $"Bit {bit} of {journal.Length * 8} (seed 1, flip {flip}): {verdict}");
            found[verdict]++;
        }
        output.WriteLine($"{flips} bits in {watch.Elapsed.TotalSeconds:0.0} s: {string.Join(", ", found.Select(kind => $"{kind.Key} {kind.Value}"))}");
        Assert.All(found.Values, times => Assert.True(times > 0));
    }

    private static async Task<(PagedBytes, Content)> WrittenAsync()
    {
        using var disk = new SimulatedDisk("written");
        var workload = await Workload.PlayAsync(1, disk);
        return (Assert.Single(disk.Files()).Content, workload.AfterCommit[^1]);
    }

    private static async Task<string> VerdictAsync(SimulatedDisk disk, Content whole)
    {
        try
        {
            await using var journal = Journal.Open(disk.Journal, disk);
            if (disk.HasLargeJournals)
                return VerdictBeside(disk, journal, whole);
            var broken = 0;
            foreach (var (run, events) in whole.Events)
            {
                if (journal.Reader.History(run) is not { } history)
                    return $"{run} is gone and nobody says so.";
                if (history.Broken is not null)
                    broken++;
                else if (history.Events.Length != events || !Workload.IsTrue(history))
                    return $"{run} is another and nobody says so.";
                else if (Workload.NextOf(run, events) is { } next)
                    await journal.AppendAsync(new([new RunAppend(run, events, [next])]));
            }
            if (broken > 1)
                return $"{broken} runs are broken.";
            if (broken == 0 && ImageCheck.Read(journal.Reader).Problem is { } problem)
                return problem;
            return broken == 1 ? "one run is parked" : "harmless";
        }
        catch (JournalException)
        {
            return "refused";
        }
    }

    /// <summary>
    /// The opening of a large file has not looked at its pages. Until that is done a run may look whole, broken or unreadable, but never like
    /// another; a run that has gone, or anything else that is wrong, must be found when all has been looked at.
    /// </summary>
    private static string VerdictBeside(SimulatedDisk disk, Journal journal, Content whole)
    {
        var problem = (string?)null;
        foreach (var (run, events) in whole.Events)
        {
            try
            {
                if (journal.Reader.History(run) is not { } history)
                    problem = $"{run} is gone";
                else if (history.Broken is not null)
                    problem ??= history.Broken;
                else if (history.Events.Length != events || !Workload.IsTrue(history))
                    return $"{run} is another and nobody says so.";
            }
            catch (JournalException unreadable)
            {
                problem ??= unreadable.What;
            }
        }
        try
        {
            JournalFile.CheckWhole(disk.Journal, disk, CancellationToken.None);
        }
        catch (JournalException)
        {
            return "found beside the work";
        }
        // What is written in the chain of one run is checked when that run is loaded, and by nothing else.
        problem ??= ImageCheck.Read(journal.Reader).Problem;
        return problem is null ? "harmless" : problem.StartsWith("The journal of run", StringComparison.Ordinal) ? "found beside the work" : problem;
    }
}
