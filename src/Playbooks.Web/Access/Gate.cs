using System.Collections.Concurrent;
using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Access;

/// <summary>
/// Says whether somebody may do something in an environment, after the table. Whoever wants to change something is looked up in that moment; for looking,
/// what was found a short while ago is good enough, so that a page that refreshes itself does not ask the directory each time.
/// </summary>
public sealed class Gate(IDirectory directory, TimeProvider time)
{
    /// <summary>For looking only.</summary>
    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(1);
    private const int RememberedMax = 1024;

    private static readonly ImmutableArray<AccessRole> EveryRole = [.. Enum.GetValues<AccessRole>()];

    private readonly ConcurrentDictionary<(string Person, string Environment), (Standing.Member Standing, DateTimeOffset Until)> remembered = new();

    /// <returns>Null where the gate is open, else why not.</returns>
    public async Task<Judgement?> CheckAsync(Caller by, Operation operation, DeploymentEnvironment environment, CancellationToken cancellationToken) =>
        Refusal(by, operation, environment, await StandingAsync(by, operation, environment, cancellationToken).ConfigureAwait(false));

    /// <summary>What somebody is, for what they want to do.</summary>
    public async Task<Standing> StandingAsync(Caller by, Operation operation, DeploymentEnvironment environment, CancellationToken cancellationToken)
    {
        if (by.Kind == CallerKind.Application)
            return new Standing.Member(by.Name, [], [AccessRole.Auditor]);
        var key = (by.Person, environment.Digest);
        if (AccessTable.OnlyLooks(operation) && remembered.TryGetValue(key, out var known) && time.GetUtcNow() < known.Until)
            return ForKind(by, known.Standing);
        var standing = Of(environment, by, await directory.LookUpAsync(environment, by.Person, cancellationToken).ConfigureAwait(false));
        if (standing is Standing.Member member && (remembered.Count < RememberedMax || remembered.ContainsKey(key)))
            remembered[key] = (member, time.GetUtcNow() + RememberedFor);
        else
            Forget(key);
        return ForKind(by, standing);
    }

    /// <summary>What the table says; null where it allows it.</summary>
    public static Judgement? Refusal(Caller by, Operation operation, DeploymentEnvironment environment, Standing standing) => standing switch
    {
        Standing.Unavailable unknown => Judgement.TryAgain($"Nobody can tell now what you may do: {unknown.Reason} Try again."),
        Standing.Nobody nobody => Judgement.Forbidden(nobody.Reason),
        Standing.Member when by.Kind == CallerKind.Application && !AccessTable.OnlyLooks(operation) => Judgement.Forbidden("An application decides nothing; a person has to."),
        Standing.Member member => AccessTable.Allows(member.Roles, operation) ? null : Judgement.Forbidden($"In {environment.Name} this takes the access role "
            + $"{string.Join(" or ", AccessTable.RolesFor(operation).Select(WireName.Of))}, and you have {(member.Roles.IsEmpty ? "none" : string.Join(", ", member.Roles.Select(WireName.Of)))}."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Rights that are withdrawn are to be forgotten in the moment in which anybody notices.</summary>
    private void Forget((string, string) key)
    {
        remembered.TryRemove(key, out _);
        if (remembered.Count < RememberedMax)
            return;
        var now = time.GetUtcNow();
        foreach (var old in remembered.Where(entry => entry.Value.Until <= now))
            remembered.TryRemove(old);
    }

    /// <summary>Who holds the key is nobody's guest: no door is shut to them, whether a directory knows them or not.</summary>
    private static Standing ForKind(Caller by, Standing standing) => by.Kind != CallerKind.KeyHolder || standing is Standing.Unavailable ? standing
        : new Standing.Member(by.Name, standing is Standing.Member member ? member.Groups : [], EveryRole);

    private static Standing Of(DeploymentEnvironment environment, Caller by, PersonLookup lookup) => lookup switch
    {
        PersonLookup.Unavailable unknown => new Standing.Unavailable(unknown.Reason),
        PersonLookup.Unknown => new Standing.Nobody($"{environment.Name} knows nobody called {by.Person}."),
        PersonLookup.Known { IsEnabled: false } => new Standing.Nobody("This account is switched off."),
        PersonLookup.Known { IsGuest: true } => new Standing.Nobody("Guests hold no rights here."),
        PersonLookup.Known known => new Standing.Member(known.Name, known.Groups,
            [.. environment.Access.Where(role => role.Value.Any(known.Groups.Contains)).Select(role => role.Key)]),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
