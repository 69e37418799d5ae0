using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Access;

/// <summary>
/// Knows the people whom an environment names itself, one by one. Of a <c>group:</c> in another directory it knows nobody, and so it lets nobody in by one.
/// </summary>
public sealed class LocalDirectory : IDirectory
{
    /// <summary>In a drill environment's roles this stands for whoever is at the machine.</summary>
    public const string Anybody = "local:*";

    /// <summary>With what ids of people at the machine begin.</summary>
    public const string LocalPrefix = "local:";

    private const string GroupPrefix = "group:";

    public Task<PersonLookup> LookUpAsync(DeploymentEnvironment environment, string person, CancellationToken cancellationToken) =>
        Task.FromResult<PersonLookup>(GroupsOf(environment, person) is { IsEmpty: false } groups
            ? new PersonLookup.Known(person[(person.IndexOf(':', StringComparison.Ordinal) + 1)..], groups, IsGuest: false, IsEnabled: true) : new PersonLookup.Unknown());

    /// <summary>Groups of the environment that name the person.</summary>
    public static ImmutableArray<string> GroupsOf(DeploymentEnvironment environment, string person) => person == Anybody || person.StartsWith(GroupPrefix, StringComparison.Ordinal) ? [] :
    [
        .. environment.Roles.Where(role => role.Value.Contains(person)
                || (environment.Kind == EnvironmentKind.Drill && person.StartsWith(LocalPrefix, StringComparison.Ordinal) && role.Value.Contains(Anybody)))
            .Select(role => role.Key),
    ];
}
