using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.SignIn;

/// <summary>How people sign in on the pages of a host.</summary>
public abstract record SignInSettings
{
    private SignInSettings() { }

    /// <summary>Nobody does: pages are shut.</summary>
    public sealed record None : SignInSettings;

    /// <summary>As whomever of these people one likes, at this machine alone.</summary>
    /// <param name="People">Ids, <c>dev:NAME</c>.</param>
    public sealed record Development(ImmutableArray<string> People) : SignInSettings
    {
        public const string Prefix = "dev:";

        public static Development Of(DeploymentEnvironment environment) => new(
            [.. environment.Roles.Values.SelectMany(people => people).Where(person => person.StartsWith(Prefix, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>With Microsoft Entra, in one tenant.</summary>
    /// <param name="Client">Id of our application.</param>
    /// <param name="Secret">Of that application; null where <see cref="Assertion"/> stands for it.</param>
    /// <param name="PublicUrl">Where browsers reach this host, <c>https://</c> unless at this machine. Entra sends them back there.</param>
    public sealed record Entra(Guid Tenant, Guid Client, string? Secret, Uri PublicUrl) : SignInSettings
    {
        /// <summary>Makes a token of a managed identity that the application trusts (a federated credential of it), so that there is no secret at all.</summary>
        public Func<CancellationToken, Task<string>>? Assertion { get; init; }

        /// <summary>Where Entra is; another address for tests.</summary>
        public Uri Login { get; init; } = new("https://login.microsoftonline.com/");

        public Uri Issuer => new(Login, $"{Tenant}/v2.0");

        public bool IsSecure => PublicUrl.Scheme == Uri.UriSchemeHttps;

        /// <summary>Without the secret.</summary>
        public override string ToString() => $"Entra tenant {Tenant}, application {Client}, at {PublicUrl}";
    }
}
