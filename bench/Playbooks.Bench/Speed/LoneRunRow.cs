using System.Diagnostics;

namespace Playbooks.Bench.Speed;

/// <summary>One run, one step after another: from one action's call to the next one's.</summary>
internal static class LoneRunRow
{
    private const int Steps = 400;
    private const int Rounds = 5;
    private const int WarmUps = 4;
    private const double RatioGoal = 2.5;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var playbook = BenchTexts.InTurn(Steps);
        List<double> values = [], limits = [], commits = [];
        for (var round = -WarmUps; round < Rounds; round++)
        {
            await using var engine = await BenchEngine.OpenAsync();
            await engine.RunAllAsync(playbook, 1);
            await engine.StopAsync();
            var bytes = BareJournal.Of(engine.JournalPath).Bytes / Steps;
            var limit = RawAppend.Milliseconds((int)bytes, Steps).Median();
            if (round < 0)
                continue;
            var calls = engine.Calls;
            values.Add(calls.Zip(calls.Skip(1), (one, next) => Stopwatch.GetElapsedTime(one.At, next.At).TotalMilliseconds).Median());
            limits.Add(limit);
            commits.Add((calls[^1].Commits - calls[Steps / 10].Commits) / (double)(Steps - 1 - (Steps / 10)));
        }
        var ratio = values.Zip(limits, (value, limit) => value / limit).Median();
        return
        [
            new("lone.stepP50", values.Median(), "ms", limits.Median(), ratio, $"ratio <= {RatioGoal}", ratio <= RatioGoal),
            new("lone.commitsPerStep", commits.Median(), "commits/step", null, null, "= 1", Math.Abs(commits.Median() - 1) < 0.01),
        ];
    }
}
