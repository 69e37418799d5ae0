using System.Diagnostics;
using System.Globalization;

namespace Playbooks.Bench.Journals;

/// <summary>
/// What it costs that runs wait: in memory and processor time, and when a process starts on a journal of them. Each figure is of a process of its own, beside
/// one that only opens the file and reads the rows of the waiting runs, which no engine can do without.
/// </summary>
internal static class JournalBenchmark
{
    private const int Rounds = 5;
    private const double MemoryGoalMegabytes = 20, IdleGoalPercent = 1, FirstTimerGoalSeconds = 1, FirstApprovalGoalSeconds = 0.5, FirstApprovalGoalRatio = 2, BytesPerGigabyte = 1 << 30;

    public static async Task<IReadOnlyList<Figure>> RunAsync() => [.. await WaitingRunsAsync(), .. await InFolderAsync(LargeAsync)];

    /// <summary>Without the journal of 2 GB, which takes its time to be made.</summary>
    public static Task<IReadOnlyList<Figure>> WaitingRunsAsync() => InFolderAsync(WaitingAsync);

    private static async Task<IReadOnlyList<Figure>> InFolderAsync(Func<string, string, Task<IReadOnlyList<Figure>>> measureAsync)
    {
        // Beside the program: a folder for temporary files is often none on a disk.
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "measured", Guid.NewGuid().ToString("N")));
        try
        {
            return await measureAsync(await PublishedBench.PathAsync(), folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> WaitingAsync(string program, string folder)
    {
        using var empty = JournalChild.Start(program, "wait", Path.Combine(folder, "empty.db"), "0");
        var emptyMegabytes = await empty.NumberAsync("megabytes");
        var path = Path.Combine(folder, "journal.db");
        double megabytes, idle;
        using (var waiting = JournalChild.Start(program, "wait", path, WaitingRuns.Count.ToString(CultureInfo.InvariantCulture)))
        {
            megabytes = await waiting.NumberAsync("megabytes");
            idle = await waiting.NumberAsync("idle");
        }
        Console.Error.WriteLine($"{WaitingRuns.Count} runs wait in {new FileInfo(path).Length / BytesPerGigabyte:0.000} GB");

        // The child that made them was killed just now; each round finds what it left.
        List<double> first = [], bare = [], rates = [];
        for (var round = 0; round < Rounds; round++)
        {
            var left = Path.Combine(folder, $"left-{round}.db");
            foreach (var end in new[] { "", "-wal", WaitingRuns.QuestionsEnd })
                File.Copy(path + end, left + end);
            bare.Add(await FirstLineAsync(program, "read", left));
            using var approving = JournalChild.Start(program, "approve", left);
            first.Add((await approving.LineAsync("first")).At.TotalSeconds);
            rates.Add(await approving.NumberAsync("rate"));
        }
        var ratio = first.Zip(bare, (value, limit) => value / limit).Median();
        return
        [
            new("waiting.memory", megabytes - emptyMegabytes, "MB", emptyMegabytes, null, $"value <= {MemoryGoalMegabytes}", megabytes - emptyMegabytes <= MemoryGoalMegabytes),
            new("waiting.idleProcessor", idle, "%", null, null, $"value < {IdleGoalPercent}", idle < IdleGoalPercent),
            new("restart.firstApproval", first.Median(), "s", bare.Median(), ratio, $"value <= {FirstApprovalGoalSeconds}, ratio <= {FirstApprovalGoalRatio}",
                first.Median() <= FirstApprovalGoalSeconds && ratio <= FirstApprovalGoalRatio),
            new("restart.approvals", rates.Median(), "runs/s", null, null, null, null),
        ];
    }

    private static async Task<IReadOnlyList<Figure>> LargeAsync(string program, string folder)
    {
        var path = Path.Combine(folder, "journal.db");
        await LargeJournal.MakeAsync(path, Rounds);
        Console.Error.WriteLine($"{LargeJournal.Runs} runs wait in {new FileInfo(path).Length / BytesPerGigabyte:0.00} GB");
        List<double> first = [], bare = [];
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(await FirstLineAsync(program, "read", path));
            first.Add(await FirstLineAsync(program, "due", path, LargeJournal.RunId(round)));
        }
        var ratio = first.Zip(bare, (value, limit) => value / limit).Median();
        return [new("large.firstTimer", first.Median(), "s", bare.Median(), ratio, $"value <= {FirstTimerGoalSeconds}", first.Median() <= FirstTimerGoalSeconds)];
    }

    private static async Task<double> FirstLineAsync(string program, params string[] args)
    {
        using var child = JournalChild.Start(program, args);
        return (await child.LineAsync("first")).At.TotalSeconds;
    }

    private static double Median(this IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : throw new UnreachableException();
}
