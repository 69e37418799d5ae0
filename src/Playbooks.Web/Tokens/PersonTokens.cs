using Microsoft.IdentityModel.JsonWebTokens;
using Playbooks.Core.Decisions;
using Playbooks.Web.Access;

namespace Playbooks.Web.Tokens;

/// <summary>
/// The tokens with which people, and programs that read, call the API. A person's token says through <c>scp</c> that the person let a program speak for
/// them. An application's own token says so through a role, and reads.
/// </summary>
public sealed class PersonTokens(TenantTokens tokens)
{
    /// <summary>What a person allows a program: to speak for them here.</summary>
    public const string Scope = "Playbooks.Use";

    /// <summary>The scope in a regular expression.</summary>
    public const string ScopePattern = @"Playbooks\.Use";

    /// <summary>Of an application that may read.</summary>
    public const string ReadRole = "Playbooks.Read";

    public const string ApplicationPrefix = "app:";

    private const string GuestAccount = "1";

    public string Tenant => tokens.Tenant;

    /// <summary>The scope as it is asked for.</summary>
    public string FullScope => $"{tokens.Application}/{Scope}";

    public async Task<CallerCheck> CheckAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.CheckAsync(token, cancellationToken).ConfigureAwait(false) switch
            {
                TokenCheck.Unknown unknown => new CallerCheck.Unknown(unknown.Reason),
                TokenCheck.Valid valid => Of(valid.Token),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (KeysUnavailableException unknown)
        {
            return new CallerCheck.Unavailable(unknown.Message + " Send it again.");
        }
    }

    private static CallerCheck Of(JsonWebToken claims)
    {
        var scopes = TenantTokens.Values(claims, "scp").SelectMany(scope => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        if (TenantTokens.Values(claims, "idtyp").Contains("app") || scopes.Count == 0)
            return OfApplication(claims, scopes.Count > 0);
        if (!scopes.Contains(Scope))
            return new CallerCheck.Forbidden($"The token lacks the scope {Scope}.");
        if (TenantTokens.Values(claims, "oid") is not [var oid] || !Guid.TryParse(oid, out var person))
            return new CallerCheck.Forbidden("The token does not say whose it is.");
        if (TenantTokens.Values(claims, "acct").Contains(GuestAccount))
            return new CallerCheck.Forbidden("Guests hold no rights here.");
        return new CallerCheck.Known(new Caller($"{PeopleDirectory.EntraPrefix}{person}", NameOf(claims, "name", "preferred_username") ?? $"{person}", Votes.ViaApi));
    }

    private static CallerCheck OfApplication(JsonWebToken claims, bool forPerson)
    {
        if (forPerson)
            return new CallerCheck.Forbidden("The token speaks for a person and for an application at once.");
        if (!TenantTokens.Values(claims, "roles").Contains(ReadRole))
            return new CallerCheck.Forbidden($"The application lacks the role {ReadRole}.");
        return TenantTokens.Values(claims, "azp", "appid") is [var id] && Guid.TryParse(id, out var application)
            ? new CallerCheck.Known(new Caller($"{ApplicationPrefix}{application}", NameOf(claims, "app_displayname") ?? $"{application}", Votes.ViaApi, CallerKind.Application))
            : new CallerCheck.Forbidden("The token does not say whose it is.");
    }

    private static string? NameOf(JsonWebToken claims, params string[] names) =>
        names.Select(name => TenantTokens.Values(claims, name).FirstOrDefault()).FirstOrDefault(name => !string.IsNullOrWhiteSpace(name));
}
