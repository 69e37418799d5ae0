using System.Diagnostics;
using Microsoft.Playwright;
using Playbooks.Core.Json;
using Playbooks.Tests;

namespace Playbooks.Browser.Tests.Cards;

/// <summary>The official renderer of Adaptive Cards in a real browser, looking like the chat.</summary>
internal static class CardRenderer
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Playbooks.Browser.Tests", "Cards", "renderer");
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(3);
    private static readonly SemaphoreSlim Installing = new(1);

    /// <summary>A page with the card on it, and what the renderer found wrong.</summary>
    public static async Task<(IPage Page, string[] Wrong)> ShowAsync(IBrowser browser, JsonData card)
    {
        var script = await ScriptAsync();
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 672, Height = 400 }, TimezoneId = "Europe/Berlin", Locale = "en-GB" });
        await page.SetContentAsync($"<!doctype html><html lang=\"en\"><style>{await File.ReadAllTextAsync(Path.Combine(Folder, "page.css"))}</style><main></main></html>");
        await page.AddScriptTagAsync(new() { Path = script });
        var wrong = await page.EvaluateAsync<string[]>("""
            ([text, host]) => {
              const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
              const card = new AdaptiveCards.AdaptiveCard();
              // As the chat knows markdown: nothing of ours needs it, and what strangers write must not get any.
              AdaptiveCards.AdaptiveCard.onProcessMarkdown = (words, result) => { result.outputHtml = words.replace(/\[([^\]]*)\]\(([^)]*)\)/g, '<a href="$2">$1</a>'); result.didProcess = true; };
              card.hostConfig = new AdaptiveCards.HostConfig(JSON.parse(host));
              card.parse(JSON.parse(text), context);
              const shown = card.render();
              document.querySelector('main').appendChild(shown);
              return [...Array(context.eventCount).keys()].map(index => context.getEventAt(index).message).concat(card.validateProperties().validationEvents.map(event => event.message));
            }
            """, new[] { card.Text, await File.ReadAllTextAsync(Path.Combine(Folder, "host.json")) });
        return (page, wrong);
    }

    /// <summary>Skips the test where the renderer can neither be found nor installed.</summary>
    private static async Task<string> ScriptAsync()
    {
        var script = Path.Combine(Folder, "node_modules", "adaptivecards", "dist", "adaptivecards.min.js");
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!File.Exists(script))
            {
                try
                {
                    using var npm = Process.Start(new ProcessStartInfo("npm", ["ci"]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
                    using var limit = new CancellationTokenSource(InstallTimeout);
                    await npm.WaitForExitAsync(limit.Token);
                }
                catch (System.ComponentModel.Win32Exception)
                {
                    // There is no npm.
                }
            }
        }
        finally
        {
            Installing.Release();
        }
        Assert.SkipUnless(File.Exists(script), "The renderer of Adaptive Cards is not there. Install npm; the test installs the renderer itself.");
        return script;
    }
}
