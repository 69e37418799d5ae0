using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.Graph.Models.ODataErrors;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Teams.Graph;

/// <param name="ObjectId">In the directory.</param>
/// <param name="Mail">Null where the directory has no address.</param>
internal sealed record Recipient(string ObjectId, string? Mail);

/// <summary>
/// Whom to tell: the members of the environment's groups, and of those the ones who are on call, if the shift plan names any of them. It says who is
/// told, never who may decide; so it may be a few minutes old. Needs GroupMember.Read.All, User.Read.All and, for the shift plan, Schedule.Read.All.
/// </summary>
internal sealed class Recipients(GraphClients graph, TimeProvider time)
{
    /// <summary>More people are not told one by one; nobody would read it.</summary>
    public const int Max = 50;
    private const int PageSize = 100;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);
    private static readonly string[] Fields = ["id", "mail", "accountEnabled"];

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, IReadOnlyList<Recipient> People)> kept = new(StringComparer.Ordinal);

    /// <summary>The people of these groups. Who is no longer in the directory is left out.</summary>
    public async Task<IReadOnlyList<Recipient>> OfAsync(DeploymentEnvironment environment, IReadOnlyCollection<string> groups, CancellationToken cancellationToken)
    {
        var key = $"{environment.Digest}/{string.Join('/', groups.Order(StringComparer.Ordinal))}";
        if (kept.TryGetValue(key, out var known) && time.GetUtcNow() - known.At < KeptFor)
            return known.People;
        var members = groups.SelectMany(group => environment.Roles.GetValueOrDefault(group, [])).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var people = new Dictionary<string, Recipient>(StringComparer.OrdinalIgnoreCase);
        foreach (var id in members.Select(PersonIds.ObjectOf).OfType<string>().Take(Max))
        {
            try
            {
                var user = await graph.People.Users[id].GetAsync(ask => ask.QueryParameters.Select = Fields, cancellationToken).ConfigureAwait(false);
                Add(people, user?.Id, user?.Mail, user?.AccountEnabled);
            }
            catch (ODataError gone) when (gone.ResponseStatusCode == (int)HttpStatusCode.NotFound)
            {
                // Has left; the others are told.
            }
        }
        foreach (var id in members.Select(PersonIds.GroupOf).OfType<string>())
        {
            var users = await graph.People.Groups[id].TransitiveMembers.GraphUser.GetAsync(ask =>
            {
                ask.QueryParameters.Select = Fields;
                ask.QueryParameters.Top = PageSize;
                ask.QueryParameters.Count = true;
                // Without it Graph does not filter members by their kind.
                ask.Headers.Add("ConsistencyLevel", "eventual");
            }, cancellationToken).ConfigureAwait(false);
            foreach (var user in users?.Value ?? [])
                Add(people, user.Id, user.Mail, user.AccountEnabled);
        }
        var onCall = environment.Teams?.OnCall is { } team ? await OnCallAsync(team, cancellationToken).ConfigureAwait(false) : [];
        var told = people.Values.Where(person => onCall.Contains(person.ObjectId)).ToList() is { Count: > 0 } few ? few : [.. people.Values];
        IReadOnlyList<Recipient> result = [.. told.OrderBy(person => person.ObjectId, StringComparer.Ordinal).Take(Max)];
        kept[key] = (time.GetUtcNow(), result);
        return result;
    }

    /// <summary>Who has a shift now. A plan that cannot be read keeps nobody from being told.</summary>
    private async Task<HashSet<string>> OnCallAsync(Guid team, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        try
        {
            var shifts = await graph.People.Teams[team.ToString("D")].Schedule.Shifts.GetAsync(ask =>
                ask.QueryParameters.Filter = $"sharedShift/startDateTime le {now} and sharedShift/endDateTime ge {now}", cancellationToken).ConfigureAwait(false);
            return new HashSet<string>((shifts?.Value ?? []).Where(shift => shift.SharedShift?.StartDateTime <= time.GetUtcNow() && time.GetUtcNow() < shift.SharedShift?.EndDateTime)
                .Select(shift => shift.UserId).OfType<string>(), StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && ChannelTrouble.Words(error) is not null)
        {
            return [];
        }
    }

    private static void Add(Dictionary<string, Recipient> people, string? id, string? mail, bool? enabled)
    {
        if (id is not null && enabled != false)
            people[id] = new Recipient(id, string.IsNullOrWhiteSpace(mail) ? null : mail);
    }
}
