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

    /// <summary>Of one document of keys. Nobody waits for it longer than for an answer; it goes on for those who come later.</summary>
    private const int KeysWithinSeconds = 10;

    /// <summary>Between two questions for new keys, which anybody can cause with a token that names an unknown one.</summary>
    private const int KeysAgainAfterSeconds = 30;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters parameters;
    private readonly string tenant;

    /// <param name="tenant">Id of the one tenant that is ours.</param>
    /// <param name="audience">Client id of our application; in tokens of version 1 its address, <c>api://…</c>, stands there.</param>
    /// <param name="keys">Where the tenant's signing keys are had from.</param>
    public AlertTokens(Guid tenant, Guid audience, BaseConfigurationManager keys, TimeProvider time)
    {
        this.tenant = tenant.ToString();
        parameters = new TokenValidationParameters
        {
            ConfigurationManager = keys,
            ValidIssuers = [$"https://login.microsoftonline.com/{tenant}/v2.0", $"https://sts.windows.net/{tenant}/"],
            ValidAudiences = [$"{audience}", $"api://{audience}"],
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            // Reckons from now, because a token's own times may be so far away that nothing can be added to them.
            LifetimeValidator = (notBefore, expires, _, _) => time.GetUtcNow().UtcDateTime is var now
                && expires is { } end && now - ClockSkew < end && (notBefore is not { } begin || now + ClockSkew >= begin),
        };
    }

    /// <summary>The keys that the tenant publishes.</summary>
    public static BaseConfigurationManager KeysOf(Guid tenant) => new ConfigurationManager<OpenIdConnectConfiguration>(
        $"https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(new HttpClient { Timeout = TimeSpan.FromSeconds(KeysWithinSeconds) })) { RefreshInterval = TimeSpan.FromSeconds(KeysAgainAfterSeconds) };

    /// <exception cref="AlertKeysException">The tenant's keys cannot be had, or not the one that signed this token, so it cannot be believed for now.</exception>
    public async Task<SenderCheck> CheckAsync(string token, CancellationToken cancellationToken)
    {
        var keys = await KeysAsync(cancellationToken).ConfigureAwait(false);
        var result = await handler.ValidateTokenAsync(token, parameters).ConfigureAwait(false);
        if (!result.IsValid)
        {
            return result.Exception is SecurityTokenSignatureKeyNotFoundException && MayBeNew(handler.ReadJsonWebToken(token), keys) ? throw new AlertKeysException(result.Exception)
                : new SenderCheck.Unknown("The token is not one that Microsoft Entra issued for this server in our tenant and that is valid now.");
        }
        var claims = (JsonWebToken)result.SecurityToken;
        if (Values(claims, "tid") is not [var of] || of != tenant)
            return new SenderCheck.Unknown("The token is of another tenant.");
        // One of both names stands there, by the token's version. Whoever names another application by either is not Azure Monitor.
        if (Values(claims, "azp", "appid") is not [AzureMonitor])
            return new SenderCheck.Forbidden("The token was not issued to Azure Monitor.");
        if (Values(claims, "scp") is not [] || Values(claims, "idtyp") is not ([] or ["app"]))
            return new SenderCheck.Forbidden("The token speaks for a person and not for an application.");
        return Values(claims, "roles").Contains(Role) ? new SenderCheck.Known("Azure Monitor")
            : new SenderCheck.Forbidden($"The caller lacks the role {Role}.");
    }

    /// <summary>Asked for before validating, which would only say that no key fits, and a refusal loses the alert.</summary>
    private async Task<BaseConfiguration> KeysAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The question is everybody's and does not end with whoever asked it first, so that one waits no longer than the sender does.
            var keys = await parameters.ConfigurationManager.GetBaseConfigurationAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            return keys.SigningKeys.Count > 0 ? keys : throw new InvalidOperationException("The tenant's document names no key.");
        }
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or IOException)
        {
            throw new AlertKeysException(error);
        }
    }

    /// <summary>
    /// The tenant may have begun to use a key since we asked for its keys; the library is asking again by now. Said only of what names our tenant: a
    /// stranger's token does not get better by being sent again.
    /// </summary>
    private bool MayBeNew(JsonWebToken token, BaseConfiguration keys) =>
        token is { Kid: { Length: > 0 } key, Alg: SecurityAlgorithms.RsaSha256 } && parameters.ValidIssuers.Contains(token.Issuer) && keys.SigningKeys.All(known => known.KeyId != key);

    private static string[] Values(JsonWebToken token, params string[] names) => [.. token.Claims.Where(claim => names.Contains(claim.Type)).Select(claim => claim.Value).Distinct()];
}

/// <summary>The tenant's signing keys, or one that is new, cannot be had yet. Trouble of ours: the sender is to try again.</summary>
public sealed class AlertKeysException(Exception inner) : Exception("The signing keys of the tenant cannot be had.", inner);
