using Microsoft.Playwright;
using Playbooks.Browser.Tests.Stages;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Tests;

namespace Playbooks.Browser.Tests.Cards;

/// <summary>Our cards in the official renderer, and the pictures of them in the documentation, made by the command that stands in <c>docs/teams.md</c>.</summary>
public class CardPictureTests(Chromium chromium)
{
    private const int MaxBytes = 150 * 1024;
    private static readonly CardContext Context = new(new Uri("https://recovery.university.example/"), "not-a-secret");
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "pictures");

    public static TheoryData<string> Names => ["card-run", "card-approval", "card-decided", "card-expired", "card-drill", "card-task", "card-failed"];

    /// <summary>Kept in the documentation.</summary>
    private static readonly string[] Pictured = ["card-run", "card-approval", "card-decided", "card-expired", "card-drill"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_card_is_what_the_official_renderer_knows(string name)
    {
        var (page, wrong) = await CardRenderer.ShowAsync(chromium.Browser(), Card(name));
        Assert.Empty(wrong);
        Assert.DoesNotContain("{{", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("PLAYBOOKS_WRITE_PICTURES") == "1" && Pictured.Contains(name))
        {
            Directory.CreateDirectory(Folder);
            var picture = await page.Locator("main").ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
            Assert.InRange(picture.Length, 1, MaxBytes);
        }
        await page.CloseAsync();
    }

    [Fact]
    public async Task What_strangers_write_becomes_no_link_no_image_and_no_mention_when_it_is_rendered()
    {
        const string Hostile = "[press](https://evil.example) ![x](https://evil.example/x.png) <at>All</at> <b>bold</b> **bold** {{DATE(2026-01-01T00:00:00Z)}} &lt;at&gt; https://evil.example";
        var run = Decider.Fold(Stories.WaitsForVotes(Hostile));
        var (page, wrong) = await CardRenderer.ShowAsync(chromium.Browser(), ApprovalCard.Of(run, "go", 1, Context with { Viewer = new CardViewer(Hostile, true) }));
        Assert.Empty(wrong);
        Assert.Equal(0, await page.Locator("main a[href], main img, main at, main b").CountAsync());
        Assert.Contains("[press] (https: //evil.example)", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Fact]
    public void Every_picture_of_a_card_is_there_and_small_and_shown_on_the_page_about_Teams()
    {
        var page = Repository.Read("docs/teams.md");
        Assert.All(Pictured, name =>
        {
            Assert.InRange(new FileInfo(Path.Combine(Folder, $"{name}.png")).Length, 1, MaxBytes);
            Assert.Contains($"pictures/{name}.png", page, StringComparison.Ordinal);
        });
    }

    private static JsonData Card(string name) => name switch
    {
        "card-run" => RunCard.Of(Decider.Fold(Stories.WaitsForVotes()), Context),
        "card-approval" => ApprovalCard.Of(Decider.Fold(Stories.WaitsForVotes()), "go", 1, Context),
        "card-decided" => ApprovalCard.Of(Decider.Fold(Stories.HasRecovered()), "go", 1, Context),
        "card-expired" => ApprovalCard.Of(Expired(), "go", 1, Context),
        "card-drill" => ApprovalCard.Of(Before<RunEvent.VoteCounted>(Stories.DrillHasRecovered()), "go", 1, Context),
        "card-task" => TaskCard.Of(Decider.Fold(Stories.TaskOpen()), "look", Context),
        "card-failed" => Failed(Decider.Fold(Stories.StepFailed())),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Nobody decides, and the clock goes on.</summary>
    private static Run Expired()
    {
        var run = Decider.Fold(Stories.WaitsForVotes());
        var until = ((StepState.Voting)run.StateOf("go")!).Approval.Until;
        return Decider.React(run, [new RunEvent.TimerFired("approval/go", until)], "stage").Run;
    }

    private static Run Before<T>(IEnumerable<RunEvent> events) where T : RunEvent => Decider.Fold(events.TakeWhile(happened => happened is not T));

    private static JsonData Failed(Run run) => AskCard.Of(run, run.Steps.Open.First(step => step.Value is StepState.AwaitingOrder).Key, Context);
}
