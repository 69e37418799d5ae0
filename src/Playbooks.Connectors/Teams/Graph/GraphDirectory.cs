using System.Net;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Users.Item.CheckMemberGroups;
using Playbooks.Core;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Teams.Graph;

/// <summary>
/// Asks Entra who somebody is and to which groups they belong, also through other groups, each time anew: who was taken out of a group a minute ago
/// decides nothing. Needs User.Read.All and GroupMember.Read.All.
/// </summary>
public sealed class GraphDirectory(GraphClients graph, TimeProvider time) : IDirectory
{
    /// <summary>What Graph takes in one question.</summary>
    private const int GroupsPerQuestionMax = 20;
    private const string Guest = "Guest";
    /// <summary>Somebody waits for the answer to a press of a button, and the chat gives up soon.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(4);
    private static readonly string[] Fields = ["id", "displayName", "accountEnabled", "userType"];

    public async Task<PersonLookup> LookUpAsync(DeploymentEnvironment environment, string person, CancellationToken cancellationToken)
    {
        if (PersonIds.ObjectOf(person) is not { } id)
            return new PersonLookup.Unknown();
        try
        {
            using var limit = new CancellationTokenSource(AnswerWithin, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var user = graph.Directory.Users[id].GetAsync(ask => ask.QueryParameters.Select = Fields, either.Token);
            var groups = GroupsOfAsync(environment, id, either.Token);
            await Task.WhenAll(user, groups).ConfigureAwait(false);
            return Known(environment, person, (await user.ConfigureAwait(false))!, await groups.ConfigureAwait(false));
        }
        catch (ODataError error) when (error.ResponseStatusCode == (int)HttpStatusCode.NotFound)
        {
            return new PersonLookup.Unknown();
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && ChannelTrouble.Words(error) is not null)
        {
            return new PersonLookup.Unavailable($"The directory does not say who this is: {ChannelTrouble.Words(error)}.");
        }
    }

    private async Task<HashSet<string>> GroupsOfAsync(DeploymentEnvironment environment, string id, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var some in PersonIds.GroupsIn(environment).Chunk(GroupsPerQuestionMax))
        {
            var answer = await graph.Directory.Users[id].CheckMemberGroups.PostAsCheckMemberGroupsPostResponseAsync(new CheckMemberGroupsPostRequestBody { GroupIds = [.. some] },
                cancellationToken: cancellationToken).ConfigureAwait(false);
            found.UnionWith(answer?.Value ?? []);
        }
        return found;
    }

    private static PersonLookup.Known Known(DeploymentEnvironment environment, string person, User user, HashSet<string> groups) => new(user.DisplayName ?? "",
        [.. environment.Roles.Where(role => role.Value.Any(member => string.Equals(member, person, StringComparison.OrdinalIgnoreCase) || (PersonIds.GroupOf(member) is { } group && groups.Contains(group))))
            .Select(role => role.Key)],
        // What is not said counts against the person.
        IsGuest: !string.Equals(user.UserType, "Member", StringComparison.OrdinalIgnoreCase) || string.Equals(user.UserType, Guest, StringComparison.OrdinalIgnoreCase), IsEnabled: user.AccountEnabled == true);
}
