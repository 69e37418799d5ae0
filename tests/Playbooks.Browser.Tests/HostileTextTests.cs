using System.Text.Json;
using Playbooks.Browser.Tests.Stages;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Tests.Alerts;

namespace Playbooks.Browser.Tests;

/// <summary>Words of strangers: they do nothing, lead nowhere, turn nothing about, and leave the page in its place on the narrowest phone.</summary>
public sealed class HostileTextTests(Chromium chromium)
{
    private const string Script = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">";
    private const string Turned = "safe\u202Eevil\u2066";
    private static readonly string Long = new('w', 10_000);

    [Fact]
    public async Task An_alert_full_of_them_is_harmless()
    {
        var browser = chromium.Browser();
        await using var stage = await StagedHost.OpenAsync(Stories.Campus, Stories.Begin.AddMinutes(7));
        var essentials = new Dictionary<string, object> { ["alertId"] = "a-1", ["alertRule"] = Script + Turned, ["description"] = Long + Script, ["alertTargetIDs"] = new[] { Long, "javascript:alert(1)" } };
        var custom = new Dictionary<string, string> { ["model"] = Script, ["https://evil.example/"] = "https://evil.example/" + Long };
        await stage.AlertAsync(AzurePayload.Of("Platform", "{}", JsonSerializer.Serialize(essentials), JsonSerializer.Serialize(custom)), new AlertFate([], [Script + Turned + Long]));
        foreach (var width in new[] { 320, 1280 })
        {
            var page = await stage.PageAsync(browser, "operator", "/alerts", width: width);
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
            Assert.Equal("Alerts · Playbooks", await page.TitleAsync());
            Assert.Equal(0, await page.Locator("main script, main img, main a[href*=evil], main a[href^=javascript]").CountAsync());
            Assert.Equal(0, await AccessibilityTests.OverflowAsync(page));
            var text = await page.Locator("main").InnerTextAsync();
            Assert.DoesNotContain('\u202E', text);
            Assert.DoesNotContain('\u2066', text);
            Assert.Contains("<script>", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_run_full_of_them_is_harmless()
    {
        var browser = chromium.Browser();
        await using var stage = await StagedHost.OpenAsync(Stories.Campus, Stories.Begin.AddMinutes(7));
        stage.Runs.Add(Stories.WaitsForVotes(Script + Turned + Long));
        stage.Runs.Hears(Stories.Waiting, new RunEvent.OrderGiven("o-1", new Order.Skip(Script + Long, false), Script + Turned, [], Long, "page", stage.Time.GetUtcNow()));
        foreach (var path in new[] { $"/runs/{Stories.Waiting}", $"/runs/{Stories.Waiting}/events", "/", "/runs" })
        {
            foreach (var width in new[] { 320, 1280 })
            {
                var page = await stage.PageAsync(browser, "approver", path, width: width);
                await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
                Assert.NotEqual("taken", await page.TitleAsync());
                Assert.Equal(0, await page.Locator("main script, main img").CountAsync());
                Assert.Equal(0, await AccessibilityTests.OverflowAsync(page));
                Assert.DoesNotContain('\u202E', await page.Locator("main").InnerTextAsync());
                await page.CloseAsync();
            }
        }
    }
}
