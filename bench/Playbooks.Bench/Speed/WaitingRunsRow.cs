namespace Playbooks.Bench.Speed;

/// <summary>The same load on three engines, beside no, 10,000 and 100,000 runs that wait for people.</summary>
internal static class WaitingRunsRow
{
    private static readonly int[] Waiting = [0, 10_000, 100_000];
    private const int StartsAtOnce = 2_000;
    private const int Runs = 300;
    private const int Steps = 10;
    private const int Rounds = 5;
    private const double Goal = 0.9;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var playbook = BenchTexts.InTurn(Steps);
        var engines = new List<BenchEngine>();
        try
        {
            foreach (var waiting in Waiting)
            {
                var engine = await BenchEngine.OpenAsync();
                engines.Add(engine);
                for (var started = 0; started < waiting; started += StartsAtOnce)
                    await engine.StartAsync(BenchTexts.Waiting(), StartsAtOnce);
            }
            var rates = Waiting.Select(_ => new List<double>()).ToArray();
            for (var round = -1; round < Rounds; round++)
            {
                for (var index = 0; index < engines.Count; index++)
                {
                    var (took, _) = await engines[index].RunAllAsync(playbook, Runs);
                    if (round >= 0)
                        rates[index].Add(Runs * Steps / took.TotalSeconds);
                }
            }
            // Of neighbours in time, so that a slow moment of the machine falls on all.
            return
            [
                .. Waiting.Select((waiting, index) =>
                {
                    var ratio = rates[index].Zip(rates[0], (rate, alone) => rate / alone).Median();
                    return new Figure($"waiting.stepsPerSecondBeside{waiting}", rates[index].Median(), "steps/s", rates[0].Median(), ratio,
                        index == 0 ? null : $"ratio to none waiting >= {Goal}", index == 0 ? null : ratio >= Goal);
                }),
            ];
        }
        finally
        {
            foreach (var engine in engines)
                await engine.DisposeAsync();
        }
    }
}
