using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Sqlite;

namespace Playbooks.Bench.Journals;

/// <summary>A journal of 2 GB in which 100,000 runs wait, as the engine would have written it.</summary>
internal static class LargeJournal
{
    public const int Runs = 100_000;
    private const int RunsPerCommit = 250, NoteBytes = 9_000, NotesPerRun = 2, FarYears = 50;
    private static readonly DateTimeOffset Made = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    public static string RunId(int index) => $"waits-20260301-030000-{index:x10}";

    /// <summary>Decides one run until it only waits, and writes as many like it as are wanted.</summary>
    /// <param name="due">So many of them are due a day later; the day of the others is far.</param>
    public static async Task MakeAsync(string path, int due)
    {
        var (run, events, timers) = Waiting();
        await using var journal = Journal.Open(path);
        for (var first = 0; first < Runs; first += RunsPerCommit)
        {
            await journal.AppendAsync(new([.. Enumerable.Range(first, RunsPerCommit).Select(index => new RunAppend(RunId(index), 0,
                [events[0] is RunEvent.RunStarted started ? started with { RunId = RunId(index) } : events[0], .. events.Skip(1)])
            {
                Rest = Rest.Waiting,
                Resting = run.Summary() with { RunId = RunId(index) },
                TimersSet = [.. timers.Select(timer => index < due ? timer : timer with { DueAt = timer.DueAt.AddYears(FarYears) })],
            })])
            {
                Starts = Enumerable.Range(first, RunsPerCommit).ToImmutableDictionary(index => $"request-{index}", index => (StartResult)new StartResult.Started(RunId(index))),
            });
        }
    }

    /// <summary>Opens it a day after it was made and waits until a timer that is due then has fired and is durable.</summary>
    public static async Task FireAsync(string path, string due)
    {
        var engine = await Engine.OpenAsync(path, new QuietWorld().Options(new ADayLater()));
        await foreach (var stored in engine.SubscribeAsync(due))
        {
            if (stored.Event is RunEvent.TimerFired)
                return;
        }
        throw new InvalidOperationException("Its timer never fired.");
    }

    private static (Run Run, List<RunEvent> Events, IReadOnlyList<Command.StartTimer> Timers) Waiting()
    {
        List<RunEvent> happened = [Starting.Event(RunId(0), Texts.Request(Texts.Waiting(), "request"), null, Made)];
        for (var note = 0; note < NotesPerRun; note++)
            happened.Add(new RunEvent.SignalReceived($"note-{note}", "note", JsonData.Of(new string((char)('a' + note), NoteBytes)), Made));
        var (run, events) = (Run.Empty, new List<RunEvent>());
        while (true)
        {
            var reaction = Decider.React(run, happened, "epoch:1");
            run = reaction.Run;
            events.AddRange(reaction.Appended);
            happened = [.. reaction.Outstanding.Select(command => command switch
            {
                Command.Tell tell => new RunEvent.Told(tell.Id, "bench", Made),
                Command.AnchorHead anchor => new RunEvent.HeadAnchored(anchor.Id, anchor.Sequence, "", "bench", Made),
                _ => (RunEvent?)null,
            }).OfType<RunEvent>()];
            if (happened.Count == 0)
                return (run, events, [.. reaction.Outstanding.OfType<Command.StartTimer>()]);
        }
    }

    private sealed class ADayLater : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Made.AddDays(1);
    }
}
