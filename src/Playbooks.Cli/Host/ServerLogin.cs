using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Identity;
using Playbooks.Web;
using Playbooks.Web.Api;
using Playbooks.Web.Tokens;

namespace Playbooks.Cli.Host;

/// <summary>How this command line shows a host elsewhere who is calling.</summary>
internal static partial class ServerLogin
{
    /// <summary>Key of the host, or a token for it.</summary>
    public const string TokenVariable = "PLAYBOOKS_TOKEN";

    private static readonly TimeSpan AskWithin = TimeSpan.FromSeconds(15);

    /// <param name="token">Gets a token of a tenant for a scope.</param>
    /// <exception cref="CliException">The address is none that a token may be sent to, or there is no token.</exception>
    public static async Task<ServerAddress> ToAsync(string address, bool login, Func<string, string?> variable, Func<string, string, CancellationToken, Task<string>> token, CancellationToken cancellationToken)
    {
        var url = Safe(address);
        if (login)
            return new ServerAddress(url, await LogInAsync(url, token, cancellationToken), 0);
        return variable(TokenVariable)?.Trim() is { Length: > 0 } given ? new ServerAddress(url, given, 0)
            : throw new CliException(ExitCodes.WrongInput, $"Set {TokenVariable} to the key of {url.Host} or to a token for it, or say --login.");
    }

    /// <summary>From the Azure CLI where somebody has signed in there, else as whoever this machine is.</summary>
    public static async Task<string> FromAzure(string tenant, string scope, CancellationToken cancellationToken)
    {
        var credential = new ChainedTokenCredential(new AzureCliCredential(new AzureCliCredentialOptions { TenantId = tenant }), new DefaultAzureCredential(new DefaultAzureCredentialOptions { TenantId = tenant }));
        try
        {
            return (await credential.GetTokenAsync(new TokenRequestContext([scope], tenantId: tenant), cancellationToken)).Token;
        }
        catch (AuthenticationFailedException failed)
        {
            throw new CliException(ExitCodes.NotAvailable, $"No token for {scope}: {failed.Message} Sign in with: az login --tenant {tenant} --scope {scope}");
        }
    }

    /// <summary>A token that is sent without TLS is everybody's on the way.</summary>
    private static Uri Safe(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp) || url is not { PathAndQuery: "/", UserInfo: "" })
            throw new CliException(ExitCodes.WrongInput, "--server is the address of a host and no more, for example https://playbooks.university.example.");
        return url.Scheme == Uri.UriSchemeHttps || url.IsLoopback ? url
            : throw new CliException(ExitCodes.WrongInput, $"Nothing is sent to {url.Host} over http, where everybody on the way could read the token. Write https://{url.Authority}.");
    }

    private static async Task<string> LogInAsync(Uri url, Func<string, string, CancellationToken, Task<string>> token, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = url, Timeout = AskWithin };
        using var response = await http.GetAsync(ApiSignIn.Path, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new CliException(ExitCodes.NotAvailable, $"{url.Host} answers {(int)response.StatusCode} and does not say how to sign in.");
        var told = await response.Content.ReadFromJsonAsync<SignInView>(WireJson.Options, cancellationToken);
        // A host that names the scope of something else would be sent a token for that.
        return told is { Tenant: { } tenant, Scope: { } scope } && Guid.TryParse(tenant, out _) && OurScope().IsMatch(scope) ? await token(tenant, scope, cancellationToken)
            : throw new CliException(ExitCodes.NotAvailable, $"{url.Host} takes no tokens of Microsoft Entra. Set {TokenVariable} to its key.");
    }

    [GeneratedRegex($@"\Aapi://[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}/{PersonTokens.ScopePattern}\z")]
    private static partial Regex OurScope();
}
