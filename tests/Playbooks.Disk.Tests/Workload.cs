using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Scenarios;
using Playbooks.Disk.Tests.Simulated;
using Playbooks.Sqlite;
using Playbooks.Tests.Definitions;

namespace Playbooks.Disk.Tests;

/// <summary>
/// What is written in the tests of the disk: several runs that grow event by event, single commits and group commits, starts, timers and
/// texts, checkpoints between, the journal closed and opened again. The events are those of a real run.
/// </summary>
internal sealed class Workload
{
    private const int Runs = 4, Rounds = 14, RoundsPerOpening = 5, GroupMax = 3, ChunkMax = 3;

    private static readonly ImmutableArray<RunEvent> Events = Rehearse();
    private static readonly ImmutableDictionary<string, ImmutableArray<string>> Hashes =
        Enumerable.Range(0, Runs).Select(RunId).ToImmutableDictionary(run => run, run => HashesOf(run));

    private readonly Random random;
    private readonly SimulatedDisk disk;
    private Content now = Content.Empty;

    private Workload(int seed, SimulatedDisk disk) => (random, this.disk) = (new Random(seed), disk);

    /// <summary>What the journal holds after each commit, from none on.</summary>
    public List<Content> AfterCommit { get; } = [Content.Empty];

    /// <summary>What it would hold after the commit that is under way; null between commits.</summary>
    public Content? Attempted { get; private set; }

    /// <summary>Plays it until its end or until the disk fails.</summary>
    public static async Task<Workload> PlayAsync(int seed, SimulatedDisk disk, Action<JournalException>? failed = null)
    {
        var workload = new Workload(seed, disk);
        CrashPoint.OnHit = point =>
        {
            if (point == "append:after-commit")
                disk.Acknowledge();
        };
        try
        {
            for (var round = 0; round < Rounds; round += RoundsPerOpening)
                await workload.OpenAndPlayAsync(Math.Min(RoundsPerOpening, Rounds - round));
        }
        catch (JournalException error) when (failed is not null)
        {
            failed(error);
        }
        finally
        {
            CrashPoint.OnHit = null;
        }
        return workload;
    }

    public static string RunId(int index) => $"small-20260301-03000{index}-{index:x10}";

    public static string RequestOf(string run) => "request-of-" + run;

    /// <summary>The event that comes next in a run; null when it has all.</summary>
    public static RunEvent? NextOf(string run, int count) => count < Events.Length ? EventOf(run, count) : null;

    /// <summary>Whether a run's stored events are the first of those that it was to get.</summary>
    public static bool IsTrue(RunHistory history) => history.Broken is null && Hashes.TryGetValue(history.RunId, out var hashes)
        && history.Events.Length <= hashes.Length && history.Events.Select(stored => stored.Hash).SequenceEqual(hashes.Take(history.Events.Length));

    private async Task OpenAndPlayAsync(int rounds)
    {
        await using var journal = Journal.Open(disk.Journal, disk, new HurriedTime());
        Done(now, await journal.KeepPlaybookAsync("small", "1.0.0", "digest", "text"));
        for (var round = 0; round < rounds; round++)
        {
            var (batches, after) = Draw();
            Attempted = after;
            if (batches.Count == 1)
            {
                await journal.AppendAsync(batches[0]);
            }
            else
            {
                // Queued while a commit runs, so that they share the next.
                var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                using var released = new ManualResetEventSlim();
                var holding = journal.Commits.EnqueueAsync(_ =>
                {
                    entered.SetResult();
                    released.Wait();
                    return true;
                });
                await Task.WhenAny(entered.Task, holding);
                var appends = batches.ConvertAll(journal.AppendAsync);
                released.Set();
                await holding;
                Done(now, true);
                Attempted = after;
                await Task.WhenAll(appends);
            }
            Done(after, true);
        }
    }

    private void Done(Content after, bool asExpected)
    {
        Assert.True(asExpected);
        AfterCommit.Add(now = after);
        Attempted = null;
    }

    private (List<JournalBatch>, Content) Draw()
    {
        var batches = new List<JournalBatch>();
        var after = now;
        foreach (var run in Enumerable.Range(0, Runs).Select(RunId).OrderBy(_ => random.Next()).Take(1 + random.Next(GroupMax)).ToList())
        {
            var count = after.Events.GetValueOrDefault(run);
            var more = Math.Min(1 + random.Next(ChunkMax), Events.Length - count);
            var timer = random.Next(3);
            var set = more > 0 && random.Next(2) == 0;
            var append = new RunAppend(run, count, [.. Enumerable.Range(count, more).Select(index => EventOf(run, index))])
            {
                Rest = Rest.Waiting,
                TimersSet = set ? [new Command.StartTimer($"timer-{timer}", Rehearsal.Start.AddMinutes(count))] : [],
            };
            batches.Add(new JournalBatch([append])
            {
                Starts = count == 0
                    ? ImmutableDictionary<string, StartResult>.Empty.Add(RequestOf(run), new StartResult.Started(run))
                    : ImmutableDictionary<string, StartResult>.Empty,
            });
            after = after.With(run, count + more, set ? ($"timer-{timer}", Rehearsal.Start.AddMinutes(count)) : null);
        }
        return (batches, after);
    }

    private static RunEvent EventOf(string run, int index) =>
        Events[index] is RunEvent.RunStarted started ? started with { RunId = run } : Events[index];

    private static ImmutableArray<string> HashesOf(string run)
    {
        var hash = HashChain.Genesis(run);
        return [.. Enumerable.Range(0, Events.Length).Select(index => hash = HashChain.Next(hash, EventJson.Write(EventOf(run, index))))];
    }

    private static ImmutableArray<RunEvent> Rehearse()
    {
        var playbook = Read(PlaybookReader.Read("""
            { "playbook": "small", "version": "1.0.0", "title": "Small", "owner": "ml-oncall@university.example", "objectives": {},
              "roles": { "approver": "ml-approvers" },
              "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://shop.example/" }, "onFailure": "stop" },
                         { "id": "hold", "wait": { "for": "PT10M" } },
                         { "id": "tell", "do": "notify", "with": { "channel": "incidents", "text": "hello" }, "onFailure": "stop" } ] }
            """, "playbook.json"));
        var scenario = ScenarioReader.Read("""{ "title": "Well", "mode": "drill", "inputs": {}, "expect": { "outcome": "completed" } }""");
        return Rehearsal.Play(scenario, playbook, EnvironmentText.Valid(EnvironmentText.Drill)).Events;
    }

    private static T Read<T>(ReadResult<T> read) where T : class => read switch
    {
        ReadResult<T>.Valid valid => valid.Value,
        ReadResult<T>.Invalid invalid => throw new InvalidOperationException(string.Join("\n", invalid.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>What a journal holds, as far as the workload writes it.</summary>
internal sealed record Content(ImmutableSortedDictionary<string, int> Events, ImmutableSortedDictionary<string, DateTimeOffset> Timers)
{
    public static Content Empty { get; } = new(ImmutableSortedDictionary<string, int>.Empty, ImmutableSortedDictionary<string, DateTimeOffset>.Empty);

    public Content With(string run, int events, (string Id, DateTimeOffset DueAt)? timer) => new(
        Events.SetItem(run, events), timer is { } set ? Timers.SetItem($"{run} {set.Id}", set.DueAt) : Timers);

    public bool IsSame(Content other) => Events.SequenceEqual(other.Events) && Timers.SequenceEqual(other.Timers);

    public override string ToString() => $"[{string.Join(", ", Events.Select(run => $"{run.Key}: {run.Value}"))}; {Timers.Count} timers]";
}
