using System.Diagnostics;
using System.Globalization;

namespace Playbooks.Tests.Simulation;

/// <summary>Both shells in worlds that go wrong. <c>docs/testing.md</c> says how to run more of them.</summary>
public class SimulationTests(ITestOutputHelper output)
{
    private const long RunsDefault = 20_000;
    private const long SecondRunsDefault = 3_000;
    private const ulong FirstSeed = 1;
    private const int SeedsTraced = 50;

    [Fact]
    public void Faulty_runs_keep_every_promise() => Faulty(Shell.Embedded, Number("SIMULATION_RUNS") ?? RunsDefault);

    [Fact]
    public void Faulty_runs_of_the_second_shell_keep_every_promise() => Faulty(Shell.Second, Number("SIMULATION_SECOND_RUNS") ?? SecondRunsDefault);

    private void Faulty(Shell shell, long runs)
    {
        var watch = Stopwatch.StartNew();
        var tally = Campaign.Run(shell, (ulong?)Number("SIMULATION_FIRST") ?? FirstSeed, runs);
        output.WriteLine($"{tally}\n{watch.Elapsed.TotalSeconds:F1} s on {Environment.ProcessorCount} cores, {tally.Runs / watch.Elapsed.TotalSeconds:F0} runs/s");
        if (tally.FirstFailure is { } first)
            Assert.Fail(Campaign.Told(shell, first.Seed, Planted.Nothing, first.Failure));
        Assert.True(tally.Runs >= runs);
        Assert.All(Faults.All.Where(fault => Faults.ExistsIn(shell, fault)), fault => Assert.True(tally.Hits[(int)fault] > 0, $"{fault} never happened."));
        // Progress: an engine that does nothing breaks no other promise.
        Assert.True(tally.Outcomes.GetValueOrDefault("Recovered") > tally.Runs / 20, "Hardly any run recovers.");
        Assert.True(tally.Ended > tally.Runs * 9 / 10, "Too many runs do not end.");
        Assert.True(tally.Compared > tally.Seeds / 100, "Hardly any run was compared with a fault-free one.");
    }

    [Fact]
    public void One_seed_again()
    {
        var shell = Enum.Parse<Shell>(Environment.GetEnvironmentVariable("SIMULATION_SHELL") ?? nameof(Shell.Embedded));
        var seed = (ulong?)Number("SIMULATION_SEED") ?? FirstSeed;
        var planted = Enum.Parse<Planted>(Environment.GetEnvironmentVariable("SIMULATION_PLANTED") ?? nameof(Planted.Nothing));
        var only = Environment.GetEnvironmentVariable("SIMULATION_FAULTS")?.Split(',').Where(hit => hit.Contains(':', StringComparison.Ordinal))
            .Select(hit => (Enum.Parse<Fault>(hit.Split(':')[0]), int.Parse(hit.Split(':')[1], CultureInfo.InvariantCulture))).ToList();
        var (simulation, failure) = Campaign.Try(shell, seed, planted, only);
        output.WriteLine($"Seed {seed}: trace {simulation.Trace:x16}, {simulation.Runs} runs, {simulation.Events} events, faults {string.Join(", ", simulation.Faults.Happened)}");
        if (failure is not null)
            Assert.Fail(Campaign.Told(shell, seed, planted, failure));
    }

    [Fact]
    public void Ten_thousand_timers_that_are_due_at_once_ring_once_each()
    {
        var simulation = new Simulation(Shell.Embedded, FirstSeed, withoutFaults: true);
        simulation.Run(Enumerable.Repeat(SimulatedPlaybooks.Storm(100), 100));
        Assert.Equal(100, simulation.Watches.Count(watch => watch.Ended?.Outcome == Core.Decisions.RunOutcome.Completed));
        Assert.Equal(10_000, simulation.Watches.Sum(watch => watch.Ends.Count(end => end.EndsWith("/nap succeeded", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("Embedded")]
    [InlineData("Second")]
    public void A_seed_gives_the_same_trace_and_another_seed_another(string shell)
    {
        var traces = Traces();
        Assert.Equal(traces, Traces());
        Assert.Equal(SeedsTraced, traces.Distinct().Count());

        List<ulong> Traces() => [.. Enumerable.Range(1, SeedsTraced).Select(seed => Campaign.Try(Enum.Parse<Shell>(shell), (ulong)seed).Simulation.Trace)];
    }

    private static long? Number(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : null;
}
