using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence.Verifying;

namespace Playbooks.Integration.Tests.Durable;

/// <summary>The app as it is composed for Azure, on the storage emulator: alerts, votes and confirmed tasks come over HTTP, workers die, and evidence is left.</summary>
[Collection(nameof(AppTests))]
public sealed class AppTests : IAsyncLifetime
{
    private AppWorld world = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => world = await AppWorld.BeginAsync(Cancelled);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task An_alert_sent_five_times_starts_one_run_which_people_lead_to_its_end_over_http()
    {
        var worker = await world.StartAsync();
        var at = world.Clock.GetUtcNow();
        for (var time = 0; time < 5; time++)
        {
            var (status, answer) = await worker.PostAsync("/api/alerts", Alert("planner", at));
            Assert.Equal(HttpStatusCode.Accepted, status);
            Assert.Equal(time == 0, (bool)answer!["new"]!);
        }
        var run = await BegunAsync(worker);
        await worker.Patrol.GoAsync(Cancelled);
        await world.Hub.QuietAsync(Cancelled);
        Assert.Single((await worker.GetAsync("/api/v1/runs")).AsArray());

        var approval = (await worker.GetAsync($"/api/v1/runs/{run}"))["approvals"]!.AsArray().Single()!;
        var vote = Vote(approval, "once");
        Assert.Equal((HttpStatusCode.OK, "taken"), await JudgedAsync(worker, run, "votes", vote));
        Assert.Equal((HttpStatusCode.OK, "taken"), await JudgedAsync(worker, run, "votes", vote));
        Assert.Equal((HttpStatusCode.OK, "taken"), await JudgedAsync(worker, run, "tasks", new { path = "takeOut", note = "Switched off." }));
        await world.Hub.QuietAsync(Cancelled);

        await IsWholeAsync(worker, run);
        await worker.Patrol.GoAsync(Cancelled);
        Assert.Equal(VerificationResult.Verified, PackVerifier.Verify(await world.PackAsync(run), world.EvidenceKey).Result);
    }

