using Playbooks.Browser.Tests.Stages;
using Playbooks.Core.Decisions;
using static Microsoft.Playwright.Assertions;

namespace Playbooks.Browser.Tests;

/// <summary>An open page follows its run, and takes nothing out of anybody's hands.</summary>
public sealed class LiveTests(Chromium chromium) : IAsyncLifetime
{
    private StagedHost stage = null!;

    public async ValueTask InitializeAsync()
    {
        stage = await StagedHost.OpenAsync(Stories.Campus, Stories.Begin.AddMinutes(7));
        stage.Runs.Add(Stories.WaitsForVotes());
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task What_somebody_else_decides_is_seen_without_loading_anything()
    {
        var page = await stage.PageAsync(chromium.Browser(), "auditor", $"/runs/{Stories.Waiting}");
        await Expect(page.Locator(".runhead .awaits")).ToBeVisibleAsync();
        await DecideAsync();
        await Expect(page.Locator(".runhead .awaits")).ToHaveCountAsync(0);
        await Expect(page.Locator("#run-timeline")).ToContainTextAsync("running");
        await Expect(page.Locator("#run-asks > *")).ToHaveCountAsync(0);
        await Expect(page.Locator("#news")).ToHaveTextAsync("Recovering");
    }

    [Fact]
    public async Task What_somebody_is_writing_stays_when_it_is_not_asked_any_more()
    {
        var page = await stage.PageAsync(chromium.Browser(), "approver", $"/runs/{Stories.Waiting}");
        await page.Locator("textarea").FillAsync("I have looked at");
        await DecideAsync();
        await Expect(page.Locator("#run-asks .stale")).ToContainTextAsync("This is not asked any more.");
        await Expect(page.Locator("textarea")).ToHaveValueAsync("I have looked at");
        await Expect(page.Locator("#run-timeline")).ToContainTextAsync("running");
    }

    [Fact]
    public async Task The_first_page_shows_a_run_that_has_just_begun()
    {
        var page = await stage.PageAsync(chromium.Browser(), "auditor");
        await Expect(page.Locator("h1")).ToHaveTextAsync("1 run needs somebody");
        stage.Runs.Add(Stories.TaskOpen());
        await Expect(page.Locator("h1")).ToHaveTextAsync("2 runs need somebody");
    }

    [Fact]
    public async Task The_time_that_is_left_goes_down_by_itself()
    {
        var page = await stage.PageAsync(chromium.Browser(), "auditor", $"/runs/{Stories.Waiting}");
        var until = page.Locator(".ask .until [role=timer]");
        var before = await until.InnerTextAsync();
        await Expect(until).Not.ToHaveTextAsync(before);
    }

    [Fact]
    public async Task Without_a_script_the_page_is_whole_and_says_that_it_gets_old()
    {
        var page = await stage.PageAsync(chromium.Browser(), "approver", $"/runs/{Stories.Waiting}", script: false);
        await Expect(page.Locator("button.yes")).ToBeVisibleAsync();
        await Expect(page.Locator("noscript .stale")).ToBeVisibleAsync();
    }

    private async Task DecideAsync()
    {
        var approval = ((StepState.Voting)(await stage.Runs.FindAsync(Stories.Waiting, TestContext.Current.CancellationToken))!.StateOf("go")!).Approval;
        stage.Runs.Hears(Stories.Waiting, new RunEvent.VoteCast("other", "go", approval.Round, approval.Digest, "dev:second", ["ml-approvers"], true, null, "page", stage.Time.GetUtcNow()));
    }
}
