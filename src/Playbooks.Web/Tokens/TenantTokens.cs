using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Playbooks.Web.Tokens;

/// <summary>
/// Tokens that Microsoft Entra issued in our tenant for an application of ours. Signature, lifetime, issuer, audience and tenant are checked here, by
/// Microsoft.IdentityModel; whom a token speaks for and what that is worth is for its reader to say.
/// </summary>
public sealed class TenantTokens
{
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
    public TenantTokens(Guid tenant, Guid audience, BaseConfigurationManager keys, TimeProvider time)
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
            LifetimeValidator = Lifetime(time),
        };
    }

    /// <summary>The keys that the tenant publishes.</summary>
    public static BaseConfigurationManager KeysOf(Guid tenant) => new ConfigurationManager<OpenIdConnectConfiguration>(
        $"https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(new HttpClient { Timeout = TimeSpan.FromSeconds(KeysWithinSeconds) })) { RefreshInterval = TimeSpan.FromSeconds(KeysAgainAfterSeconds) };

    /// <exception cref="TenantKeysException">The tenant's keys cannot be had, or not the one that signed this token, so it cannot be believed for now.</exception>
    public async Task<TokenCheck> CheckAsync(string token, CancellationToken cancellationToken)
    {
        var keys = await KeysAsync(cancellationToken).ConfigureAwait(false);
        var result = await handler.ValidateTokenAsync(token, parameters).ConfigureAwait(false);
        if (!result.IsValid)
        {
            return result.Exception is SecurityTokenSignatureKeyNotFoundException && MayBeNew(handler.ReadJsonWebToken(token), keys) ? throw new TenantKeysException(result.Exception)
                : new TokenCheck.Unknown("The token is not one that Microsoft Entra issued for this server in our tenant and that is valid now.");
        }
        var claims = (JsonWebToken)result.SecurityToken;
        return Values(claims, "tid") is [var of] && of == tenant ? new TokenCheck.Valid(claims) : new TokenCheck.Unknown("The token is of another tenant.");
    }

    /// <summary>Reckons from now, because a token's own times may be so far away that nothing can be added to them.</summary>
    internal static LifetimeValidator Lifetime(TimeProvider time) => (notBefore, expires, _, _) => time.GetUtcNow().UtcDateTime is var now
        && expires is { } end && now - ClockSkew < end && (notBefore is not { } begin || now + ClockSkew >= begin);

    /// <summary>What a token says under any of these names, each once.</summary>
    public static string[] Values(JsonWebToken token, params string[] names) => [.. token.Claims.Where(claim => names.Contains(claim.Type)).Select(claim => claim.Value).Distinct()];

    /// <summary>Asked for before validating, which would only say that no key fits, and a refusal is final for some senders.</summary>
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
            throw new TenantKeysException(error);
        }
    }

    /// <summary>
    /// The tenant may have begun to use a key since we asked for its keys; the library is asking again by now. Said only of what names our tenant: a
    /// stranger's token does not get better by being sent again.
    /// </summary>
    private bool MayBeNew(JsonWebToken token, BaseConfiguration keys) =>
        token is { Kid: { Length: > 0 } key, Alg: SecurityAlgorithms.RsaSha256 } && parameters.ValidIssuers.Contains(token.Issuer) && keys.SigningKeys.All(known => known.KeyId != key);
}

/// <summary>Whether a token is one of ours.</summary>
public abstract record TokenCheck
{
    private TokenCheck() { }

    public sealed record Valid(JsonWebToken Token) : TokenCheck;

    public sealed record Unknown(string Reason) : TokenCheck;
}

/// <summary>The tenant's signing keys, or one that is new, cannot be had yet. Trouble of ours: the sender is to try again.</summary>
public sealed class TenantKeysException(Exception inner) : Exception("The signing keys of the tenant cannot be had.", inner);
