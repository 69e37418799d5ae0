using System.Globalization;
using System.Text;

namespace Playbooks.Tests.Simulation;

/// <summary>Many seeds on all cores; counts what happened, and makes of a failing seed something that a person can look at.</summary>
internal static class Campaign
{
    /// <summary>Every so many seeds one is run twice, and one without faults.</summary>
    private const ulong SampleEvery = 8;

    internal static Tally Run(Shell shell, ulong first, long runs, Planted planted = Planted.Nothing, long seedsMax = long.MaxValue)
    {
        var total = new Tally();
        var next = (long)first - 1;
        // Threads of its own: minutes of work on the pool's would leave the tests beside it waiting for their turn.
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return total;

        void Work()
        {
            var mine = new Tally();
            while (Interlocked.Read(ref total.Runs) < runs && total.FirstFailure is null)
            {
                var seed = (ulong)Interlocked.Increment(ref next);
                if ((long)(seed - first) >= seedsMax)
                    break;
                Interlocked.Add(ref total.Runs, One(shell, seed, planted, mine, total));
            }
            lock (total)
                total.Add(mine);
        }
    }

    /// <summary>One seed with all that is asked of it.</summary>
    internal static (Simulation Simulation, Exception? Failure) Try(Shell shell, ulong seed, Planted planted = Planted.Nothing, IReadOnlyCollection<(Fault, int)>? only = null)
    {
        var simulation = new Simulation(shell, seed, planted, only);
        try
        {
            simulation.Run();
            if (seed % SampleEvery == 1)
            {
                var calm = new Simulation(shell, seed, planted, withoutFaults: true);
                calm.Run();
                simulation.JudgeAgainst(calm);
            }
            if (seed % SampleEvery == 2)
            {
                var again = new Simulation(shell, seed, planted, only);
                again.Run();
                Violation.When(again.Trace != simulation.Trace, Promises.SameTrace, () => $"{simulation.Trace:x16} and then {again.Trace:x16}");
            }
            return (simulation, null);
        }
#pragma warning disable CA1031 // Whatever the product throws in a simulated world is a finding, and the seed is what matters.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return (simulation, failure);
        }
    }

    /// <summary>Leaves out faults as long as the same promise still breaks.</summary>
    internal static IReadOnlyList<(Fault Fault, int Opportunity)> Shrink(Shell shell, ulong seed, Planted planted, string promise)
    {
        IReadOnlyList<(Fault Fault, int Opportunity)> kept = Try(shell, seed, planted).Simulation.Faults.Happened;
        var tries = 0;
        for (var size = Math.Max(kept.Count / 2, 1); ; size = Math.Max(size / 2, 1))
        {
            var before = kept.Count;
            for (var from = 0; from < kept.Count && tries < 2_000; tries++)
            {
                (Fault, int)[] fewer = [.. kept.Take(from), .. kept.Skip(from + size)];
                if (PromiseOf(Try(shell, seed, planted, fewer).Failure) == promise)
                    kept = fewer;
                else
                    from += size;
            }
            if ((size == 1 && kept.Count == before) || kept.Count == 0 || tries >= 2_000)
                return kept;
        }
    }

    internal static string PromiseOf(Exception? failure) => failure switch { null => "", Violation violation => violation.Promise, _ => "the engine throws " + failure.GetType().Name };

    internal static string Told(Shell shell, ulong seed, Planted planted, Exception failure)
    {
        var shrunk = Shrink(shell, seed, planted, PromiseOf(failure));
        var again = Try(shell, seed, planted, [.. shrunk]);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Seed {seed}: {again.Failure ?? failure}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Faults that it needs: {(shrunk.Count == 0 ? "none" : string.Join(", ", shrunk))}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Again: SIMULATION_SHELL={shell} SIMULATION_SEED={seed} SIMULATION_FAULTS={(shrunk.Count == 0 ? "none" : string.Join(',', shrunk.Select(hit => $"{hit.Fault}:{hit.Opportunity}")))} tests/Playbooks.Tests/bin/Debug/net10.0/Playbooks.Tests -method '*{nameof(SimulationTests)}.One_seed_again'");
        foreach (var log in again.Simulation.Shell.Logs)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {log.RunId}:");
            foreach (var stored in log.Events.TakeLast(30))
                text.AppendLine(CultureInfo.InvariantCulture, $"    {stored.Sequence} {Encoding.UTF8.GetString(stored.Json.Span)[..Math.Min(stored.Json.Length, 260)]}");
        }
        return text.ToString();
    }

    private static int One(Shell shell, ulong seed, Planted planted, Tally mine, Tally total)
    {
        var (simulation, failure) = Try(shell, seed, planted);
        mine.Seeds++;
        mine.Events += simulation.Events;
        mine.Compared += simulation.Compared;
        mine.Ended += simulation.Watches.Count(watch => watch.Ended is not null);
        foreach (var outcome in simulation.Watches.Select(watch => watch.Ended?.Outcome.ToString() ?? "not ended"))
            mine.Outcomes[outcome] = mine.Outcomes.GetValueOrDefault(outcome) + 1;
        foreach (var (fault, _) in simulation.Faults.Happened)
            mine.Hits[(int)fault]++;
        if (failure is not null)
        {
            lock (total)
            {
                if (total.FirstFailure is null || seed < total.FirstFailure.Value.Seed)
                    total.FirstFailure = (seed, failure);
            }
        }
        return simulation.Faults.Happened.Count > 0 ? simulation.Runs : 0;
    }

    internal sealed class Tally
    {
        /// <summary>Runs in seeds in which at least one fault happened.</summary>
        internal long Runs;

        internal long Seeds { get; set; }
        internal long Events { get; set; }
        internal long Ended { get; set; }
        internal long Compared { get; set; }
        internal long[] Hits { get; } = new long[Faults.All.Length];
        internal SortedDictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);
        internal (ulong Seed, Exception Failure)? FirstFailure { get; set; }

        internal void Add(Tally other)
        {
            (Seeds, Events, Ended, Compared) = (Seeds + other.Seeds, Events + other.Events, Ended + other.Ended, Compared + other.Compared);
            for (var index = 0; index < Hits.Length; index++)
                Hits[index] += other.Hits[index];
            foreach (var (outcome, count) in other.Outcomes)
                Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + count;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Runs} faulty runs in {Seeds} seeds, {Events} events, {Compared} compared with fault-free ones; {string.Join(", ", Outcomes.Select(outcome => $"{outcome.Value} {outcome.Key}"))}\n")
            + string.Join('\n', Faults.All.Select(fault => $"  {fault,-30} {Hits[(int)fault],12}"));
    }
}
