using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Access;

/// <summary>What somebody is in an environment, at this moment.</summary>
public abstract record Standing
{
    private Standing() { }

    /// <param name="Name">For people to read.</param>
    /// <param name="Groups">Names in <see cref="DeploymentEnvironment.Roles"/>; the decider judges by these.</param>
    /// <param name="Roles">What the environment's <c>access</c> makes of these groups; empty where it says nothing.</param>
    public sealed record Member(string Name, ImmutableArray<string> Groups, ImmutableArray<AccessRole> Roles) : Standing;

    /// <summary>Holds nothing here: a stranger, a guest, somebody whose account is switched off.</summary>
    public sealed record Nobody(string Reason) : Standing;

    /// <summary>Nobody can tell now; nothing is decided on a guess.</summary>
    public sealed record Unavailable(string Reason) : Standing;
}
