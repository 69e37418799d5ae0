using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Playbooks.Browser.Tests.Chromium))]

namespace Playbooks.Browser.Tests;

/// <summary>One browser for all tests, each with a profile of its own. Where there is none, tests that need it are skipped, or fail where it is required.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Names the browser to take.</summary>
    public const string PathVariable = "PLAYBOOKS_CHROMIUM";

    /// <summary>Set to 1 where a missing browser is a failure.</summary>
    public const string RequiredVariable = "PLAYBOOKS_BROWSER_REQUIRED";

    /// <summary>Other tests may hold the processors meanwhile. How long a page takes is asserted nowhere.</summary>
    private const int PatienceMilliseconds = 120_000;

    private static readonly string[] Known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    private static string? Found => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named ? named : Known.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Found is not { } path || !File.Exists(path))
            return;
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--font-render-hinting=none", "--disable-lcd-text"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>A profile of its own, as patient as the tests are.</summary>
    internal static async Task<IBrowserContext> ContextAsync(IBrowser browser, BrowserNewContextOptions options)
    {
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(PatienceMilliseconds);
        return context;
    }

    /// <summary>Skips the test that asks where there is no browser.</summary>
    internal IBrowser Browser()
    {
        if (browser is null && Environment.GetEnvironmentVariable(RequiredVariable) == "1")
            Assert.Fail($"There is no Chromium, and {RequiredVariable} is set. Install it (apt-get install --no-install-recommends chromium), or name one in {PathVariable}.");
        Assert.SkipWhen(browser is null, $"There is no Chromium. Install it (apt-get install --no-install-recommends chromium), or name one in {PathVariable}.");
        return browser!;
    }
}
