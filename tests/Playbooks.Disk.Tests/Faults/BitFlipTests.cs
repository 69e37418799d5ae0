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

    [Fact]
    public async Task A_flipped_bit_is_found_or_changes_nothing_and_other_runs_go_on()
    {
        var flips = int.TryParse(Environment.GetEnvironmentVariable("PLAYBOOKS_FLIPS"), CultureInfo.InvariantCulture, out var count) ? count : FlipsDefault;
        var (watch, random) = (Stopwatch.StartNew(), new Random(1));
        var (journal, whole) = await WrittenAsync();
        var found = new Dictionary<string, int> { ["refused"] = 0, ["one run is parked"] = 0, ["harmless"] = 0 };
        for (var flip = 0; flip < flips; flip++)
        {
            var bit = random.NextInt64(journal.Length * 8);
            using var disk = new SimulatedDisk("flipped");
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
}
