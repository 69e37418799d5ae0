namespace Playbooks.Bench.Speed;

/// <summary>1,000 runs of 10 steps, all at once, from the first start to the last end.</summary>
internal static class ManyRunsRow
{
    private const int Runs = 1_000;
    private const int Steps = 10;
    private const int Rounds = 5;
    private const int WarmUps = 4;
    private const double RatioGoal = 0.4;
    private const double CommitsPerStepGoal = 0.05;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var playbook = BenchTexts.InTurn(Steps);
        List<double> rates = [], limits = [], commits = [];
        for (var round = -WarmUps; round < Rounds; round++)
        {
            await using var engine = await BenchEngine.OpenAsync();
            var (took, _) = await engine.RunAllAsync(playbook, Runs);
            var perStep = (double)engine.Commits / (Runs * Steps);
            await engine.StopAsync();
            var bare = BareJournal.Of(engine.JournalPath).Write();
            if (round < 0)
                continue;
            rates.Add(Runs * Steps / took.TotalSeconds);
            limits.Add(Runs * Steps / bare.TotalSeconds);
            commits.Add(perStep);
        }
        var ratio = rates.Zip(limits, (rate, limit) => rate / limit).Median();
        return
        [
            new("many.stepsPerSecond", rates.Median(), "steps/s", limits.Median(), ratio, $"ratio >= {RatioGoal}", ratio >= RatioGoal),
            new("many.commitsPerStep", commits.Median(), "commits/step", null, null, $"<= {CommitsPerStepGoal}", commits.Median() <= CommitsPerStepGoal),
        ];
    }
}
