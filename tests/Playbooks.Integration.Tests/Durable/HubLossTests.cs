using System.Net;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence.Verifying;

namespace Playbooks.Integration.Tests.Durable;

/// <summary>The task hub of the app for Azure fails, or is lost with every worker: what lies in the account leads the runs to their end.</summary>
[Collection(nameof(AppTests))]
public sealed class HubLossTests : IAsyncLifetime
{
    /// <summary>Every activity would take half a minute; the next time begins elsewhere.</summary>
    private const int EachTime = 3;
    private static readonly TimeSpan UntilAdopted = TimeSpan.FromMinutes(6);

    private AppWorld world = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => world = await AppWorld.BeginAsync(Cancelled);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    /// <summary>Each run once more, with all in memory gone after one of its first activities, after the third from there, and so on.</summary>
    [Fact]
    public async Task Wherever_the_hub_is_lost_with_every_worker_the_run_ends_and_nothing_is_done_twice()
    {
        var worker = await world.StartAsync();
        var (lost, runs, first) = (0, new List<string>(), Random.Shared.Next(1, EachTime + 1));
        TestContext.Current.TestOutputHelper?.WriteLine($"first lost after activity {first}");
        for (var k = first; ; k += EachTime)
        {
            var (mortal, left) = (worker, k);
            world.Hub.DiesBeforeResult = which => which == mortal && --left == 0;
            await worker.PostAsync("/api/alerts", AppTests.Alert($"loss-{k}", world.Clock.GetUtcNow()));
            await worker.Host.Dispatcher.SettleAsync(Cancelled);
            await world.Hub.QuietAsync(Cancelled);
            // A young run may still be on its way to its first instance, and is not taken up before.
            world.Clock.Advance(UntilAdopted);
            worker = await GoneOnAsync(worker);
            var run = await AppTests.OnlyRunAsync(worker);
            var vote = AppTests.Vote((await worker.GetAsync($"/api/v1/runs/{run}"))["approvals"]!.AsArray().Single()!, "vote");
            foreach (var (what, body) in new[] { ("votes", vote), ("tasks", new { path = "takeOut", note = "Switched off." }) })
            {
                Assert.Equal(HttpStatusCode.OK, (await worker.PostAsync($"/api/v1/runs/{run}/{what}", body)).Status);
                await world.Hub.QuietAsync(Cancelled);
                worker = await GoneOnAsync(worker);
            }
            await HasEndedOnceAsync(worker, run);
            runs.Add(run);
            if (worker == mortal)
                break;
            lost++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{lost} losses");
        // A run has some twenty activities.
        Assert.InRange(lost, 3, 20);
        await worker.Patrol.GoAsync(Cancelled);
        foreach (var run in runs)
            Assert.Equal(VerificationResult.Verified, PackVerifier.Verify(await world.PackAsync(run), world.EvidenceKey).Result);
        var posted = world.Posted().ToList();
        Assert.Equal(posted.Distinct().Count(), posted.Count);
        Assert.Equal(lost + 1, posted.Count(line => line.EndsWith("is out of service; people decide in its place.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_alert_that_comes_while_the_hub_does_not_answer_is_kept_and_starts_its_run_later()
    {
        var worker = await world.StartAsync();
        world.Hub.SchedulesNothing = true;
        await worker.PostAsync("/api/alerts", AppTests.Alert("early", world.Clock.GetUtcNow()));
        await worker.Patrol.GoAsync(Cancelled);
        var waiting = (await worker.GetAsync("/api/v1/alerts")).AsArray().Single()!;
        Assert.False((bool)waiting["settled"]!, waiting.ToJsonString());

        world.Hub.SchedulesNothing = false;
        await worker.Patrol.GoAsync(Cancelled);
        await world.Hub.QuietAsync(Cancelled);

        var run = await AppTests.OnlyRunAsync(worker);
        Assert.Equal(run, (string?)(await worker.GetAsync("/api/v1/alerts")).AsArray().Single()!["effects"]!.AsArray().Single()!["runId"]);
        Assert.Single(await worker.Host.Runs.ReadAsync(run, 1, Cancelled), stored => stored.Event is RunEvent.RunStarted);
    }

    /// <summary>With another worker on an empty hub where this one has died.</summary>
    private async Task<AppWorker> GoneOnAsync(AppWorker worker)
    {
        if (!worker.IsDead)
            return worker;
        world.LoseHub();
        var next = await world.StartAsync();
        await next.Patrol.GoAsync(Cancelled);
        await world.Hub.QuietAsync(Cancelled);
        return next;
    }

    /// <summary>Each thing has happened once. Only the first action's time may have passed while nobody held the run.</summary>
    private static async Task HasEndedOnceAsync(AppWorker worker, string run)
    {
        var events = (await worker.Host.Runs.ReadAsync(run, 1, Cancelled)).Select(stored => stored.Event).ToList();
        Assert.Equal(RunOutcome.Completed, Assert.Single(events.OfType<RunEvent.RunEnded>()).Outcome);
        Assert.Single(events, happened => happened is RunEvent.RunStarted);
        Assert.Single(events, happened => happened is RunEvent.VoteCounted);
        Assert.Single(events, happened => happened is RunEvent.TaskConfirmed);
        Assert.Equal(2, events.Count(happened => happened is RunEvent.ActionSucceeded or RunEvent.AttemptExpired));
        Assert.All(events.OfType<RunEvent.AttemptExpired>(), expired => Assert.Equal("announce", expired.Id.Path.ToString()));
    }
}
