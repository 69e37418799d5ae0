using System.Diagnostics;
using Playbooks.Sqlite;

namespace Playbooks.Bench.Speed;

/// <summary>One run of 5,000 steps: whether its last steps take longer than its first, and how long it takes to read and fold it whole.</summary>
internal static class LongRunRows
{
    private const int Part = 500;
    private const int Loads = 5;
    private const double SlowdownGoal = 1.15;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        await using var engine = await BenchEngine.OpenAsync();
        // Warms up on another run, so that the first steps are not those that are compiled.
        await engine.RunAllAsync(BenchTexts.InTurn(Part), 1);
        var (_, run) = await engine.RunAllAsync(BenchTexts.Long(), 1);
        var calls = engine.Calls;
        await engine.StopAsync();

        var took = calls.Zip(calls.Skip(1), (one, next) => Stopwatch.GetElapsedTime(one.At, next.At).TotalMilliseconds).ToArray();
        var (first, last) = (took[..Part].Median(), took[^Part..].Median());
        var loads = new List<double>();
        for (var load = 0; load < Loads; load++)
        {
            using var reader = JournalReader.Open(engine.JournalPath);
            var from = Stopwatch.GetTimestamp();
            if (reader.Find(run) is not { HasEnded: true })
                throw new InvalidOperationException("The run that was read has not ended.");
            loads.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        return
        [
            new("long.last500", last, "ms/step", first, last / first, $"ratio to the first 500 <= {SlowdownGoal}", last / first <= SlowdownGoal),
            new("long.coldLoad", loads.Median(), "ms", null, null, null, null),
        ];
    }
}
