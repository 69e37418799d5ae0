using Microsoft.IdentityModel.Tokens;
using Playbooks.Web.Tokens;

namespace Playbooks.Web.Alerts;

/// <summary>
/// The tokens with which Azure Monitor's secure webhook calls. A role says that somebody was let in whom we granted it, and the calling
/// application pins that to Azure Monitor: both are asked.
/// </summary>
public sealed class AlertTokens(Guid tenant, Guid audience, BaseConfigurationManager keys, TimeProvider time)
{
    /// <summary>Azure Monitor's own application, "AzNS AAD Webhook", in every tenant.</summary>
    public const string AzureMonitor = "461e8683-5575-4561-ac7f-899cc907d62a";
    public const string Role = "ActionGroupsSecureWebhook";

    private readonly TenantTokens tokens = new(tenant, audience, keys, time);

    /// <exception cref="KeysUnavailableException">The token cannot be believed for now.</exception>
    public async Task<SenderCheck> CheckAsync(string token, CancellationToken cancellationToken)
    {
        switch (await tokens.CheckAsync(token, cancellationToken).ConfigureAwait(false))
        {
            case TokenCheck.Unknown unknown:
                return new SenderCheck.Unknown(unknown.Reason);
            case TokenCheck.Valid { Token: var claims }:
                // One of both names stands there, by the token's version. Whoever names another application by either is not Azure Monitor.
                if (TenantTokens.Values(claims, "azp", "appid") is not [AzureMonitor])
                    return new SenderCheck.Forbidden("The token was not issued to Azure Monitor.");
                if (TenantTokens.Values(claims, "scp") is not [] || TenantTokens.Values(claims, "idtyp") is not ([] or ["app"]))
                    return new SenderCheck.Forbidden("The token speaks for a person and not for an application.");
                return TenantTokens.Values(claims, "roles").Contains(Role) ? new SenderCheck.Known("Azure Monitor")
                    : new SenderCheck.Forbidden($"The caller lacks the role {Role}.");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
