using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Playwright;
using Playbooks.Cli.Host;
using Playbooks.Core.Decisions;
using Playbooks.Tests.Alerts;
using Playbooks.Tests.Cli;
using Playbooks.Web.Alerts;
using static Microsoft.Playwright.Assertions;

namespace Playbooks.Browser.Tests;

/// <summary>The host as <c>serve</c> opens it, on a real journal, with a real sign-in: an alert comes, two people decide in their browsers, the run ends.</summary>
public sealed class WholeRunTests(Chromium chromium) : IAsyncLifetime
{
    private const string Environment = """
        { "name": "campus", "kind": "live", "signIn": "development",
          "storage": { "main": { "connectionString": "env:WHOLE_RUN_NONE" }, "vault": { "connectionString": "env:WHOLE_RUN_NEITHER" } },
          "channels": { "incidents": { "kind": "terminal" } },
          "roles": { "ml-approvers": [ "dev:first", "dev:second" ], "ml-oncall": [ "dev:operator" ], "compliance": [ "dev:auditor" ] },
          "access": { "approver": [ "ml-approvers" ], "operator": [ "ml-oncall" ], "auditor": [ "compliance" ] },
          "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" },
          "signing": { "artifactsPublic": "env:WHOLE_RUN_NONE", "evidence": "env:WHOLE_RUN_NONE" } }
        """;

    private const string Playbook = """
        { "playbook": "tell-the-school", "version": "1.0.0", "title": "The school is told that grades may be wrong", "owner": "ml-oncall@university.example", "objectives": {},
          "triggers": [ { "alert": { "rule": "grading-*" }, "inputs": {} } ],
          "roles": { "approver": "ml-approvers" },
          "steps": [
            { "id": "go", "title": "Two people decide whether the school is told", "approve": { "role": "approver", "quorum": 2, "message": "Tell the school that grades may be wrong?", "covers": [ "tell" ], "decideWithin": "PT1H", "onTimeout": "deny" } },
            { "id": "tell", "title": "Tell the school", "do": "notify", "with": { "channel": "incidents", "text": "Grades of this week may be wrong." } },
            { "id": "over", "end": { "as": "completed", "reason": "The school knows." } } ] }
        """;

    private readonly PlaybookFolder folder = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<IBrowserContext> contexts = [];
    private EmbeddedHost host = null!;
    private ServerAddress server = null!;
    private Task dispatching = Task.CompletedTask;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        folder.Write("environments/campus.json", Environment);
        folder.Write("tell-the-school/playbook.json", Playbook);
        var (workspace, library) = (Workspace.At(Path.Combine(folder.Path, ".playbooks")), LibraryFolder.Find(folder.Path));
        host = await EmbeddedHost.OpenAsync(workspace, library, library.LoadEnvironment("campus"), TimeProvider.System, 0, [library.Load("tell-the-school")], new Dictionary<string, string>());
        dispatching = host.Alerts!.RunAsync(stop.Token);
        server = workspace.ReadServer()!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in contexts)
            await context.DisposeAsync();
        await stop.CancelAsync();
        await dispatching.ContinueWith(static _ => { }, TaskScheduler.Default);
        await host.DisposeAsync();
        stop.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task An_alert_starts_it_two_people_decide_in_their_browsers_and_it_ends()
    {
        var browser = chromium.Browser();
        await AlertAsync();

        var first = await SignInAsync(browser, "dev:first");
        await Expect(first.Locator("h1")).ToHaveTextAsync("1 run needs somebody");
        await first.GetByRole(AriaRole.Link, new() { Name = "Look and decide" }).ClickAsync();
        await first.Locator("button.yes").ClickAsync();
        await Expect(first.Locator(".answer.good")).ToContainTextAsync("Your yes is counted.");
        await Expect(first.Locator("#run-asks")).ToContainTextAsync("1 so far, from dev:first");
        await Expect(first.Locator("#run-asks .whynot")).ToContainTextAsync("One person, one vote.");

        var second = await SignInAsync(browser, "dev:second");
        await second.GetByRole(AriaRole.Link, new() { Name = "Look and decide" }).ClickAsync();
        await Expect(second.Locator(".choices .then").First).ToContainTextAsync("Tell the school");
        await second.Locator("textarea").FillAsync("I have seen the grades.");
        await second.Locator("button.yes").ClickAsync();
        await Expect(second.Locator(".answer.good")).ToContainTextAsync("Your yes is counted.");
        await Expect(second.Locator(".runhead .state")).ToHaveTextAsync("Completed");

        // Nobody has touched this one since.
        await Expect(first.Locator(".runhead .state")).ToHaveTextAsync("Completed");
        var run = Assert.Single(await host.Engine.ListAsync(Cancelled));
        var events = (await host.Engine.ReadAsync(run.RunId, 1, Cancelled)).Select(stored => stored.Event).ToList();
        Assert.Equal((RunOutcome.Completed, AlertDispatcher.StartedBy), (run.Outcome, events.OfType<RunEvent.RunStarted>().Single().StartedBy));
        Assert.Equal([("dev:first", "page", null), ("dev:second", "page", "I have seen the grades.")], events.OfType<RunEvent.VoteCast>().Select(vote => (vote.Person, vote.Via, vote.Comment)));
        Assert.Contains(events.OfType<RunEvent.StepSucceeded>(), step => step.Path == "tell");
    }

    [Fact]
    public async Task Whoever_signs_out_sees_nothing_any_more()
    {
        var page = await SignInAsync(chromium.Browser(), "dev:auditor");
        await Expect(page.Locator("h1")).ToHaveTextAsync("All quiet");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("You have signed out");
        await page.GotoAsync("/drills");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sign-in\\?returnTo="));
    }

    [Fact]
    public async Task Programs_are_not_answered_with_pages()
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        foreach (var path in new[] { "/api/nothing", AlertApi.Path, "/health/nothing" })
        {
            using var answer = await http.GetAsync(path, Cancelled);
            Assert.Equal((HttpStatusCode.NotFound, null), (answer.StatusCode, answer.Content.Headers.ContentType));
        }
    }

    private async Task AlertAsync()
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
        using var answer = await http.PostAsync(AlertApi.Path, new StringContent(AzurePayload.Of("Platform", "{}"), Encoding.UTF8, "application/json"), Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>A browser of one's own, at the first page.</summary>
    private async Task<IPage> SignInAsync(IBrowser browser, string person)
    {
        var context = await Chromium.ContextAsync(browser, new() { BaseURL = server.Url.ToString() });
        contexts.Add(context);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = person }).ClickAsync();
        return page;
    }
}
