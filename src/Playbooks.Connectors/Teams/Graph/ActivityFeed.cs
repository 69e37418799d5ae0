using System.Security.Cryptography;
using System.Text;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item.Teamwork.SendActivityNotification;
using Playbooks.Core.Cards;

namespace Playbooks.Connectors.Teams.Graph;

/// <summary>
/// Puts a line into people's activity feeds that leads to the card. A later one about the same notice takes the earlier one's place. Needs
/// TeamsActivity.Send, and the app installed for the person.
/// </summary>
internal sealed class ActivityFeed(GraphClients graph)
{
    private const int PreviewMaxCharacters = 150;
    private const int TopicMaxCharacters = 50;

    /// <summary>Returns how many people got it.</summary>
    /// <exception cref="ChannelException">Nobody did. It is a channel's trouble also when the time was over.</exception>
    public async Task<int> NudgeAsync(IReadOnlyList<Recipient> people, Nudge nudge, CancellationToken cancellationToken)
    {
        if (people.Count == 0)
            throw new ChannelException("The groups that may decide have nobody in the directory.");
        var sent = 0;
        Exception? last = null;
        foreach (var person in people)
        {
            try
            {
                await graph.Feed.Users[person.ObjectId].Teamwork.SendActivityNotification.PostAsync(Body(nudge), cancellationToken: cancellationToken).ConfigureAwait(false);
                sent++;
            }
            catch (Exception error) when (ChannelTrouble.Words(error) is not null)
            {
                // Somebody may not have installed the app; the others are told. When the time is over, who has been told counts.
                last = error;
                if (cancellationToken.IsCancellationRequested)
                    break;
            }
        }
        return sent > 0 ? sent : throw new ChannelException(ChannelTrouble.Words(last!)!, last!);
    }

    private static SendActivityNotificationPostRequestBody Body(Nudge nudge) => new()
    {
        Topic = new TeamworkActivityTopic { Source = TeamworkActivityTopicSource.Text, Value = CardText.Short(CardText.Safe(nudge.RunId), TopicMaxCharacters), WebUrl = nudge.Link.AbsoluteUri },
        ActivityType = nudge.ActivityType,
        ChainId = ChainOf(nudge.RunId, nudge.Notice),
        PreviewText = new ItemBody { Content = CardText.Short(CardText.Safe(nudge.Text), PreviewMaxCharacters), ContentType = BodyType.Text },
        TemplateParameters = [.. nudge.Parameters.Select(parameter => new Microsoft.Graph.Models.KeyValuePair { Name = parameter.Name, Value = CardText.Short(CardText.Safe(parameter.Value), PreviewMaxCharacters) })],
    };

    /// <summary>The same for the same notice, in every process.</summary>
    private static long ChainOf(string runId, string notice) =>
        BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(runId + "\n" + notice))) & long.MaxValue;
}

/// <param name="ActivityType">As the app's manifest declares it.</param>
/// <param name="Link">To the card in Teams; the feed takes no other link.</param>
/// <param name="Parameters">That the type's text has holes for.</param>
internal sealed record Nudge(string RunId, string Notice, string ActivityType, string Text, Uri Link, IReadOnlyList<(string Name, string Value)> Parameters);
