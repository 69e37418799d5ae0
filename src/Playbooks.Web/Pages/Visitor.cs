using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;

namespace Playbooks.Web.Pages;

/// <summary>Who looks at a page, and what they are in the environment that it is about.</summary>
public sealed record Visitor(Caller Caller, Standing.Member Standing, DeploymentEnvironment Environment)
{
    public string Person => Caller.Person;

    public string Name => Standing.Name;

    /// <summary>Names in the environment's roles; the decider judges by these.</summary>
    public ImmutableArray<string> Groups => Standing.Groups;

    /// <summary>Access roles in words.</summary>
    public IEnumerable<string> Roles => Standing.Roles.Select(WireName.Of);

    /// <summary>Why they may not do something; null where they may.</summary>
    public string? WhyNot(Operation operation) => Gate.Refusal(Caller, operation, Environment, Standing)?.Reason;
}
