using Microsoft.Playwright;
using Playbooks.Browser.Tests.Stages;
using Playbooks.Core.Decisions;
using static Microsoft.Playwright.Assertions;

namespace Playbooks.Browser.Tests;

/// <summary>People say something to a run on its page, and see what became of it.</summary>
public sealed class DecidingTests(Chromium chromium) : IAsyncLifetime
{
    private StagedHost stage = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stage = await StagedHost.OpenAsync(Stories.Campus, Stories.Begin.AddMinutes(7));
        stage.Runs.Add(Stories.WaitsForVotes("dev:operator"));
        stage.Runs.Add(Stories.StepFailed());
        stage.Runs.Add(Stories.TaskOpen());
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task A_vote_is_given_with_the_keyboard_alone()
    {
        var page = await stage.PageAsync(chromium.Browser(), "approver", $"/runs/{Stories.Waiting}");
        await TabToAsync(page, "textarea");
        await page.Keyboard.TypeAsync("The errors began with the update.");
        await TabToAsync(page, "button.yes");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".answer")).ToContainTextAsync("Your yes is counted.");
        await Expect(page.Locator(".answer")).ToBeFocusedAsync();
        var vote = Assert.Single(await SaidAsync<RunEvent.VoteCast>(Stories.Waiting));
        Assert.Equal(("dev:approver", true, "The errors began with the update.", "page"), (vote.Person, vote.Approves, vote.Comment, vote.Via));
    }

    [Fact]
    public async Task What_a_page_promises_of_a_vote_is_what_happens()
    {
        var page = await stage.PageAsync(chromium.Browser(), "approver", $"/runs/{Stories.Waiting}");
        await Expect(page.Locator(".choices .then").First).ToHaveTextAsync("The run goes on at once with “Restore the previous version after checking every byte”.");
        await page.Locator("button.yes").ClickAsync();
        await Expect(page.Locator(".answer")).ToBeVisibleAsync();
        Assert.Contains(await SaidAsync<RunEvent.StepStarted>(Stories.Waiting), step => step.Path == "restore");
    }

    [Fact]
    public async Task A_no_ends_the_run_and_the_page_shows_it()
    {
        var page = await stage.PageAsync(chromium.Browser(), "approver", $"/runs/{Stories.Waiting}");
        await page.Locator("button.no").First.ClickAsync();
        await Expect(page.Locator(".answer")).ToContainTextAsync("Your no is counted.");
        await Expect(page.Locator(".runhead")).ToContainTextAsync("It stopped because of this");
    }

    [Theory]
    [InlineData("commander", "In campus this takes the access role approver, and you have operator, commander.")]
    [InlineData("auditor", "In campus this takes the access role approver, and you have auditor.")]
    [InlineData("operator", "Nobody decides on a run that they started.")]
    public async Task Whoever_cannot_vote_is_told_why(string person, string why)
    {
        var page = await stage.PageAsync(chromium.Browser(), person, $"/runs/{Stories.Waiting}");
        Assert.Equal(0, await page.Locator("#run-asks form").CountAsync());
        await Expect(page.Locator("#run-asks .whynot")).ToContainTextAsync(why);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_votes_once()
    {
        var page = await stage.PageAsync(chromium.Browser(), "approver", $"/runs/{Stories.Waiting}", script: false);
        var form = await page.Locator("#run-asks form").EvaluateAsync<Dictionary<string, string>>("form => Object.fromEntries(new FormData(form))");
        form["choice"] = "yes";
        for (var time = 0; time < 2; time++)
        {
            var data = page.Context.APIRequest.CreateFormData();
            foreach (var (name, value) in form)
                data.Set(name, value);
            Assert.Equal(303, (await page.Context.APIRequest.PostAsync($"/runs/{Stories.Waiting}/votes", new() { Form = data, MaxRedirects = 0 })).Status);
        }
        Assert.Single(await SaidAsync<RunEvent.VoteCounted>(Stories.Waiting));
    }

    [Fact]
    public async Task A_refusal_shows_the_deciders_own_reason()
    {
        var page = await stage.PageAsync(chromium.Browser(), "approver", $"/runs/{Stories.Waiting}");
        // Decided by somebody else while this page was open and heard of nothing.
        await page.RouteAsync("**/live/**", route => route.AbortAsync());
        await page.ReloadAsync();
        var approval = ((StepState.Voting)(await stage.Runs.FindAsync(Stories.Waiting, Cancelled))!.StateOf("go")!).Approval;
        stage.Runs.Hears(Stories.Waiting, new RunEvent.VoteCast("other", "go", approval.Round, approval.Digest, "dev:second", ["ml-approvers"], true, null, "page", stage.Time.GetUtcNow()));
        await page.Locator("button.yes").ClickAsync();
        await Expect(page.Locator(".answer.bad")).ToContainTextAsync("Your vote was not counted: No approval is open there.");
    }

    [Fact]
    public async Task A_commander_orders_with_a_reason_and_never_without()
    {
        var page = await stage.PageAsync(chromium.Browser(), "commander", $"/runs/{Stories.Failed}");
        await page.Locator("#run-asks summary", new() { HasTextString = "Try it again" }).ClickAsync();
        await page.Locator("#run-asks button", new() { HasTextString = "Try again" }).ClickAsync();
        Assert.Empty(await SaidAsync<RunEvent.OrderGiven>(Stories.Failed));
        await page.Locator("#run-asks input[name=reason]").First.FillAsync("The right is given now.");
        await page.Locator("#run-asks button", new() { HasTextString = "Try again" }).ClickAsync();
        await Expect(page.Locator(".answer.good")).ToContainTextAsync("Your order is taken: try restore again.");
        Assert.Equal("The right is given now.", Assert.Single(await SaidAsync<RunEvent.OrderTaken>(Stories.Failed)).Reason);
    }

    [Fact]
    public async Task A_task_is_confirmed_with_a_note()
    {
        var page = await stage.PageAsync(chromium.Browser(), "commander", $"/runs/{Stories.HandOver}");
        await page.Locator("textarea[name=note]").FillAsync("Eleven of four hundred were wrong.");
        await page.Locator("button", new() { HasTextString = "It is done" }).ClickAsync();
        await Expect(page.Locator(".answer.good")).ToBeVisibleAsync();
        Assert.Equal("Eleven of four hundred were wrong.", Assert.Single(await SaidAsync<RunEvent.TaskConfirmed>(Stories.HandOver)).Note);
    }

    [Fact]
    public async Task A_run_is_started_from_the_page_of_its_playbook()
    {
        var page = await stage.PageAsync(chromium.Browser(), "operator", "/playbooks/model-corruption");
        await page.Locator("summary", new() { HasTextString = "Start a run in campus" }).ClickAsync();
        await page.Locator("button", new() { HasTextString = "Start the run now" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/runs/model-corruption-started$"));
        await Expect(page.Locator(".answer.good")).ToContainTextAsync("The run is started.");
    }

    private async Task<IReadOnlyList<T>> SaidAsync<T>(string run) where T : RunEvent => [.. (await stage.Runs.ReadAsync(run, 1, Cancelled)).Select(stored => stored.Event).OfType<T>()];

    private static async Task TabToAsync(IPage page, string selector)
    {
        const int stopsMax = 60;
        for (var stop = 0; stop < stopsMax; stop++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
                return;
        }
        Assert.Fail($"{selector} cannot be reached with Tab.");
    }
}
