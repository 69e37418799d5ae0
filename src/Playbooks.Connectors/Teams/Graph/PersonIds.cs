using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Teams.Graph;

/// <summary>Ids of people and groups as environments write them.</summary>
internal static class PersonIds
{
    private const string Person = "entra:";
    private const string Group = "group:";

    /// <summary>The person's id in the directory; null for somebody whom it does not keep.</summary>
    public static string? ObjectOf(string person) => Rest(person, Person);

    public static string OfObject(string objectId) => Person + objectId.ToLowerInvariant();

    public static string? GroupOf(string member) => Rest(member, Group);

    /// <summary>Groups of the directory that stand in the environment's groups.</summary>
    public static ImmutableArray<string> GroupsIn(DeploymentEnvironment environment) =>
        [.. environment.Roles.Values.SelectMany(members => members).Select(GroupOf).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];

    private static string? Rest(string id, string prefix) =>
        id.StartsWith(prefix, StringComparison.Ordinal) && Guid.TryParseExact(id.AsSpan(prefix.Length), "D", out var parsed) ? parsed.ToString("D") : null;
}
