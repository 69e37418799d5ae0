using System.Collections;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Web.Tokens;

namespace Playbooks.Web.Teams;

/// <summary>
/// The tokens with which Bot Service calls a bot. They prove that Bot Service sent an activity, and from which of its addresses; who acted in Teams is
/// Bot Service's word. Tokens that Entra issues to agents are refused: nobody but Bot Service calls here.
/// </summary>
public sealed class BotTokens
{
    public const string Issuer = "https://api.botframework.com";
    public const string Metadata = "https://login.botframework.com/v1/.well-known/openidconfiguration";

    /// <summary>Where a signing key says which channels it signs for. Bot Service's own; no other issuer has it.</summary>
    private const string Endorsements = "endorsements";

    private readonly IssuedTokens tokens;

    /// <param name="keys">Where Bot Service's signing keys are had from.</param>
    public BotTokens(Guid appId, BaseConfigurationManager keys, TimeProvider time) => tokens = new IssuedTokens([Issuer], [$"{appId}"], keys, time);

    /// <summary>The keys that Bot Service publishes.</summary>
    /// <param name="documents">Null fetches them over HTTPS.</param>
    public static BaseConfigurationManager Keys(IDocumentRetriever? documents = null) => IssuedTokens.KeysAt(Metadata, documents);

    /// <exception cref="KeysUnavailableException">Bot Service's keys cannot be had, or not the one that signed this token, so it cannot be believed for now.</exception>
    public async Task<BotTokenCheck> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (await tokens.ReadAsync(token, cancellationToken).ConfigureAwait(false) is not var (claims, keys))
            return new BotTokenCheck.Unknown("The token is not one that Bot Service issued for this bot and that is valid now.");
        if (!SignsForTeams(claims, keys))
            return new BotTokenCheck.Unknown("The key that signed the token does not sign for Teams.");
        return IssuedTokens.Values(claims, "serviceurl") is [var service] ? new BotTokenCheck.Known(service)
            : new BotTokenCheck.Unknown("The token does not say from which address of Bot Service it comes.");
    }

    /// <summary>A document that does not endorse at all lets each key sign for every channel; one that does is taken at its word.</summary>
    private static bool SignsForTeams(JsonWebToken token, BaseConfiguration keys)
    {
        if (keys is not OpenIdConnectConfiguration { JsonWebKeySet: { } set })
            return true;
        return set.Keys.Where(key => key.KeyId == token.Kid).Select(key => key.AdditionalData.TryGetValue(Endorsements, out var written) ? written : null)
            .All(written => written is null || Channels(written).Contains(BotActivity.Teams));
    }

    private static IEnumerable<string> Channels(object written) => written switch
    {
        JsonElement { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().Where(channel => channel.ValueKind == JsonValueKind.String).Select(channel => channel.GetString()!),
        IEnumerable channels and not string => channels.OfType<object>().Select(channel => channel.ToString()!),
        _ => [],
    };
}

/// <summary>Whether an activity comes from Bot Service.</summary>
public abstract record BotTokenCheck
{
    private BotTokenCheck() { }

    /// <param name="ServiceUrl">Of the Bot Service that sent it, as the token says.</param>
    public sealed record Known(string ServiceUrl) : BotTokenCheck;

    public sealed record Unknown(string Reason) : BotTokenCheck;
}
