using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Playbooks.DurableFunctions.Storage;
using Playbooks.Hosting;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;
using Playbooks.Web.Api;
using Playbooks.Web.SignIn;
using Playbooks.Web.Teams;

namespace Playbooks.DurableFunctions.Host;

/// <summary>
/// All that comes in over HTTP, as one pipeline of ASP.NET Core inside the one function that takes every request: the same handlers as in the embedded host.
/// </summary>
public sealed class WebDoor : IDisposable
{
    private const string PlacesMark = "teams.json";
    /// <summary>A page that waits for news looks this often.</summary>
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    private readonly ApiLimits limits = new();
    private readonly RequestDelegate pipeline;

    public WebDoor(AzureHost host, IServiceProvider services)
    {
        var application = new ApplicationBuilder(services);
        if (host.SignIn is SignInSettings.Entra { PublicUrl: var url })
        {
            // What ends TLS stands before us: as browsers know us is how cookies, forms and redirects must see it.
            application.Use(next => http =>
            {
                if (string.Equals(http.Request.Headers["X-Forwarded-Host"].FirstOrDefault() ?? http.Request.Host.Value, url.Authority, StringComparison.OrdinalIgnoreCase))
                    (http.Request.Scheme, http.Request.Host) = (url.Scheme, new HostString(url.Authority));
                return next(http);
            });
        }
        application.UseRouting();
        application.UseSignIn();
        application.UseEndpoints(endpoints =>
        {
            var callers = new Callers(host.Key, host.Tokens, services.GetRequiredService<SignInSessions>());
            var pages = new Dashboard(host.Library).HostOf(host.Runs, host.Alerts, host.Environment, host.Gate, host.Door, callers, (run, sequence, cancellationToken) => ChangedAsync(host, run, sequence, cancellationToken),
                () => Core.EngineHealth.Well, host.Time);
            endpoints.MapHostWeb(new HostParts(host.Runs, host.Alerts, host.Door, callers, host.Tokens, pages, limits, () => false));
            endpoints.MapAlertApi(host.Alerts, host.Key is { } key ? host.Senders with { Caller = key.Of } : host.Senders, host.Dispatcher.Wake, host.Time);
            host.Teams?.Map(endpoints, host.Runs, host.Door, host.Gate, BotPlaces.Open(() => host.Marks.Read(PlacesMark), bytes => host.Marks.Write(PlacesMark, bytes)), host.Say);
        });
        pipeline = application.Build();
    }

    /// <summary>Services that the pipeline needs; with the host's own beside them.</summary>
    public static void AddServices(IServiceCollection services, AzureHost host)
    {
        services.AddRouting();
        services.AddHostWeb(host.SignIn, _ => { }, host.Time);
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = new BlobKeyRing(host.Storage));
    }

    public Task TakeAsync(HttpContext http)
    {
        // It was routed to the function, and is routed once more among ours.
        http.SetEndpoint(null);
        http.Request.RouteValues.Clear();
        return pipeline(http);
    }

    public void Dispose() => limits.Dispose();

    private static async Task<bool> ChangedAsync(AzureHost host, string run, long sequence, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await host.Runs.FindAsync(run, cancellationToken) is not { } known)
                return false;
            if (known.Sequence > sequence)
                return true;
            if (known.IsQuiet)
                return false;
            await Task.Delay(LooksEvery, host.Time, cancellationToken);
        }
    }
}
