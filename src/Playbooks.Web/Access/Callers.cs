using Microsoft.AspNetCore.Http;
using Playbooks.Web.Tokens;

namespace Playbooks.Web.Access;

/// <summary>Finds out who calls. What is sent as <c>Authorization</c> counts alone: a cookie beside it says nothing.</summary>
/// <param name="key">Null where the host has none.</param>
/// <param name="tokens">Null where no tenant is set up.</param>
public sealed class Callers(ServerKey? key, PersonTokens? tokens)
{
    private const string Bearer = "Bearer ";

    public async Task<CallerCheck> OfAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return new CallerCheck.Unknown("Send the key of this server as 'Authorization: Bearer KEY'.");
        var given = header[Bearer.Length..].Trim();
        if (key?.Of(given) is { } holder)
            return new CallerCheck.Known(holder);
        return tokens is null ? new CallerCheck.Unknown("The key is not this server's.") : await tokens.CheckAsync(given, cancellationToken).ConfigureAwait(false);
    }
}
