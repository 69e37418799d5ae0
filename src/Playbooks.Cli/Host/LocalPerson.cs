using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Cli.Host;

/// <summary>The person at this machine, as the operating system knows them.</summary>
internal static class LocalPerson
{
    /// <summary>In a drill environment's roles this stands for whoever is at the machine.</summary>
    public const string Anybody = "local:*";

    public static string Id => "local:" + Environment.UserName;

    public static ImmutableArray<string> RolesIn(Run run) => run.Environment is { } environment ? RolesOf(environment, Id) : [];

    public static ImmutableArray<string> RolesOf(DeploymentEnvironment environment, string person) =>
    [
        .. environment.Roles.Where(role => role.Value.Contains(person)
                || (environment.Kind == EnvironmentKind.Drill && person.StartsWith("local:", StringComparison.Ordinal) && role.Value.Contains(Anybody)))
            .Select(role => role.Key),
    ];
}
