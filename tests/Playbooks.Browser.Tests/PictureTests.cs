using Microsoft.Playwright;
using Playbooks.Browser.Tests.Stages;
using Playbooks.Core.Alerts;
using Playbooks.Tests;
using Playbooks.Tests.Alerts;

namespace Playbooks.Browser.Tests;

/// <summary>The pictures of the documentation, made by the command that stands in <c>docs/dashboard.md</c>. The clock stands still, so they are the same each time on one machine.</summary>
public class PictureTests(Chromium chromium)
{
    private const int MaxBytes = 150 * 1024;

    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "pictures");

    public static TheoryData<string> Names => ["run-light", "run-dark", "runs-phone", "drill"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_picture_of_the_pages(string name)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PLAYBOOKS_WRITE_PICTURES") == "1", "Pictures are written where PLAYBOOKS_WRITE_PICTURES is 1.");
        var browser = chromium.Browser();
        var isDrill = name == "drill";
        await using var stage = await StagedHost.OpenAsync(isDrill ? Stories.DrillGround : Stories.Campus, Stories.Begin.AddMinutes(isDrill ? 64 : 7).AddSeconds(20), timeStands: true);
        Fill(stage.Runs, isDrill);
        var page = name switch
        {
            "run-light" => await stage.PageAsync(browser, "approver", $"/runs/{Stories.Waiting}", width: 1100, height: 1480, scale: 0.8f),
            "run-dark" => await stage.PageAsync(browser, "approver", $"/runs/{Stories.Waiting}", ColorScheme.Dark, width: 1100, height: 1480, scale: 0.8f),
            "runs-phone" => await stage.PageAsync(browser, "approver", width: 390, height: 844, scale: 1.5f),
            _ => await stage.PageAsync(browser, "auditor", $"/runs/{Stories.Drilled}", width: 1100, height: 1480, scale: 0.8f),
        };
        Directory.CreateDirectory(Folder);
        var picture = await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
        Assert.InRange(picture.Length, 1, MaxBytes);
    }

    [Fact]
    public void Every_picture_is_there_and_small_and_shown_on_the_page_about_the_dashboard()
    {
        var page = Repository.Read("docs/dashboard.md");
        Assert.All(Names, row =>
        {
            Assert.InRange(new FileInfo(Path.Combine(Folder, $"{row.Data}.png")).Length, 1, MaxBytes);
            Assert.Contains($"pictures/{row.Data}.png", page, StringComparison.Ordinal);
        });
    }

    /// <summary>What every kind of page looks like, for whoever changes it; not kept.</summary>
    [Fact]
    public async Task Every_page_for_whoever_changes_the_looks()
    {
        var folder = Environment.GetEnvironmentVariable("PLAYBOOKS_LOOK_FOLDER");
        Assert.SkipWhen(folder is null, "Every page is written to the folder that PLAYBOOKS_LOOK_FOLDER names.");
        var browser = chromium.Browser();
        await using var stage = await StagedHost.OpenAsync(Stories.Campus, Stories.Begin.AddMinutes(7).AddSeconds(20), timeStands: true);
        Fill(stage.Runs, false);
        await stage.AlertAsync(AzurePayload.Of("Platform", "{}", """{ "alertId": "a-2", "alertRule": "shop-latency" }"""), new AlertFate([], ["No playbook takes the rule shop-latency."]));
        await stage.AlertAsync(AzurePayload.Of("Platform", "{}", """{ "alertId": "a-1", "alertRule": "rollout-regression-recommendations" }"""), new AlertFate([new("model-regression", AlertEffectKind.Started, Stories.Waiting, [])], []));
        foreach (var (name, person, path) in new[]
        {
            ("board", "approver", "/"), ("run", "approver", $"/runs/{Stories.Waiting}"), ("run-failed", "commander", $"/runs/{Stories.Failed}"), ("run-over", "auditor", $"/runs/{Stories.Recovered}"),
            ("run-task", "commander", $"/runs/{Stories.HandOver}"), ("events", "auditor", $"/runs/{Stories.Recovered}/events"), ("history", "auditor", "/runs"), ("playbooks", "operator", "/playbooks"),
            ("playbook", "operator", "/playbooks/model-regression"), ("playbook-big", "operator", "/playbooks/enrolment-attack"), ("alerts", "operator", "/alerts"), ("drills", "auditor", "/drills"), ("missing", "auditor", "/nothing"), ("forbidden", "stranger", "/"),
        })
        {
            foreach (var (suffix, scheme, width) in new[] { ("", ColorScheme.Light, 1180), ("-dark", ColorScheme.Dark, 1180), ("-phone", ColorScheme.Light, 390) })
            {
                var page = await stage.PageAsync(browser, person, path, scheme, width, 844, script: false);
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder!, $"{name}{suffix}.png"), FullPage = true });
                await page.CloseAsync();
            }
        }
    }

    private static void Fill(StagedRuns runs, bool isDrill)
    {
        runs.Add(Stories.DrillHasRecovered());
        runs.Add(Stories.DrillHasRecovered("drill-of-last-month", 31));
        runs.Add(Stories.DrillHasRecovered("drill-of-grading", 12, "grading-poisoned"));
        if (isDrill)
            return;
        runs.Add(Stories.WaitsForVotes());
        runs.Add(Stories.StepFailed());
        runs.Add(Stories.TaskOpen());
        runs.Add(Stories.HasRecovered());
    }
}
