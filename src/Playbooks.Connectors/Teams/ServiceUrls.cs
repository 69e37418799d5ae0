namespace Playbooks.Connectors.Teams;

/// <summary>
/// Where a bot's token may go: only to hosts of Microsoft's. The address comes with each activity, so whoever could forge one would else be sent
/// the token.
/// </summary>
public static class ServiceUrls
{
    /// <summary>Where the first message goes before anybody has written to the bot.</summary>
    public static readonly Uri ColdStart = new("https://smba.trafficmanager.net/teams/");

    private static readonly string[] Hosts = ["smba.trafficmanager.net", "teams.microsoft.com"];
    private const string Domain = ".botframework.com";

    public static bool IsAllowed(Uri url) => url is { IsAbsoluteUri: true, Scheme: "https", IsDefaultPort: true, UserInfo.Length: 0 }
        && (Hosts.Contains(url.Host, StringComparer.OrdinalIgnoreCase) || url.Host.EndsWith(Domain, StringComparison.OrdinalIgnoreCase));
}
