using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Sqlite;

namespace Playbooks.Bench.Journals;

/// <summary>Runs that wait for people: what each process does with them.</summary>
internal static class WaitingRuns
{
    public const int Count = 10_000;
    private const int AtOnce = 512;
    private const double BytesPerMegabyte = 1 << 20;
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(5);

    /// <summary>Beside the journal: what people would have been shown.</summary>
    public const string QuestionsEnd = "-questions";

    /// <summary>Starts them, and when all wait says how much memory the process holds and what it costs that it waits.</summary>
    public static async Task WaitAsync(string path, int runs)
    {
        var world = new QuietWorld();
        var engine = await Engine.OpenAsync(path, world.Options());
        var playbook = Texts.Approval();
        await Parallel.ForEachAsync(Enumerable.Range(0, runs), new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (index, cancellation) => await engine.StartAsync(Texts.Request(playbook, $"request-{index}"), cancellation));
        await world.AskedAsync(runs);
        await File.WriteAllLinesAsync(path + QuestionsEnd, world.Asked.Select(asked => $"{asked.Run} {asked.Approval.Round} {asked.Approval.Digest}"));
        world.Asked.Clear();
        // What was told is still being written down.
        for (var commits = -1L; commits != engine.Commits; await Task.Delay(QuietFor))
            commits = engine.Commits;
        for (var times = 0; times < 3; times++)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        JournalChild.Say("megabytes", OwnMegabytes());
        JournalChild.Say("heap", GC.GetTotalMemory(forceFullCollection: true) / BytesPerMegabyte);
        // The compiler goes over what was used much, for a while.
        await Task.Delay(SettlesWithin);
        using var self = Process.GetCurrentProcess();
        var (before, clock) = (self.TotalProcessorTime, Stopwatch.StartNew());
        await Task.Delay(IdleFor);
        self.Refresh();
        JournalChild.Say("idle", (self.TotalProcessorTime - before) / clock.Elapsed * 100);
        GC.KeepAlive(engine);
    }

    /// <summary>What the process before left: one approval, then all others.</summary>
    public static async Task ApproveAsync(string path)
    {
        var engine = await Engine.OpenAsync(path, new QuietWorld().Options());
        await ApproveAsync(engine, File.ReadLines(path + QuestionsEnd).First());
        JournalChild.Say("first", 0);
        var questions = File.ReadLines(path + QuestionsEnd).Skip(1).ToList();
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(questions, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (question, _) => await ApproveAsync(engine, question));
        JournalChild.Say("rate", questions.Count / clock.Elapsed.TotalSeconds);
    }

    /// <summary>Opens the file and reads what says which runs wait, and until when.</summary>
    public static void Read(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        var rows = 0;
        foreach (var sql in new[] { "SELECT r.run_id, h.rest FROM heads h JOIN runs r ON r.run = h.run", "SELECT run, id, due_at FROM timers" })
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100
            command.CommandText = sql;
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            for (var row = new object[reader.FieldCount]; reader.Read(); rows++)
                reader.GetValues(row);
        }
        if (rows == 0)
            throw new InvalidOperationException("Nothing waits.");
    }

    private static async Task ApproveAsync(Engine engine, string question)
    {
        var parts = question.Split(' ');
        var vote = new RunEvent.VoteCast($"vote-{parts[0]}", Texts.ApprovalPath, int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], "approver@university.example", ["ml-approvers"], true, null, "bench", default);
        if (!await engine.SignalAsync(parts[0], vote, CancellationToken.None))
            throw new InvalidOperationException($"{parts[0]} is gone.");
    }

    /// <summary>Memory that is this process's own; on Linux without the pages of files.</summary>
    private static double OwnMegabytes()
    {
        const string Anonymous = "RssAnon:";
        if (OperatingSystem.IsLinux())
            return double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(Anonymous, StringComparison.Ordinal))[Anonymous.Length..^2], CultureInfo.InvariantCulture) / 1024;
        using var self = Process.GetCurrentProcess();
        return self.PrivateMemorySize64 / BytesPerMegabyte;
    }
}

/// <summary>People who are asked and do not answer yet; everything else is done at once.</summary>
internal sealed class QuietWorld : IActions, IPeople, IAnchors
{
    private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int wanted = int.MaxValue;

    public ConcurrentQueue<(string Run, OpenApproval Approval)> Asked { get; } = new();

    public EngineOptions Options(TimeProvider? time = null) => new()
    {
        Actions = this, People = this, Anchors = this, RaiseAlert = (_, _) => Task.CompletedTask, Time = time ?? TimeProvider.System,
    };

    /// <summary>Waits until so many have been asked.</summary>
    public Task AskedAsync(int count)
    {
        Volatile.Write(ref wanted, count);
        return Asked.Count >= count ? Task.CompletedTask : all.Task;
    }

    public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken) => Task.FromResult<Outcome>(new Outcome.Succeeded(JsonData.EmptyObject));

    public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken) => Task.FromResult("bench");

    public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken)
    {
        if (open)
        {
            Asked.Enqueue((run.RunId, approval));
            if (Asked.Count >= Volatile.Read(ref wanted))
                all.TrySetResult();
        }
        return Task.CompletedTask;
    }

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken) => Task.FromResult("bench");
}
