using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Generation;

namespace Playbooks.Tests.Shells.Agreement;

/// <summary>
/// Random playbooks with random outcomes give the same events on both shells: the embedded one's loop, and the second one's orchestrator,
/// replayed from its history at every wake-up and interrupted now and then.
/// </summary>
public class AgreementTests(ITestOutputHelper output)
{
    private const int RunsUsually = 400;
    private const int TurnsMax = 100_000;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Random_playbooks_with_random_outcomes_give_the_same_events_on_both_shells()
    {
        var first = Setting("PLAYBOOKS_AGREEMENT_SEED", 1);
        var runs = Setting("PLAYBOOKS_AGREEMENT_RUNS", RunsUsually);
        var (events, generations, wakeUps, largest) = (0L, 0L, 0L, 0);
        var outcomes = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();

        Parallel.For(0, (int)runs, index =>
        {
            var seed = (ulong)(first + index);
            var (embedded, second, shell) = Play(seed);
            if ((Difference(embedded, second) ?? Unfinished(embedded)) is { } wrong)
                Assert.Fail($"Seed {seed}: {wrong}\nTo repeat: PLAYBOOKS_AGREEMENT_SEED={seed} PLAYBOOKS_AGREEMENT_RUNS=1 dotnet test --project tests/Playbooks.Tests -- --filter-class {typeof(AgreementTests).FullName}");
            Interlocked.Add(ref events, embedded.Count);
            foreach (var instance in shell.Runner.Instances)
            {
                Interlocked.Add(ref generations, instance.Generation);
                Interlocked.Add(ref wakeUps, instance.WakeUps);
                lock (outcomes)
                    largest = Math.Max(largest, instance.LargestInput);
            }
            outcomes.AddOrUpdate((embedded.Select(stored => stored.Event).OfType<RunEvent.RunEnded>().SingleOrDefault()?.Outcome)?.ToString() ?? "paused", 1, (_, count) => count + 1);
        });

        output.WriteLine($"{runs} runs from seed {first}: {events} events, {generations} generations, {wakeUps} wake-ups, largest state {largest} characters; "
            + string.Join(", ", outcomes.OrderBy(outcome => outcome.Key).Select(outcome => $"{outcome.Value} {outcome.Key}")));
    }

    /// <summary>What the embedded shell makes of a seed.</summary>
    internal static IReadOnlyList<StoredEvent> Embedded(ulong seed)
    {
        var agenda = new Agenda(new FakeTimeProvider(Start));
        var embedded = new LoopShell(seed, agenda);
        Assert.IsType<StartResult.Started>(embedded.Start(Request(seed)));
        PlayOut(agenda, seed);
        return embedded.Events;
    }

    private static StartRequest Request(ulong seed)
    {
        var playbook = RandomPlaybook.Make(seed);
        return new StartRequest($"request-{seed}", playbook.Playbook, playbook.Environment, playbook.Mode, playbook.Inputs, null, "starter", null, null, null);
    }

    private static (IReadOnlyList<StoredEvent> Embedded, IReadOnlyList<StoredEvent> Second, ReplayShell Shell) Play(ulong seed)
    {
        // Small generations, so that a run goes through many of them; draining changes when things start, and is tried in the contract.
        var rotation = new Rotation(new Dice(seed, "rotation").OneOf(4, 15, 40, 100), int.MaxValue);
        var agenda = new Agenda(new FakeTimeProvider(Start));
        var second = new ReplayShell(seed, agenda, rotation);
        Assert.IsType<StartResult.Started>(second.Start(Request(seed)));
        PlayOut(agenda, seed);
        return (Embedded(seed), second.Events, second);
    }

    private static void PlayOut(Agenda agenda, ulong seed)
    {
        var turns = 0;
        while (agenda.Next(DateTimeOffset.MaxValue))
            Assert.True(++turns < TurnsMax, $"Seed {seed} comes to no end.");
    }

    private static string? Difference(IReadOnlyList<StoredEvent> embedded, IReadOnlyList<StoredEvent> second)
    {
        for (var index = 0; index < Math.Max(embedded.Count, second.Count); index++)
        {
            var (one, other) = (Normal(embedded.ElementAtOrDefault(index)), Normal(second.ElementAtOrDefault(index)));
            if (one == other)
                continue;
            var before = string.Join('\n', embedded.Take(index).TakeLast(5).Select(Normal));
            return $"event {index + 1} differs.\n{before}\nembedded: {one}\nsecond:   {other}";
        }
        return null;
    }

    /// <summary>A run that is not over waits for a person who has paused it; everything else ends by a time limit.</summary>
    private static string? Unfinished(IReadOnlyList<StoredEvent> events)
    {
        var run = Decider.Fold(events.Select(stored => stored.Event));
        return run.IsQuiet || run.Paused ? null : $"it comes to no end.\n{string.Join('\n', events.TakeLast(20).Select(Normal))}";
    }

    /// <summary>
    /// The stored bytes, but for two things: which of several timers that are due at the same instant wakes the run is dice, and so are then
    /// the hashes that anchors carry.
    /// </summary>
    private static string Normal(StoredEvent? stored) => stored is null ? "nothing" : stored.Event switch
    {
        RunEvent.TimerFired fired => Encoding.UTF8.GetString(EventJson.Write(fired with { Id = "" })),
        RunEvent.HeadAnchored anchored => Encoding.UTF8.GetString(EventJson.Write(anchored with { Head = "" })),
        _ => Encoding.UTF8.GetString(stored.Json.Span),
    };

    private static long Setting(string name, long usually) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : usually;
}
