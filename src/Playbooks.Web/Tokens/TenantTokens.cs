using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Playbooks.Web.Tokens;

/// <summary>
/// Tokens that Microsoft Entra issued in our tenant for an application of ours. That they are, and that they are valid now, is checked here; whom a token
/// speaks for and what that is worth is for its reader to say.
/// </summary>
public sealed class TenantTokens
{
    /// <summary>Id of the tenant.</summary>
    public string Tenant => tenant;

    /// <summary>Address of our application, <c>api://…</c>.</summary>
    public string Application { get; }

    private readonly IssuedTokens tokens;
    private readonly string tenant;

    /// <param name="tenant">Id of the one tenant that is ours.</param>
    /// <param name="audience">Client id of our application; in tokens of version 1 its address, <c>api://…</c>, stands there.</param>
    /// <param name="keys">Where the tenant's signing keys are had from.</param>
    public TenantTokens(Guid tenant, Guid audience, BaseConfigurationManager keys, TimeProvider time)
    {
        this.tenant = tenant.ToString();
        Application = $"api://{audience}";
        tokens = new IssuedTokens([$"https://login.microsoftonline.com/{tenant}/v2.0", $"https://sts.windows.net/{tenant}/"], [$"{audience}", Application], keys, time);
    }

    /// <summary>The keys that the tenant publishes.</summary>
    public static BaseConfigurationManager KeysOf(Guid tenant) => IssuedTokens.KeysAt($"https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration");

    /// <exception cref="KeysUnavailableException">The tenant's keys cannot be had, or not the one that signed this token, so it cannot be believed for now.</exception>
    public async Task<TokenCheck> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (await tokens.ReadAsync(token, cancellationToken).ConfigureAwait(false) is not var (claims, _))
            return new TokenCheck.Unknown("The token is not one that Microsoft Entra issued for this server in our tenant and that is valid now.");
        return Values(claims, "tid") is [var of] && of == tenant ? new TokenCheck.Valid(claims) : new TokenCheck.Unknown("The token is of another tenant.");
    }

    /// <inheritdoc cref="IssuedTokens.Lifetime"/>
    internal static LifetimeValidator Lifetime(TimeProvider time) => IssuedTokens.Lifetime(time);

    /// <inheritdoc cref="IssuedTokens.Values"/>
    public static string[] Values(JsonWebToken token, params string[] names) => IssuedTokens.Values(token, names);
}

/// <summary>Whether a token is one of ours.</summary>
public abstract record TokenCheck
{
    private TokenCheck() { }

    public sealed record Valid(JsonWebToken Token) : TokenCheck;

    public sealed record Unknown(string Reason) : TokenCheck;
}
