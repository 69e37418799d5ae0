using Azure.Core;
using Azure.Identity;
using Playbooks.Core.Definitions;
using Playbooks.Web.SignIn;
using Playbooks.Web.Tokens;

namespace Playbooks.Hosting;

/// <summary>
/// Who may come in besides the holder of the host's key: with Entra, from the process's environment variables, because a secret stands in no file of ours;
/// for development, from the environment itself, where a reader sees it.
/// </summary>
public static class SignInVariables
{
    /// <summary>Id of the Entra tenant whose people come in.</summary>
    public const string Tenant = "PLAYBOOKS_SIGNIN_TENANT";
    /// <summary>Client id of our application in that tenant.</summary>
    public const string Client = "PLAYBOOKS_SIGNIN_CLIENT";
    /// <summary>A secret of that application; with it people sign in on pages, without it they come with tokens alone.</summary>
    public const string Secret = "PLAYBOOKS_SIGNIN_SECRET";
    /// <summary>Client id of a managed identity that our application trusts; stands for the secret.</summary>
    public const string Identity = "PLAYBOOKS_SIGNIN_IDENTITY";
    /// <summary>Where browsers reach this host.</summary>
    public const string Url = "PLAYBOOKS_SIGNIN_URL";

    /// <exception cref="HostSettingException">One says how to mend it, without repeating the secret.</exception>
    public static SignInSettings Settings(Func<string, string?> variable, DeploymentEnvironment environment)
    {
        var (tenant, client, secret, url) = (Id(variable, Tenant, "a tenant"), Id(variable, Client, "an application, its client id"), Text(variable, Secret), Text(variable, Url));
        if (tenant is null != client is null)
            throw new HostSettingException($"{Tenant} and {Client} go together: set both or neither.");
        var identity = Id(variable, Identity, "a managed identity, its client id");
        if (secret is not null && identity is not null)
            throw new HostSettingException($"{Identity} stands for {Secret}: remove one.");
        var proves = secret is not null || identity is not null;
        if (proves == url is null || (proves && tenant is null))
            throw new HostSettingException($"{Secret} (or {Identity}) and {Url} go together, with {Tenant} and {Client}: set all four for a sign-in on pages, the latter two for tokens alone.");
        if (environment.SignIn is SignInWay.Development)
        {
            return tenant is null ? SignInSettings.Development.Of(environment)
                : throw new HostSettingException($"{environment.Name} has the development sign-in, where anybody is whom they say; with {Tenant} people come from Entra. Remove one.");
        }
        return !proves ? new SignInSettings.None() : new SignInSettings.Entra(tenant!.Value, client!.Value, secret, PublicUrl(url!)) { Assertion = identity is { } trusted ? AssertionOf(trusted) : null };
    }

    /// <summary>Null where no tenant is set up.</summary>
    public static PersonTokens? Tokens(Func<string, string?> variable, TimeProvider time) =>
        Id(variable, Tenant, "a tenant") is { } tenant && Id(variable, Client, "an application, its client id") is { } client
            ? new PersonTokens(new TenantTokens(tenant, client, TenantTokens.KeysOf(tenant), time)) : null;

    /// <summary>The audience is that of every federated credential in Entra.</summary>
    private static Func<CancellationToken, Task<string>> AssertionOf(Guid identity)
    {
        var credential = new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId($"{identity}"));
        return async cancellationToken => (await credential.GetTokenAsync(new TokenRequestContext(["api://AzureADTokenExchange/.default"]), cancellationToken)).Token;
    }

    private static Uri PublicUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url is { PathAndQuery: "/", UserInfo: "" } ? url : throw new HostSettingException($"{Url} is not where browsers reach this host: https://NAME, without a path; http only at this machine.");

    private static string? Text(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } text ? text : null;

    /// <summary>However a GUID is written, it is the one that stands in tokens.</summary>
    private static Guid? Id(Func<string, string?> variable, string name, string of) => variable(name) switch
    {
        null or "" => null,
        var text when Guid.TryParse(text, out var id) => id,
        _ => throw new HostSettingException($"{name} is not the id of {of}, which is a GUID."),
    };
}
