using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Playbooks.Core.Evidence.Verifying;
using Playbooks.Web.SignIn;

namespace Playbooks.Integration.Tests.Durable;

/// <summary>People and the app for Azure: one starts a run, another one decides on it, each at whichever worker answers them.</summary>
[Collection(nameof(AppTests))]
public sealed partial class AppPeopleTests : IAsyncLifetime
{
    private AppWorld world = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => world = await AppWorld.BeginAsync(Cancelled);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Who_starts_a_run_does_not_decide_on_it_and_who_signed_in_at_one_worker_decides_at_another()
    {
        var (one, other) = (await world.StartAsync(), await world.StartAsync());
        var (status, started) = await one.PostAsync("/api/v1/runs", Start("by-hand"));
        Assert.Equal((HttpStatusCode.OK, "started"), (status, (string?)started!["result"]));
        var run = (string)started["runId"]!;
        Assert.Equal(run, (string?)(await other.PostAsync("/api/v1/runs", Start("by-hand"))).Answer!["runId"]);
        await world.Hub.QuietAsync(Cancelled);

        var vote = AppTests.Vote((await one.GetAsync($"/api/v1/runs/{run}"))["approvals"]!.AsArray().Single()!, "vote");
        var own = (await one.PostAsync($"/api/v1/runs/{run}/votes", vote)).Answer!;
        Assert.False((bool)own["accepted"]!, own.ToJsonString());

        using var approver = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var token = await SignInAsync(approver, one, "dev:approver");
        Assert.Equal(HttpStatusCode.Forbidden, (await VoteAsync(approver, other, run, vote, token: null)).Status);
        var (taken, judged) = await VoteAsync(approver, other, run, vote, token);
        Assert.True(taken == HttpStatusCode.OK && (bool)judged!["accepted"]!, judged?.ToJsonString());
        await world.Hub.QuietAsync(Cancelled);

        Assert.Equal(HttpStatusCode.OK, (await one.PostAsync($"/api/v1/runs/{run}/tasks", new { path = "takeOut", note = "Switched off." })).Status);
        await world.Hub.QuietAsync(Cancelled);
        await AppTests.IsWholeAsync(other, run);
        Assert.Equal(2, world.Posted().Count());
        await other.Patrol.GoAsync(Cancelled);
        Assert.Equal(VerificationResult.Verified, PackVerifier.Verify(await world.PackAsync(run), world.EvidenceKey).Result);
    }

    [Fact]
    public async Task An_alert_that_two_workers_have_in_hand_at_once_starts_one_run()
    {
        AppWorker[] workers = [await world.StartAsync(), await world.StartAsync()];
        var alert = AppTests.Alert("both", world.Clock.GetUtcNow());
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(time => workers[time % 2].PostAsync("/api/alerts", alert)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Single(answers, answer => (bool)answer.Answer!["new"]!);

        await Task.WhenAll(workers.Concat(workers).Select(worker => worker.Host.Dispatcher.SettleAsync(Cancelled)));
        await world.Hub.QuietAsync(Cancelled);

        var run = await AppTests.OnlyRunAsync(workers[0]);
        Assert.Equal(run, (string?)(await workers[1].GetAsync("/api/v1/alerts")).AsArray().Single()!["effects"]!.AsArray().Single()!["runId"]);
        Assert.Single(world.Posted());
    }

    [Fact]
    public async Task Every_refusal_of_the_api_is_a_problem_that_says_what_is_wrong()
    {
        var worker = await world.StartAsync();
        await ProblemAsync(worker.Web, worker, HttpStatusCode.RequestEntityTooLarge, "too-large", Start(new string('x', 100_000)));
        await ProblemAsync(worker.Web, worker, HttpStatusCode.BadRequest, "invalid-request", new { requestId = "incomplete" });
        using var stranger = new HttpClient();
        await ProblemAsync(stranger, worker, HttpStatusCode.Unauthorized, "unauthenticated", Start("stranger"));
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", AppWorker.Key + "x");
        await ProblemAsync(stranger, worker, HttpStatusCode.Unauthorized, "unauthenticated", Start("stranger"));
        Assert.Empty((await worker.GetAsync("/api/v1/runs")).AsArray());
    }

    private static object Start(string requestId) => new { requestId, playbook = "manual-recovery", environment = AppWorld.EnvironmentName, mode = "live", inputs = new { service = "Grading" } };

    private static async Task ProblemAsync(HttpClient client, AppWorker worker, HttpStatusCode status, string type, object body)
    {
        using var answer = await client.PostAsJsonAsync(new Uri(worker.Web.BaseAddress!, "/api/v1/runs"), body, Cancelled);
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal((status, "application/problem+json", "/problems/" + type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, (string?)said["type"]));
        Assert.NotEmpty((string)said["detail"]!);
    }

    /// <returns>The token of a page, without which a cookie changes nothing.</returns>
    private static async Task<string> SignInAsync(HttpClient browser, AppWorker worker, string person)
    {
        var page = new Uri(worker.Web.BaseAddress!, SignInPaths.SignIn);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { [SignInSessions.AntiforgeryField] = await TokenAsync(browser, page), ["person"] = person });
        using var answer = await browser.PostAsync(page, form, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return await TokenAsync(browser, page);
    }

    private static async Task<string> TokenAsync(HttpClient browser, Uri page) => WebUtility.HtmlDecode(TokenInForm().Match(await browser.GetStringAsync(page, Cancelled)).Groups[1].Value);

    private static async Task<(HttpStatusCode Status, JsonNode? Answer)> VoteAsync(HttpClient browser, AppWorker worker, string run, object vote, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(worker.Web.BaseAddress!, $"/api/v1/runs/{run}/votes")) { Content = JsonContent.Create(vote) };
        if (token is not null)
            request.Headers.Add(SignInSessions.AntiforgeryHeader, token);
        using var answer = await browser.SendAsync(request, Cancelled);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled)));
    }

    [GeneratedRegex("name=\"antiforgery\" value=\"([^\"]+)\"")]
    private static partial Regex TokenInForm();
}
