using System.Diagnostics;

namespace Playbooks.Bench.Speed;

/// <summary>1,000 steps at once in one run: from the call of the step before them to the call of the step after them.</summary>
internal static class FanOutRow
{
    private const int Rounds = 7;
    private const double RatioGoal = 4;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var playbook = BenchTexts.FanOut();
        List<double> values = [], limits = [];
        for (var round = -2; round < Rounds; round++)
        {
            await using var engine = await BenchEngine.OpenAsync();
            await engine.RunAllAsync(playbook, 1);
            await engine.StopAsync();
            var limit = BareJournal.Of(engine.JournalPath).WriteInTwo();
            if (round < 0)
                continue;
            values.Add(Stopwatch.GetElapsedTime(engine.Calls[0].At, engine.Calls[^1].At).TotalMilliseconds);
            limits.Add(limit.TotalMilliseconds);
        }
        var ratio = values.Zip(limits, (value, limit) => value / limit).Median();
        return [new("fanOut.thousandSteps", values.Median(), "ms", limits.Median(), ratio, $"ratio <= {RatioGoal}", ratio <= RatioGoal)];
    }
}
