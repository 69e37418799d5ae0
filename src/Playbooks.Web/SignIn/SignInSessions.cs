using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Playbooks.Web.Access;

namespace Playbooks.Web.SignIn;

/// <summary>
/// Says whether a request comes from somebody who has signed in. What changes something counts only with our antiforgery token, as the header
/// <see cref="AntiforgeryHeader"/> or the field <see cref="AntiforgeryField"/>: a page elsewhere can send a cookie along, but cannot read a token.
/// </summary>
public sealed class SignInSessions(SignInSettings settings, IAntiforgery antiforgery)
{
    public const string AntiforgeryHeader = "X-Playbooks-Antiforgery";
    public const string AntiforgeryField = "antiforgery";

    public async Task<CallerCheck> CheckAsync(HttpContext http)
    {
        if (settings is SignInSettings.None || SignedIn.CallerOf(http.User) is not { } caller)
            return new CallerCheck.Unknown("Sign in, or send a key as 'Authorization: Bearer KEY'.");
        if (Problem(http) is { } problem)
            return new CallerCheck.Forbidden(problem);
        return await antiforgery.IsRequestValidAsync(http) ? new CallerCheck.Known(caller)
            : new CallerCheck.Forbidden($"What changes something needs the antiforgery token of a page of this host, as '{AntiforgeryHeader}'.");
    }

    /// <summary>Null where the request has come the way on which people may sign in here.</summary>
    public string? Problem(HttpContext http) => settings switch
    {
        SignInSettings.Development => SameMachine.Problem(http),
        // Behind what ends TLS, the name is the only thing that still says how the browser reached us.
        SignInSettings.Entra entra => string.Equals(http.Request.Host.Host, entra.PublicUrl.Host, StringComparison.OrdinalIgnoreCase) ? null : $"This host is reached as {entra.PublicUrl}.",
        _ => "Nobody can sign in here: the host is not set up for it.",
    };

    /// <summary>The token for forms and scripts of a page that this person is shown.</summary>
    public string TokenFor(HttpContext http) => antiforgery.GetAndStoreTokens(http).RequestToken!;
}
