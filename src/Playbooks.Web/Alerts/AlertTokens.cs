using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Playbooks.Web.Alerts;

/// <summary>
/// The tokens with which Azure Monitor's secure webhook calls. A role says that somebody was let in whom we granted it, and the calling
/// application pins that to Azure Monitor: both are asked. Signature, lifetime and issuer are checked by Microsoft.IdentityModel.
/// </summary>
public sealed class AlertTokens
{
    /// <summary>Azure Monitor's own application, "AzNS AAD Webhook", in every tenant.</summary>
    public const string AzureMonitor = "461e8683-5575-4561-ac7f-899cc907d62a";
    public const string Role = "ActionGroupsSecureWebhook";

    private const int KeysWithinSeconds = 1;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters parameters;
    private readonly string tenant;

    /// <param name="tenant">Id of the one tenant that is ours.</param>
    /// <param name="audience">Client id of our application; in tokens of version 1 its address, <c>api://…</c>, stands there.</param>
    /// <param name="keys">Where the tenant's signing keys are had from.</param>
    public AlertTokens(string tenant, string audience, BaseConfigurationManager keys, TimeProvider time)
    {
        this.tenant = tenant;
        parameters = new TokenValidationParameters
        {
            ConfigurationManager = keys,
            ValidIssuers = [$"https://login.microsoftonline.com/{tenant}/v2.0", $"https://sts.windows.net/{tenant}/"],
            ValidAudiences = [audience, $"api://{audience}"],
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = (notBefore, expires, _, _) => time.GetUtcNow().UtcDateTime is var now
                && expires is { } end && now < end + ClockSkew && (notBefore is not { } begin || now >= begin - ClockSkew),
        };
    }

    /// <summary>The keys that the tenant publishes.</summary>
    public static BaseConfigurationManager KeysOf(string tenant) => new ConfigurationManager<OpenIdConnectConfiguration>(
        $"https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(new HttpClient { Timeout = TimeSpan.FromSeconds(KeysWithinSeconds) }));

    /// <exception cref="AlertKeysException">The tenant's keys cannot be had, so nobody can be believed for now.</exception>
    public async Task<SenderCheck> CheckAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            await parameters.ConfigurationManager.GetBaseConfigurationAsync(cancellationToken).ConfigureAwait(false);
        }
        // Asked for first: the validation itself would only say that no key fits, and a refusal loses the alert.
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or IOException)
        {
            throw new AlertKeysException(error);
        }
        var result = await handler.ValidateTokenAsync(token, parameters).ConfigureAwait(false);
        if (!result.IsValid)
            return new SenderCheck.Unknown("The token is not one that Microsoft Entra issued for this server in our tenant and that is valid now.");
        var claims = (JsonWebToken)result.SecurityToken;
        if (Claim(claims, "tid") != tenant)
            return new SenderCheck.Unknown("The token is of another tenant.");
        if ((Claim(claims, "azp") ?? Claim(claims, "appid")) != AzureMonitor)
            return new SenderCheck.Forbidden("The token was not issued to Azure Monitor.");
        if (Claim(claims, "scp") is not null || Claim(claims, "idtyp") is not (null or "app"))
            return new SenderCheck.Forbidden("The token speaks for a person and not for an application.");
        return claims.Claims.Any(claim => claim.Type == "roles" && claim.Value == Role) ? new SenderCheck.Known("Azure Monitor")
            : new SenderCheck.Forbidden($"The caller lacks the role {Role}.");
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetClaim(name, out var claim) ? claim.Value : null;
}

/// <summary>The tenant's signing keys cannot be had. Trouble of ours: the sender is to try again.</summary>
public sealed class AlertKeysException(Exception inner) : Exception("The signing keys of the tenant cannot be had.", inner);
