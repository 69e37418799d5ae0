using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Playbooks.Core;
using Playbooks.Web;
using Playbooks.Web.Access;
using Playbooks.Web.Api;
using Playbooks.Web.Pages;
using Playbooks.Web.SignIn;
using Playbooks.Web.Tokens;

namespace Playbooks.Hosting;

/// <summary>What a host answers over HTTP, the same in every host: API, sign-in, pages, health. Doors for alerts and the bot are mapped by whoever has them.</summary>
public static class HostWeb
{
    /// <param name="keys">Where the keys are kept that cookies are sealed with.</param>
    public static void AddHostWeb(this IServiceCollection services, SignInSettings signIn, Action<IDataProtectionBuilder> keys, TimeProvider time)
    {
        services.ConfigureHttpJsonOptions(options => WireJson.Make(options.SerializerOptions));
        services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = ApiLimits.BodyMaxBytes);
        services.AddApiDescription();
        services.AddSignIn(signIn, keys, time);
        services.AddPages();
    }

    public static void MapHostWeb(this IEndpointRouteBuilder endpoints, HostParts parts)
    {
        endpoints.MapRunApi(parts.Runs, parts.Alerts, parts.Door, parts.Callers, parts.Pages.Health, parts.Limits, parts.Pages.Time);
        endpoints.MapApiSignIn(parts.Tokens);
        endpoints.MapApiDescription();
        endpoints.MapSignIn();
        endpoints.MapPages(parts.Pages);
        endpoints.MapHealthApi(() => parts.HasStopped() ? null : parts.Pages.Health());
    }
}

/// <param name="Tokens">Of people and applications of a tenant; null where none is set up.</param>
/// <param name="HasStopped">Whether only another process helps.</param>
public sealed record HostParts(IRuns Runs, IAlertInbox Alerts, RunDoor Door, Callers Callers, PersonTokens? Tokens, PageHost Pages, ApiLimits Limits, Func<bool> HasStopped);
