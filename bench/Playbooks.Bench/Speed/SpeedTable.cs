using Playbooks.Bench.Journals;

namespace Playbooks.Bench.Speed;

/// <summary>Every row of the table in <c>bench/README.md</c>: each measures the engine and, in turn with it, what it is held against.</summary>
internal static class SpeedTable
{
    private static readonly IReadOnlyList<(string Name, Func<Task<IReadOnlyList<Figure>>> MeasureAsync)> Rows =
    [
        ("deciding", DecidingRows.MeasureAsync),
        ("many", ManyRunsRow.MeasureAsync),
        ("lone", LoneRunRow.MeasureAsync),
        ("fan-out", FanOutRow.MeasureAsync),
        ("long", LongRunRows.MeasureAsync),
        ("waiting", WaitingRunsRow.MeasureAsync),
        ("restart", JournalBenchmark.WaitingRunsAsync),
    ];

    /// <summary>Names of the rows, in order.</summary>
    public static IEnumerable<string> Names => Rows.Select(row => row.Name);

    /// <param name="only">Names of the rows wanted; all of them if empty.</param>
    public static async IAsyncEnumerable<Figure> MeasureAsync(IReadOnlyCollection<string> only)
    {
        foreach (var (name, measureAsync) in Rows)
        {
            if (only.Count > 0 && !only.Contains(name))
                continue;
            foreach (var figure in await measureAsync())
                yield return figure;
            // What a row leaves behind is not the next one's to clear away.
            GC.Collect();
        }
    }
}

internal static class Samples
{
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
