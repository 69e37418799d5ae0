using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Alerts;
using Playbooks.Tests.Web;
using Playbooks.Web.Access;
using Playbooks.Web.Pages;

namespace Playbooks.Browser.Tests.Stages;

/// <summary>The pages as a host serves them, over runs that a test has told. Who looks says so in a cookie.</summary>
internal sealed class StagedHost : IAsyncDisposable
{
    public const string PersonCookie = "stage-person";

    private readonly WebApplication application;
    private readonly List<IBrowserContext> contexts = [];

    private StagedHost(WebApplication application, StagedRuns runs, MemoryAlerts alerts, TimeProvider time) => (this.application, Runs, Alerts, Time) = (application, runs, alerts, time);

    /// <summary>Also in the browsers that look.</summary>
    private bool timeStands;

    public StagedRuns Runs { get; }
    public MemoryAlerts Alerts { get; }
    public TimeProvider Time { get; }
    public Uri Url { get; private set; } = null!;
    public string? Trouble { get; set; }

    /// <param name="now">When the clock begins.</param>
    public static async Task<StagedHost> OpenAsync(DeploymentEnvironment environment, DateTimeOffset now, bool timeStands = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddPages();
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        var application = builder.Build();
        var time = new StagedTime(now, timeStands);
        var stage = new StagedHost(application, new StagedRuns(time), new MemoryAlerts(), time) { timeStands = timeStands };
        application.Use((http, next) =>
        {
            if (http.Request.Cookies[PersonCookie] is { } person)
                http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", $"dev:{person}")], "stage"));
            return next(http);
        });
        var gate = new Gate(new LocalDirectory(), time);
        application.MapPages(new PageHost
        {
            Runs = stage.Runs, Alerts = stage.Alerts, Environment = environment, Playbooks = () => [.. Stories.Playbooks], Changed = stage.Runs.ChangedAsync,
            Caller = (http, _) => Task.FromResult<CallerCheck>(http.User.FindFirst("sub") is { } person ? new CallerCheck.Known(new Caller(person.Value, person.Value, Votes.ViaPage)) : new CallerCheck.Unknown("Sign in.")),
            Gate = gate, Door = new RunDoor(stage.Runs, gate, environment, (body, by, cancellationToken) => stage.StartAsync(body, by, environment, cancellationToken), _ => { }),
            Evidence = _ => throw new EvidenceUnavailableException("The key that signs evidence is not set here."), Health = () => new EngineHealth(stage.Trouble, null), Time = time,
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        stage.Url = new Uri(application.Urls.First());
        return stage;
    }

    /// <summary>A page of somebody's own browser.</summary>
    public async Task<IPage> PageAsync(IBrowser browser, string person, string path = "/", ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900, bool script = true, float scale = 1)
    {
        var context = await Chromium.ContextAsync(browser, new()
        {
            BaseURL = Url.ToString(), ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, JavaScriptEnabled = script, Locale = "en-GB", DeviceScaleFactor = scale,
        });
        contexts.Add(context);
        await context.AddCookiesAsync([new() { Name = PersonCookie, Value = person, Url = Url.ToString() }]);
        var page = await context.NewPageAsync();
        if (timeStands)
            await page.Clock.SetFixedTimeAsync(Time.GetUtcNow().UtcDateTime);
        await page.GotoAsync(path);
        return page;
    }

    public async Task AlertAsync(string text, AlertFate? fate)
    {
        var alert = AzurePayload.Read(text);
        await Alerts.KeepAsync(new ReceivedAlert(alert.Delivery, alert.Id, text, Time.GetUtcNow().AddMinutes(-3), "Azure Monitor, by its token"), TestContext.Current.CancellationToken);
        if (fate is not null)
            await Alerts.SettleAsync(alert.Delivery, fate, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in contexts)
            await context.DisposeAsync();
        await application.DisposeAsync();
    }

    private async Task<StartAnswer> StartAsync(StartBody body, Caller by, DeploymentEnvironment environment, CancellationToken cancellationToken)
    {
        var request = new StartRequest(body.RequestId, Stories.Playbooks.Single(playbook => playbook.Name == body.Playbook), environment, body.Mode, body.Inputs!, null, by.Person, null, null, null);
        return StartAnswer.Of(await Runs.StartAsync(request, cancellationToken), request, null);
    }
}