    /// <summary>Each run once more, with a worker that dies after its first activity, after its second, and so on; another one goes on.</summary>
    [Fact]
    public async Task Wherever_a_worker_dies_another_goes_on_and_nothing_is_lost_or_done_twice()
    {
        var survivor = await world.StartAsync();
        var died = 0;
        for (var k = 1; ; k++)
        {
            var mortal = await world.StartAsync();
            var left = k;
            world.Hub.DiesBeforeResult = worker => worker == mortal && --left == 0;
            var name = $"death-{k}";
            await mortal.PostAsync("/api/alerts", Alert(name, world.Clock.GetUtcNow()));
            var run = await BegunAsync(Living(mortal, survivor));
            await LeadAsync(() => Living(mortal, survivor), run);
            await IsWholeAsync(survivor, run);
            if (!mortal.IsDead)
            {
                mortal.Die();
                break;
            }
            died++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{died} deaths");
        // Of some twenty activities it is given about half; which ones is chance.
        Assert.InRange(died, 4, 60);
    }

    [Fact]
    public async Task With_all_workers_dead_a_run_stands_still_and_goes_on_with_the_next_one()
    {
        var first = await world.StartAsync();
        var left = 3;
        world.Hub.DiesBeforeResult = worker => worker == first && --left == 0;
        await first.PostAsync("/api/alerts", Alert("alone", world.Clock.GetUtcNow()));
        await first.Host.Dispatcher.SettleAsync(Cancelled);
        await world.Hub.QuietAsync(Cancelled);
        Assert.True(first.IsDead);

        var next = await world.StartAsync();
        await world.Hub.QuietAsync(Cancelled);
        var run = await OnlyRunAsync(next);
        await LeadAsync(() => next, run);
        await IsWholeAsync(next, run);
    }

    [Fact]
    public async Task A_vote_whose_taker_died_before_it_was_raised_counts_after_the_patrol()
    {
        var worker = await world.StartAsync();
        await worker.PostAsync("/api/alerts", Alert("kept", world.Clock.GetUtcNow()));
        var run = await BegunAsync(worker);
        var approval = (await worker.GetAsync($"/api/v1/runs/{run}"))["approvals"]!.AsArray().Single()!;
        world.Hub.RaisesNothing = true;
        Assert.NotEqual(HttpStatusCode.OK, (await worker.PostAsync($"/api/v1/runs/{run}/votes", Vote(approval, "kept"))).Status);
        world.Hub.RaisesNothing = false;

        var other = await world.StartAsync();
        await other.Patrol.GoAsync(Cancelled);
        await world.Hub.QuietAsync(Cancelled);
        Assert.DoesNotContain(await EventsAsync(other, run), happened => happened is RunEvent.VoteCast);

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await other.Patrol.GoAsync(Cancelled);
        await world.Hub.QuietAsync(Cancelled);
        Assert.Single(await EventsAsync(other, run), happened => happened is RunEvent.VoteCast);
        Assert.Equal((HttpStatusCode.OK, "taken"), await JudgedAsync(other, run, "votes", Vote(approval, "kept")));
    }

    [Fact]
    public async Task A_run_whose_instance_is_lost_is_taken_up_from_its_journal()
    {
        var worker = await world.StartAsync();
        await worker.PostAsync("/api/alerts", Alert("lost", world.Clock.GetUtcNow()));
        var run = await BegunAsync(worker);
        world.Hub.Lose(run);
        world.Clock.Advance(TimeSpan.FromMinutes(6));

        await worker.Patrol.GoAsync(Cancelled);
        await world.Hub.QuietAsync(Cancelled);
        Assert.Contains(worker.Said, line => line.Contains($"{run} had no instance any more", StringComparison.Ordinal));

        await LeadAsync(() => worker, run);
        await IsWholeAsync(worker, run);
    }

    [Fact]
    public async Task The_history_of_a_run_that_is_over_is_removed_after_a_month_and_the_run_is_shown_as_before()
    {
        var worker = await world.StartAsync();
        await worker.PostAsync("/api/alerts", Alert("old", world.Clock.GetUtcNow()));
        var run = await BegunAsync(worker);
        await LeadAsync(() => worker, run);
        var before = (await worker.GetAsync($"/api/v1/runs/{run}"))["run"]!.ToJsonString();
        world.Clock.Advance(TimeSpan.FromDays(29));
        await worker.Patrol.GoAsync(Cancelled);
        Assert.DoesNotContain(worker.Said, line => line.Contains("removed from the task hub", StringComparison.Ordinal));

        world.Clock.Advance(TimeSpan.FromDays(2));
        await worker.Patrol.GoAsync(Cancelled);
        await worker.Patrol.GoAsync(Cancelled);

        Assert.Single(worker.Said, line => line == "1 histories of runs that are over were removed from the task hub; their journals stay.");
        Assert.Equal(before, (await worker.GetAsync($"/api/v1/runs/{run}"))["run"]!.ToJsonString());
        await IsWholeAsync(worker, run);
    }

    [Fact]
    public async Task Evidence_that_could_not_be_written_is_written_by_the_next_patrol()
    {
        var worker = await world.StartAsync();
        var evidence = world.Clients.Blobs(world.Account).GetBlobContainerClient("evidence");
        await evidence.DeleteAsync(cancellationToken: Cancelled);
        await worker.PostAsync("/api/alerts", Alert("evidence", world.Clock.GetUtcNow()));
        var run = await BegunAsync(worker);
        await LeadAsync(() => worker, run);

        await worker.Patrol.GoAsync(Cancelled);
        Assert.Contains(worker.Said, line => line.Contains($"The evidence of {run} could not be written", StringComparison.Ordinal));
        await evidence.CreateAsync(cancellationToken: Cancelled);
        await worker.Patrol.GoAsync(Cancelled);
        Assert.Equal(VerificationResult.Verified, PackVerifier.Verify(await world.PackAsync(run), world.EvidenceKey).Result);
    }

    [Fact]
    public async Task The_door_says_what_is_wrong_with_a_request()
    {
        var worker = await world.StartAsync();
        Assert.Equal("/problems/not-found", (string?)(await worker.PostAsync("/api/v1/runs/nobody/votes", Vote(JsonNode.Parse("""{"path":"go","round":1,"digest":"d"}""")!, "v"))).Answer!["type"]);
        Assert.Equal(HttpStatusCode.NotFound, (await worker.Web.GetAsync("/nothing/here", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await worker.PostAsync("/api/v1/runs", new { requestId = new string('x', 100_000) })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await worker.PostAsync("/api/alerts", new { schemaId = "unknown" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await worker.Web.GetAsync("/health/live", Cancelled)).StatusCode);

        using var stranger = new HttpClient { BaseAddress = worker.Web.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/v1/runs", Cancelled)).StatusCode);
        using var alert = await stranger.PostAsJsonAsync("/api/alerts", Alert("stranger", world.Clock.GetUtcNow()), Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, alert.StatusCode);
        Assert.Empty((await worker.GetAsync("/api/v1/alerts")).AsArray());
    }

    private static AppWorker Living(AppWorker mortal, AppWorker survivor) => mortal.IsDead ? survivor : mortal;

    internal static object Alert(string name, DateTimeOffset at) => new
    {
        type = "alert.fired",
        timestamp = at,
        data = new { id = name, rule = "manual-" + name, severity = "Sev1", customProperties = new { service = name } },
    };

    internal static object Vote(JsonNode approval, string id) => new { voteId = id, path = (string?)approval["path"], round = (int)approval["round"]!, digest = (string?)approval["digest"], approves = true, comment = (string?)null };

    /// <summary>The alert is handled, and its run waits for people.</summary>
    private async Task<string> BegunAsync(AppWorker worker)
    {
        await worker.Host.Dispatcher.SettleAsync(Cancelled);
        await world.Hub.QuietAsync(Cancelled);
        return await OnlyRunAsync(worker);
    }

    /// <summary>The one that is not over.</summary>
    internal static async Task<string> OnlyRunAsync(AppWorker worker) =>
        (string)(await worker.GetAsync("/api/v1/runs")).AsArray().Single(run => (string?)run!["state"] != "ended")!["runId"]!;

    /// <summary>A vote and a confirmed task, each sent again with the same id as a person does who has got no answer.</summary>
    private async Task LeadAsync(Func<AppWorker> living, string run)
    {
        var approval = (await living().GetAsync($"/api/v1/runs/{run}"))["approvals"]!.AsArray().Single()!;
        foreach (var (what, body) in new[] { ("votes", Vote(approval, "vote-" + run)), ("tasks", new { path = "takeOut", note = "Switched off." }) })
        {
            for (var time = 0; time < 2; time++)
                Assert.Equal(HttpStatusCode.OK, (await living().PostAsync($"/api/v1/runs/{run}/{what}", body)).Status);
            await world.Hub.QuietAsync(Cancelled);
        }
    }

    private static async Task<(HttpStatusCode Status, string? Code)> JudgedAsync(AppWorker worker, string run, string what, object body)
    {
        var (status, answer) = await worker.PostAsync($"/api/v1/runs/{run}/{what}", body);
        return (status, (string?)answer?["code"]);
    }

    private static async Task<IReadOnlyList<RunEvent>> EventsAsync(AppWorker worker, string run) =>
        [.. (await worker.Host.Runs.ReadAsync(run, 1, Cancelled)).Select(stored => stored.Event)];

    /// <summary>It has ended well, and each thing has happened once.</summary>
    internal static async Task IsWholeAsync(AppWorker worker, string run)
    {
        var events = await EventsAsync(worker, run);
        Assert.Equal(RunOutcome.Completed, Assert.Single(events.OfType<RunEvent.RunEnded>()).Outcome);
        Assert.Single(events, happened => happened is RunEvent.RunStarted);
        Assert.Single(events, happened => happened is RunEvent.VoteCounted);
        Assert.Single(events, happened => happened is RunEvent.TaskConfirmed);
        Assert.Equal(2, events.Count(happened => happened is RunEvent.ActionSucceeded));
    }
}
