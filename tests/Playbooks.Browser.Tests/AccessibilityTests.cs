using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Playbooks.Browser.Tests.Stages;
using Playbooks.Core.Alerts;
using Playbooks.Tests.Alerts;

namespace Playbooks.Browser.Tests;

/// <summary>Every page as a screen reader and as tired eyes meet it: axe finds nothing, in light and in dark, on a desk and on a phone.</summary>
public sealed class AccessibilityTests(Chromium chromium) : IAsyncLifetime
{
    private StagedHost stage = null!;

    public async ValueTask InitializeAsync()
    {
        stage = await StagedHost.OpenAsync(Stories.Campus, Stories.Begin.AddMinutes(7));
        stage.Runs.Add(Stories.WaitsForVotes());
        stage.Runs.Add(Stories.StepFailed());
        stage.Runs.Add(Stories.TaskOpen());
        stage.Runs.Add(Stories.HasRecovered());
        stage.Runs.Add(Stories.DrillHasRecovered());
        await stage.AlertAsync(AzurePayload.Of("Platform", "{}", """{ "alertId": "a-2", "alertRule": "shop-latency" }""", """{ "model": "shop" }"""), new AlertFate([], ["No playbook takes the rule shop-latency."]));
        await stage.AlertAsync(AzurePayload.Of("Platform", "{}", """{ "alertId": "a-1", "alertRule": "rollout-regression-shop" }"""), new AlertFate([new("model-regression", AlertEffectKind.Started, Stories.Waiting, [])], []));
        await stage.AlertAsync(AzurePayload.Of("Platform", "{}", """{ "alertId": "a-3" }"""), null);
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Theory]
    [InlineData("/", "approver")]
    [InlineData("/runs", "auditor")]
    [InlineData($"/runs/{Stories.Waiting}", "approver")]
    [InlineData($"/runs/{Stories.Waiting}", "auditor")]
    [InlineData($"/runs/{Stories.Failed}", "commander")]
    [InlineData($"/runs/{Stories.HandOver}", "operator")]
    [InlineData($"/runs/{Stories.Recovered}", "auditor")]
    [InlineData($"/runs/{Stories.Recovered}/events", "auditor")]
    [InlineData("/playbooks", "operator")]
    [InlineData("/playbooks/model-regression", "operator")]
    [InlineData("/playbooks/enrolment-attack", "auditor")]
    [InlineData("/alerts", "operator")]
    [InlineData("/alerts?only=unmatched", "operator")]
    [InlineData("/drills", "auditor")]
    [InlineData("/nothing-here", "auditor")]
    [InlineData("/", "stranger")]
    public async Task Nothing_stands_in_anybodys_way(string path, string person)
    {
        var browser = chromium.Browser();
        var page = await stage.PageAsync(browser, person, path);
        // What is folded is looked at too.
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Dark, 390) })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SetViewportSizeAsync(width, 900);
            var found = await page.RunAxe();
            Assert.True(found.Violations.Length == 0, $"{path} for {person}, {scheme}, {width} px wide:\n{string.Join('\n', found.Violations.Select(Words))}");
            Assert.Equal(0, await OverflowAsync(page));
        }
    }

    [Fact]
    public async Task What_is_pressed_is_as_large_as_a_thumb_needs()
    {
        var page = await stage.PageAsync(chromium.Browser(), "commander", $"/runs/{Stories.Failed}", width: 390);
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
        var small = await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('button, .button, summary, nav a, input:not([type=hidden]), textarea')]
              .filter(one => one.getBoundingClientRect().height < 43.5).map(one => `${one.tagName} ${one.textContent.trim()} ${one.getBoundingClientRect().height}`)
            """);
        Assert.Empty(small);
    }

    /// <summary>Pixels by which a page is wider than its screen.</summary>
    internal static Task<int> OverflowAsync(IPage page) => page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

    private static string Words(AxeResultItem violation) => $"{violation.Id}: {violation.Help}\n{string.Join('\n', violation.Nodes.Take(5).Select(node => $"   {node.Html}"))}";
}
