using Playbooks.Web.Access;

namespace Playbooks.Cli.Host;

/// <summary>The person at this machine, as the operating system knows them.</summary>
internal static class LocalPerson
{
    public static string Id => LocalDirectory.LocalPrefix + Environment.UserName;
}
