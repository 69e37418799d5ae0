using Playbooks.Core.Cards;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Teams;

/// <summary>Activities that the bot sends.</summary>
internal static class BotMessage
{
    private const string CardType = "application/vnd.microsoft.card.adaptive";
    private const int TextMaxCharacters = 4_000;

    /// <param name="summary">Shown where the card cannot be, and in notifications.</param>
    public static JsonData Card(JsonData card, string summary) => JsonData.Object(
        ("type", JsonData.Of("message")),
        ("summary", JsonData.Of(CardText.Safe(summary))),
        ("attachments", JsonData.Array([JsonData.Object(("contentType", JsonData.Of(CardType)), ("content", card))])));

    /// <summary>Plain: what it says becomes no markup.</summary>
    /// <param name="link">To a page of ours; null for none.</param>
    public static JsonData Text(string text, Uri? link = null) => JsonData.Object(
        ("type", JsonData.Of("message")),
        ("textFormat", JsonData.Of("plain")),
        ("text", JsonData.Of(CardText.Short(CardText.Safe(text), TextMaxCharacters) + (link is null ? "" : "\n" + link.AbsoluteUri))));
}
