using System.Diagnostics;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Bench.Speed;

/// <summary>Decide and evolve alone, on one thread: no journal, no action, every event folded and everything decided that follows from it.</summary>
internal static class DecidingRows
{
    private const int SmallSteps = 10;
    private const int LargeSteps = 490;
    private const double SlowdownGoal = 1.15;
    private static readonly TimeSpan RoundTakes = TimeSpan.FromSeconds(0.7);
    private const int Rounds = 5;

    public static Task<IReadOnlyList<Figure>> MeasureAsync() => Task.Run(Measure);

    private static IReadOnlyList<Figure> Measure()
    {
        var (small, large, reading, length) = (BenchTexts.InTurn(SmallSteps), BenchTexts.InTurn(LargeSteps), BenchTexts.Reading(SmallSteps), BenchTexts.Long());
        List<double> smalls = [], larges = [], readings = [], firsts = [], lasts = [];
        for (var round = -1; round < Rounds; round++)
        {
            var rates = (Rate(small), Rate(large), Rate(reading));
            var (first, last) = FirstAndLastTenth(length);
            if (round < 0)
                continue;
            smalls.Add(rates.Item1);
            larges.Add(rates.Item2);
            readings.Add(rates.Item3);
            firsts.Add(first);
            lasts.Add(last);
        }
        return
        [
            new("deciding.eventsPerSecond", smalls.Median(), "events/s per core", null, null, null, null),
            new("deciding.eventsPerSecondWithExpressions", readings.Median(), "events/s per core", null, null, null, null),
            Flat("deciding.inPlaybookSize", larges, smalls, $"{LargeSteps} steps against {SmallSteps}"),
            Flat("deciding.inHistory", lasts, firsts, "the last 500 of 5,000 steps against the first"),
        ];
    }

    private static Figure Flat(string name, List<double> rates, List<double> against, string what)
    {
        var slowdown = against.Zip(rates, (one, other) => one / other).Median();
        return new(name, rates.Median(), "events/s per core", against.Median(), slowdown, $"{what}: slower by <= {SlowdownGoal}", slowdown <= SlowdownGoal);
    }

    /// <summary>Events per second over whole runs.</summary>
    private static double Rate(Playbook playbook)
    {
        var (events, clock) = (0L, Stopwatch.StartNew());
        for (var run = 0; clock.Elapsed < RoundTakes; run++)
            events += Whole(playbook, "bench-" + run, null);
        return events / clock.Elapsed.TotalSeconds;
    }

    private static (double First, double Last) FirstAndLastTenth(Playbook playbook)
    {
        var marks = new List<(long At, long Events)>();
        Whole(playbook, "bench-long", events => marks.Add((Stopwatch.GetTimestamp(), events)));
        var tenth = marks.Count / 10;
        return (Between(marks[0], marks[tenth]), Between(marks[^(tenth + 1)], marks[^1]));

        static double Between((long At, long Events) one, (long At, long Events) other) =>
            (other.Events - one.Events) / Stopwatch.GetElapsedTime(one.At, other.At).TotalSeconds;
    }

    /// <summary>A run from its start to its end; every action succeeds.</summary>
    private static long Whole(Playbook playbook, string runId, Action<long>? step)
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        var reaction = Decider.React(Run.Empty, [Starting.Event(runId, BenchTexts.Request(playbook, runId), null, now)], "epoch:1");
        long events = reaction.Appended.Length;
        while (!reaction.Run.HasEnded)
        {
            now = now.AddMilliseconds(1);
            reaction = Decider.React(reaction.Run, [new RunEvent.ActionSucceeded(reaction.Start[0].Id, JsonData.EmptyObject, now)], "epoch:1");
            events += reaction.Appended.Length;
            step?.Invoke(events);
        }
        return events;
    }
}
