using System.Security.Claims;
using Playbooks.Core.Decisions;
using Playbooks.Web.Access;

namespace Playbooks.Web.SignIn;

/// <summary>What the cookie of somebody who has signed in holds: who they are, and no right.</summary>
internal static class SignedIn
{
    /// <summary>Of the cookie.</summary>
    public const string Scheme = "playbooks";

    private const string PersonClaim = "sub";
    private const string NameClaim = "name";

    public static ClaimsPrincipal Of(string person, string name) =>
        new(new ClaimsIdentity([new Claim(PersonClaim, person), new Claim(NameClaim, name)], Scheme, NameClaim, roleType: null));

    /// <summary>Null where nobody has signed in.</summary>
    public static Caller? CallerOf(ClaimsPrincipal user) => user.Identity is ClaimsIdentity { IsAuthenticated: true, AuthenticationType: Scheme }
        && user.FindFirst(PersonClaim)?.Value is { Length: > 0 } person ? new Caller(person, user.FindFirst(NameClaim)?.Value ?? person, Votes.ViaPage) : null;
}
