using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Gateway.Configuration;

namespace Playbooks.Gateway.Control;

/// <summary>
/// Believes a token of one Entra tenant that was issued for this gateway and carries the operator's role. Signature,
/// issuer, audience and times are checked by Microsoft.IdentityModel against the tenant's published keys. Where those
/// cannot be had nobody is believed; the keys on disk work without a network.
/// </summary>
public sealed class EntraRole
{
    private const int KeysWithinSeconds = 10;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters _parameters;
    private readonly string _role;

    public EntraRole(EntraOptions options)
    {
        var client = new HttpClient { Timeout = TimeSpan.FromSeconds(KeysWithinSeconds) };
        var metadata = $"{options.Authority.ToString().TrimEnd('/')}/.well-known/openid-configuration";
        _role = options.Role;
        _parameters = new TokenValidationParameters
        {
            // The issuer is the one that the authority's own metadata names: one tenant, version 2.0 tokens.
            ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                metadata, new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever(client) { RequireHttps = !options.Authority.IsLoopback }),
            ValidAudience = options.Audience,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = TimeSpan.FromMinutes(1),
        };
    }

    /// <summary>The object id of the token's holder, or null.</summary>
    public async Task<string?> HolderAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, _parameters);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken valid) return null;
        var entitled = valid.Claims.Any(c => c.Type == "roles" && c.Value == _role);
        return entitled && valid.TryGetClaim("oid", out var holder) ? holder.Value : null;
    }
}
