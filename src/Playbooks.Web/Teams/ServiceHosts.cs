using System.Collections.Immutable;
using System.Net;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Teams;

/// <summary>
/// The hosts of Bot Service. Cards are posted to the address that an activity names, with our token, so a wrong one would hand out that token.
/// Exact names: whoever may make a name below a known one is not Bot Service.
/// </summary>
/// <param name="Names">Lower case. A loopback address may stand here for a stand-in on this machine, which then needs no TLS and may have any port.</param>
public sealed record ServiceHosts(ImmutableArray<string> Names)
{
    public static ServiceHosts OfTeams { get; } = new([TeamsTarget.ServiceHost]);

    /// <summary>The address in its one spelling; null for what is no address of these hosts.</summary>
    public Uri? Read(string? serviceUrl)
    {
        if (!Uri.TryCreate(serviceUrl, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0 || !Names.Contains(url.IdnHost))
            return null;
        if (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address))
            return url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps ? url : null;
        return url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort ? url : null;
    }

    /// <summary>Both are addresses of one of these hosts, and of the same.</summary>
    public bool Same(string claimed, string written) => Read(claimed) is { } one && Read(written) is { } other && one.IdnHost == other.IdnHost && one.Port == other.Port;
}
