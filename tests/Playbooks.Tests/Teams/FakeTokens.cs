using Azure.Core;

namespace Playbooks.Tests.Teams;

/// <summary>A token says for whom it is.</summary>
internal sealed class FakeTokens : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new("token-for-" + new Uri(requestContext.Scopes[0]).Host, DateTimeOffset.MaxValue);

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
}
