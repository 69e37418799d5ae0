using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Teams;

/// <summary>
/// Where a bot's token may go: only to Bot Service. The address comes with each activity, so whoever could forge one would else be sent
/// the token.
/// </summary>
public static class ServiceUrls
{
    /// <summary>Where the first message goes before anybody has written to the bot.</summary>
    public static readonly Uri ColdStart = new($"https://{TeamsTarget.ServiceHost}/teams/");

    public static bool IsAllowed(Uri url) => url is { IsAbsoluteUri: true, Scheme: "https", IsDefaultPort: true, UserInfo.Length: 0, IdnHost: TeamsTarget.ServiceHost };
}
