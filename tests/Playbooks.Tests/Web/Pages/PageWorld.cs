using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Web.Access;
using Playbooks.Web.Access;
using Playbooks.Web.Pages;

namespace Playbooks.Tests.Web.Pages;

/// <summary>The pages over real HTTP, for one person who has signed in.</summary>
internal sealed partial class PageWorld : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly HttpClient http;

    private PageWorld(WebApplication application, HttpClient http, DoorWorld world) => (this.application, this.http, World) = (application, http, world);

    public DoorWorld World { get; }

    public static async Task<PageWorld> OpenAsync(EnvironmentKind kind, AccessRole role)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddPages();
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        var application = builder.Build();
        var world = new DoorWorld(kind);
        application.MapPages(new PageHost
        {
            Runs = world.Runs,
            Alerts = new MemoryAlerts(),
            Environment = world.Environment,
            Playbooks = () => [DoorWorld.PlaybookOf(DoorWorld.Playbook())],
            Changed = (_, _, _) => Task.FromResult(false),
            Caller = (_, _) => Task.FromResult<CallerCheck>(new CallerCheck.Known(DoorWorld.Of(role, Votes.ViaPage))),
            Gate = world.Gate,
            Door = world.Door,
            Evidence = _ => ImmutableDictionary<string, byte[]>.Empty.Add("report.html", "<p>report</p>"u8.ToArray()),
            Health = () => EngineHealth.Well,
            Time = world.Time,
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        var address = new Uri(application.Urls.First());
        return new PageWorld(application, new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address }, world);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => http.GetAsync(path, TestContext.Current.CancellationToken);

    /// <summary>Sends a form as the page at <c>/</c> would, with its token unless another is given.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, Dictionary<string, string> fields, string? token = null)
    {
        var page = await http.GetStringAsync("/", TestContext.Current.CancellationToken);
        var found = Token().Match(page);
        using var form = new FormUrlEncodedContent(fields.Append(new(found.Groups["name"].Value, token ?? found.Groups["token"].Value)));
        return await http.PostAsync(path, form, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await application.DisposeAsync();
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}
