using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Playbooks.Web.Tokens;

/// <summary>
/// Tokens that somebody issues to their own callers for one audience: signature, issuer, audience and lifetime, checked by Microsoft.IdentityModel.
/// Each door asks on from there what its own callers must be.
/// </summary>
internal sealed class IssuedTokens
{
    /// <summary>Of one document of keys. Nobody waits for it longer than for an answer; it goes on for those who come later.</summary>
    private const int KeysWithinSeconds = 10;

    /// <summary>Between two questions for new keys, which anybody can cause with a token that names an unknown one.</summary>
    private const int KeysAgainAfterSeconds = 30;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters parameters;

    /// <param name="keys">Where the issuer's signing keys are had from.</param>
    public IssuedTokens(IEnumerable<string> issuers, IEnumerable<string> audiences, BaseConfigurationManager keys, TimeProvider time) =>
        parameters = new TokenValidationParameters
        {
            ConfigurationManager = keys,
            ValidIssuers = issuers,
            ValidAudiences = audiences,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = Lifetime(time),
        };

    /// <summary>The keys that a document of OpenID metadata names.</summary>
    /// <param name="documents">Null fetches them over HTTPS.</param>
    public static BaseConfigurationManager KeysAt(string metadata, IDocumentRetriever? documents = null) => new ConfigurationManager<OpenIdConnectConfiguration>(
        metadata, new OpenIdConnectConfigurationRetriever(),
        documents ?? new HttpDocumentRetriever(new HttpClient { Timeout = TimeSpan.FromSeconds(KeysWithinSeconds) })) { RefreshInterval = TimeSpan.FromSeconds(KeysAgainAfterSeconds) };

    /// <summary>Null for what is not one of these tokens.</summary>
    /// <exception cref="KeysUnavailableException">The keys cannot be had, or not the one that signed this token, so it cannot be believed for now.</exception>
    public async Task<(JsonWebToken Token, BaseConfiguration Keys)?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        var keys = await KeysAsync(cancellationToken).ConfigureAwait(false);
        var result = await handler.ValidateTokenAsync(token, parameters).ConfigureAwait(false);
        if (result.IsValid)
            return ((JsonWebToken)result.SecurityToken, keys);
        return result.Exception is SecurityTokenSignatureKeyNotFoundException && MayBeNew(handler.ReadJsonWebToken(token), keys) ? throw new KeysUnavailableException(result.Exception) : null;
    }

    /// <summary>Reckons from now, because a token's own times may be so far away that nothing can be added to them.</summary>
    public static LifetimeValidator Lifetime(TimeProvider time) => (notBefore, expires, _, _) => time.GetUtcNow().UtcDateTime is var now
        && expires is { } end && now - ClockSkew < end && (notBefore is not { } begin || now + ClockSkew >= begin);

    /// <summary>What a token says under any of these names, each once.</summary>
    public static string[] Values(JsonWebToken token, params string[] names) => [.. token.Claims.Where(claim => names.Contains(claim.Type)).Select(claim => claim.Value).Distinct()];

    /// <summary>Asked for before validating, which would only say that no key fits, and a refusal is for good.</summary>
    private async Task<BaseConfiguration> KeysAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The question is everybody's and does not end with whoever asked it first, so that one waits no longer than the sender does.
            var keys = await parameters.ConfigurationManager.GetBaseConfigurationAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            return keys.SigningKeys.Count > 0 ? keys : throw new InvalidOperationException("The issuer's document names no key.");
        }
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or IOException)
        {
            throw new KeysUnavailableException(error);
        }
    }

    /// <summary>
    /// The issuer may have begun to use a key since we asked for its keys; the library is asking again by now. Said only of what names our issuer: a
    /// stranger's token does not get better by being sent again.
    /// </summary>
    private bool MayBeNew(JsonWebToken token, BaseConfiguration keys) =>
        token is { Kid: { Length: > 0 } key, Alg: SecurityAlgorithms.RsaSha256 } && parameters.ValidIssuers.Contains(token.Issuer) && keys.SigningKeys.All(known => known.KeyId != key);
}

/// <summary>An issuer's signing keys, or one that is new, cannot be had yet. Trouble of ours: the sender is to try again.</summary>
public sealed class KeysUnavailableException(Exception inner) : Exception("The keys that sign such tokens cannot be had.", inner);
