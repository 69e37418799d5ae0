using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item.SendMail;
using Playbooks.Core.Cards;

namespace Playbooks.Connectors.Teams.Graph;

/// <summary>
/// Sends mail with a link to our page; opening it decides nothing, since scanners of mail follow links. Needs Mail.Send, which the
/// administrator should scope to the one mailbox.
/// </summary>
internal sealed class MailFallback(GraphClients graph, string from)
{
    private const int SubjectMaxCharacters = 160;
    private const int BodyMaxCharacters = 4_000;

    /// <exception cref="ChannelException">Nobody has an address.</exception>
    public async Task SendAsync(IReadOnlyList<Recipient> people, string subject, string text, Uri link, CancellationToken cancellationToken)
    {
        var addresses = people.Select(person => person.Mail).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (addresses.Count == 0)
            throw new ChannelException("Nobody of the groups that may decide has a mail address in the directory.");
        await graph.Mail.Users[from].SendMail.PostAsync(new SendMailPostRequestBody
        {
            SaveToSentItems = false,
            Message = new Message
            {
                Subject = CardText.Short(CardText.Safe(subject), SubjectMaxCharacters),
                Importance = Importance.High,
                // Plain text: what it quotes becomes no markup.
                Body = new ItemBody { ContentType = BodyType.Text, Content = $"{CardText.Short(CardText.Safe(text), BodyMaxCharacters)}\n\n{link.AbsoluteUri}\n\nSign in there to decide. Opening the link decides nothing." },
                ToRecipients = [.. addresses.Select(address => new Microsoft.Graph.Models.Recipient { EmailAddress = new EmailAddress { Address = address } })],
            },
        }, cancellationToken: cancellationToken).ConfigureAwait(false);
    }
}
