using Playbooks.Core.Decisions;
using Playbooks.Sqlite;
using static Playbooks.Tests.Sqlite.EngineHarness;
using static Playbooks.Tests.Sqlite.EngineTests;

namespace Playbooks.Tests.Sqlite;

/// <summary>The crash hook is one for the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CrashPoints
{
    public const string Name = "crash points";
}

/// <summary>Kills the process at every named instant of a run and lets another go on from what lies on the disk then.</summary>
[Collection(CrashPoints.Name)]
public sealed class KillTests : IDisposable
{
    private readonly EngineHarness harness = new();
    private readonly object gate = new();
    private readonly List<Image> images = [];
    private bool acknowledged;

    public void Dispose()
    {
        CrashPoint.OnHit = null;
        harness.Dispose();
    }

    [Fact]
    public async Task Wherever_it_is_killed_the_run_ends_the_same_and_each_effect_keeps_its_key()
    {
        var id = await RunAsync($"{Get}, {Notify}", happened => happened is RunEvent.RunEnded);

        Assert.Contains(images, image => image.Point == "append:before-commit");
        Assert.Contains(images, image => image.Point == "effect:after");
        foreach (var image in images)
        {
            var (events, calls) = await GoOnAsync(image, id, happened => happened is RunEvent.RunEnded);
            if (events is null)
                continue;
            Assert.Equal(RunOutcome.Completed, events.OfType<RunEvent.RunEnded>().Single().Outcome);
            Assert.Equal(["http.get", "notify"], image.Calls.Concat(calls).Select(call => call.Action).Distinct());
            Assert.All(image.Calls.Concat(calls).GroupBy(call => call.Action), step => Assert.Single(step.Select(call => call.Key).Distinct()));
        }
    }

    [Fact]
    public async Task Wherever_it_is_killed_an_effect_that_cannot_be_repeated_happens_at_most_once() => Assert.Equal(1, await MostCallsOfOnceAsync());

    [Fact]
    public async Task A_shell_that_repeats_what_cannot_be_repeated_is_caught_here()
    {
        harness.Logic = Logic.Ours with
        {
            Adopt = (run, owner, at) =>
            {
                var reaction = Decider.React(run, [new RunEvent.TimerFired("restart", at)], owner);
                return reaction with { Start = [.. reaction.Outstanding.OfType<Command.RunAction>()] };
            },
        };

        Assert.Equal(2, await MostCallsOfOnceAsync());
    }

    /// <summary>How often the effect happened at most, over all the instants at which the process was killed.</summary>
    private async Task<int> MostCallsOfOnceAsync()
    {
        var id = await RunAsync(Post, happened => happened is RunEvent.RunEnded);
        var most = 0;
        foreach (var image in images)
        {
            var (events, calls) = await GoOnAsync(image, id, happened => happened is RunEvent.RunEnded or RunEvent.OrderAwaited);
            if (events is null)
                continue;
            Assert.Contains(events, happened => happened is RunEvent.ActionSucceeded or RunEvent.ActionFailed);
            most = Math.Max(most, image.Calls.Count + calls.Count);
        }
        return most;
    }

    private async Task<string> RunAsync(string steps, Func<RunEvent, bool> isOver)
    {
        CrashPoint.OnHit = Photograph;
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, steps);
        lock (gate)
            acknowledged = true;
        await UntilAsync(engine, id, isOver);
        CrashPoint.OnHit = null;
        return id;
    }

    private void Photograph(string point)
    {
        lock (gate)
        {
            if (!File.Exists(harness.Folder.Journal))
                return;
            images.Add(new(point, harness.Folder.AsKilledNow($"image-{images.Count}.db"), acknowledged, Calls(harness.Outside)));
        }
    }

    /// <summary>Null when the run was not made yet, which it may be only before its start was acknowledged.</summary>
    private async Task<(IReadOnlyList<RunEvent>? Events, IReadOnlyList<(string Action, string Key)> Calls)> GoOnAsync(Image image, string id, Func<RunEvent, bool> isOver)
    {
        var outside = new FakeOutside();
        await using var engine = await harness.OpenAsync(image.Path, outside);
        if (await engine.FindAsync(id, TestContext.Current.CancellationToken) is null)
        {
            Assert.False(image.Acknowledged, $"Acknowledged and lost at {image.Point}.");
            return (null, []);
        }
        var events = await UntilAsync(engine, id, isOver);
        return ([.. events.Select(stored => stored.Event)], Calls(outside));
    }

    private static List<(string Action, string Key)> Calls(FakeOutside outside) =>
        [.. outside.Calls.Select(call => (call.Command.Action.Name, call.Command.Key))];

    private sealed record Image(string Point, string Path, bool Acknowledged, IReadOnlyList<(string Action, string Key)> Calls);
}
