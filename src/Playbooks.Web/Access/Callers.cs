using Microsoft.AspNetCore.Http;
using Playbooks.Web.SignIn;
using Playbooks.Web.Tokens;

namespace Playbooks.Web.Access;

/// <summary>
/// Finds out who calls, for API and pages alike. What is sent as <c>Authorization</c> counts alone: a cookie beside it says nothing. A cookie counts for what
/// changes something only with the antiforgery token, and so no endpoint can forget to ask for it.
/// </summary>
/// <param name="key">Null where the host has none.</param>
/// <param name="tokens">Null where no tenant is set up.</param>
/// <param name="sessions">Null where nobody can sign in.</param>
public sealed class Callers(ServerKey? key, PersonTokens? tokens, SignInSessions? sessions)
{
    private const string Bearer = "Bearer ";

    public async Task<CallerCheck> OfAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0 && sessions is not null)
            return await sessions.CheckAsync(http).ConfigureAwait(false);
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return new CallerCheck.Unknown("Send the key of this server as 'Authorization: Bearer KEY'.");
        var given = header[Bearer.Length..].Trim();
        if (key?.Of(given) is { } holder)
            return new CallerCheck.Known(holder);
        return tokens is null ? new CallerCheck.Unknown("The key is not this server's.") : await tokens.CheckAsync(given, cancellationToken).ConfigureAwait(false);
    }
}
