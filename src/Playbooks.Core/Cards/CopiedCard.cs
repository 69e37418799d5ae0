using Playbooks.Core.Json;

namespace Playbooks.Core.Cards;

/// <summary>Takes the place of a card that was copied or forwarded to where its run never posted it: it says so, and nothing of the run.</summary>
public static class CopiedCard
{
    /// <param name="pages">Null, and the card has no link.</param>
    public static JsonData Of(Uri? pages, string runId)
    {
        var body = new List<JsonData>
        {
            CardParts.Ours("◼ This is a copy. It decides nothing, and shows nothing any more.", bold: true),
            CardParts.Ours("The card itself lies in the conversation that it was posted to."),
        };
        if (pages is not null)
            body.Add(CardParts.Actions(CardParts.Open("Open the run", PageLinks.Run(pages, runId))));
        return CardParts.Card(body, "This is a copy of a card. It decides nothing.");
    }
}
