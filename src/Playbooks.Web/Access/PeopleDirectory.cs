using Playbooks.Core;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Access;

/// <summary>Asks the directory that keeps a person: Entra's for Entra's people, the environment itself for all others.</summary>
/// <param name="entra">Null where the host has none: then nobody can tell whether somebody is a guest or switched off, and nothing is decided on a guess.</param>
public sealed class PeopleDirectory(IDirectory local, IDirectory? entra) : IDirectory
{
    public const string EntraPrefix = "entra:";

    private static readonly Task<PersonLookup> NoEntra =
        Task.FromResult<PersonLookup>(new PersonLookup.Unavailable("this host is not set up to ask Microsoft Entra about people."));

    public Task<PersonLookup> LookUpAsync(DeploymentEnvironment environment, string person, CancellationToken cancellationToken) =>
        !person.StartsWith(EntraPrefix, StringComparison.Ordinal) ? local.LookUpAsync(environment, person, cancellationToken)
            : entra?.LookUpAsync(environment, person, cancellationToken) ?? NoEntra;
}
