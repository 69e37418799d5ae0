using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Web.Access;
using Playbooks.Web.Tokens;

namespace Playbooks.Web.SignIn;

/// <summary>The sign-in with Entra: authorization code with PKCE, state and nonce, by ASP.NET's own handler. What is special to Entra and to us is said here.</summary>
internal static class EntraSignIn
{
    public const string Scheme = "entra";

    /// <summary>From leaving to coming back.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan EntraWithin = TimeSpan.FromSeconds(20);

    private const string GuestAccount = "1";

    /// <summary>RFC 7523, section 2.2.</summary>
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    public static void Configure(OpenIdConnectOptions options, SignInSettings.Entra entra, TimeProvider time)
    {
        options.Authority = entra.Issuer.ToString();
        // Entra itself is never reached without TLS; a stand-in at this machine is.
        options.RequireHttpsMetadata = !entra.Login.IsLoopback;
        options.ClientId = $"{entra.Client}";
        options.ClientSecret = entra.Secret;
        options.CallbackPath = SignInPaths.Callback;
        options.SignInScheme = SignedIn.Scheme;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // With a form that Entra's page posts, our own cookies would have to come along from elsewhere.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.Scope.Clear();
        options.Scope.Add("openid");
        options.Scope.Add("profile");
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.GetClaimsFromUserInfoEndpoint = false;
        options.RemoteAuthenticationTimeout = Within;
        options.ProtocolValidator.NonceLifetime = Within;
        options.BackchannelTimeout = EntraWithin;
        options.TimeProvider = time;
        foreach (var cookie in new[] { options.NonceCookie, options.CorrelationCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.HttpOnly = true;
            cookie.SecurePolicy = entra.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        }
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = entra.Issuer.ToString(),
            ValidAudience = $"{entra.Client}",
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = TenantTokens.Lifetime(time),
        };
        options.Events = new OpenIdConnectEvents
        {
            OnRedirectToIdentityProvider = context =>
            {
                // As browsers know us: what stands in the request may be the name behind what ends TLS.
                context.ProtocolMessage.RedirectUri = new Uri(entra.PublicUrl, SignInPaths.Callback).ToString();
                return Task.CompletedTask;
            },
            OnAuthorizationCodeReceived = async context =>
            {
                if (entra.Assertion is not { } assertion)
                    return;
                context.TokenEndpointRequest!.ClientAssertionType = AssertionType;
                context.TokenEndpointRequest.ClientAssertion = await assertion(context.HttpContext.RequestAborted);
            },
            OnTokenValidated = context =>
            {
                var token = new JsonWebToken(context.SecurityToken.RawData);
                if (Problem(token, entra) is { } problem)
                    context.Fail(problem);
                else
                    context.Principal = PrincipalOf(token);
                return Task.CompletedTask;
            },
            OnRemoteFailure = context =>
            {
                context.HandleResponse();
                return SignInPages.WriteFailedAsync(context.HttpContext);
            },
        };
    }

    private static string? Problem(JsonWebToken token, SignInSettings.Entra entra)
    {
        if (TenantTokens.Values(token, "tid") is not [var tenant] || tenant != $"{entra.Tenant}")
            return "The token is of another tenant.";
        if (TenantTokens.Values(token, "acct").Contains(GuestAccount))
            return "Guests hold no rights here.";
        return TenantTokens.Values(token, "oid") is [var id] && Guid.TryParse(id, out _) ? null : "The token does not say whose it is.";
    }

    private static System.Security.Claims.ClaimsPrincipal PrincipalOf(JsonWebToken token)
    {
        var id = Guid.Parse(TenantTokens.Values(token, "oid")[0]);
        return SignedIn.Of($"{PeopleDirectory.EntraPrefix}{id}", TenantTokens.Values(token, "name").Concat(TenantTokens.Values(token, "preferred_username")).FirstOrDefault() ?? $"{id}");
    }
}
