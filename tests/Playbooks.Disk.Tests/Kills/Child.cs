using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Core;
using Playbooks.Sqlite;

namespace Playbooks.Disk.Tests.Kills;

/// <summary>
/// The process that is killed: the real engine on a real file. It takes its own life, by the signal that nothing can catch, when it comes
/// to its crash point number <c>CRASH_AT</c>.
/// </summary>
internal static class Child
{
    public const string Folder = "PLAYBOOKS_KILL_FOLDER", Case = "PLAYBOOKS_KILL_CASE", CrashAt = "CRASH_AT", ForgetsKeys = "PLAYBOOKS_KILL_FORGETS_KEYS";
    /// <summary>It came to the end of its run.</summary>
    public const int Ended = 0;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    /// <summary>Nothing has happened for so long: it waits for its clock.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private static int hits;

    public static bool IsAskedFor => Environment.GetEnvironmentVariable(Folder) is not null;

    public static string JournalIn(string folder) => Path.Combine(folder, "journal.db");

    public static string AcknowledgementsIn(string folder) => Path.Combine(folder, "acknowledged");

    public static async Task<int> RunAsync()
    {
        // Hundreds of starting processes would slow what runs beside them and waits for real clocks.
        using (var self = Process.GetCurrentProcess())
            self.PriorityClass = ProcessPriorityClass.BelowNormal;
        var folder = Environment.GetEnvironmentVariable(Folder)!;
        var crashAt = int.TryParse(Environment.GetEnvironmentVariable(CrashAt), CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        var played = KillCase.Of(Environment.GetEnvironmentVariable(Case)!);
        var time = new FakeTimeProvider(Now(folder));
        CrashPoint.OnHit = _ => Hit(crashAt);

        var ledger = new OutsideLedger(folder, played, Environment.GetEnvironmentVariable(ForgetsKeys) is not null);
        await using var engine = await Engine.OpenAsync(JournalIn(folder), new EngineOptions
        {
            Actions = ledger, People = ledger, Anchors = ledger, RaiseAlert = (_, _) => Task.CompletedTask, Time = time, PatrolAfter = TimeSpan.Zero,
        });
        ledger.AnswerTo(engine, line => Acknowledged(folder, line));
        var started = (StartResult.Started)await engine.StartAsync(played.Request, CancellationToken.None);
        Acknowledged(folder, "start " + started.RunId);
        using var over = new CancellationTokenSource();
        var clock = Task.Run(() => AdvanceAsync(time, over.Token));
        await foreach (var stored in engine.SubscribeAsync(started.RunId))
            Acknowledged(folder, $"event {stored.Sequence} {stored.Hash}");
        await over.CancelAsync();
        await clock;
        await engine.DisposeAsync();
        Console.WriteLine(hits.ToString(CultureInfo.InvariantCulture));
        return Ended;
    }

    private static void Hit(int crashAt)
    {
        if (Interlocked.Increment(ref hits) < crashAt)
            return;
        using var me = Process.GetCurrentProcess();
        me.Kill();
        // The signal comes a moment later, and nothing may happen here until it does.
        Thread.Sleep(Timeout.Infinite);
    }

    private static readonly object Writing = new();

    private static void Acknowledged(string folder, string line)
    {
        lock (Writing)
            File.AppendAllText(AcknowledgementsIn(folder), line + "\n");
    }

    /// <summary>Time goes on where the life before ended.</summary>
    public static DateTimeOffset Now(string folder)
    {
        if (!File.Exists(JournalIn(folder)))
            return Start;
        using var journal = JournalReader.Open(JournalIn(folder));
        return journal.RunIds().SelectMany(run => journal.Events(run)).Select(stored => stored.Event.At).DefaultIfEmpty(Start).Max() + TimeSpan.FromSeconds(1);
    }

    private static async Task AdvanceAsync(FakeTimeProvider time, CancellationToken over)
    {
        for (var before = -1; !over.IsCancellationRequested;)
        {
            var now = Volatile.Read(ref hits);
            if (now == before)
                time.Advance(Step);
            before = now;
            await Task.Delay(Idle, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
