using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Playbooks.Web.Tokens;

namespace Playbooks.Web.Api;

/// <summary>Says to whoever reaches the port which tokens are taken, so that a command line can get one. None of it is a secret.</summary>
public static class ApiSignIn
{
    public const string Path = RunApi.Prefix + "/sign-in";

    /// <param name="tokens">Null where none are taken.</param>
    public static void MapApiSignIn(this IEndpointRouteBuilder endpoints, PersonTokens? tokens) =>
        endpoints.MapGet(Path, () => Results.Json(new SignInView(tokens?.Tenant, tokens?.FullScope), WireJson.Options))
            .Says<SignInView>("sign-in", "Which tokens of Microsoft Entra are taken. Nobody needs to be known to ask.");
}

/// <param name="Tenant">Id of the tenant; null where no tokens are taken.</param>
/// <param name="Scope">To ask a token for.</param>
public sealed record SignInView(string? Tenant, string? Scope);
