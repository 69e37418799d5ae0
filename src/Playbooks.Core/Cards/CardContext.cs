using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Core.Cards;

/// <summary>What a card needs beside the run.</summary>
/// <param name="Pages">Where our web pages are; null, and cards have no links.</param>
/// <param name="Nonce">The card's secret: who presses its buttons has seen this card and no other.</param>
public sealed record CardContext(Uri? Pages, string Nonce)
{
    /// <summary>Ids (as the chat has them) of those whose clients fetch their own view. Empty: the chat decides whose do.</summary>
    public ImmutableArray<string> RefreshFor { get; init; } = [];

    /// <summary>Null for the card that everybody sees.</summary>
    public CardViewer? Viewer { get; init; }
}

/// <summary>For whom a card was fetched.</summary>
/// <param name="Says">One sentence to this person: that they have voted, or why they may not.</param>
/// <param name="MayDecide">False leaves out the buttons. It is a courtesy: a press is judged anyway.</param>
public sealed record CardViewer(string Says, bool MayDecide);

/// <summary>Where our pages show what a card is about.</summary>
public static class PageLinks
{
    public static Uri Run(Uri pages, string runId) => new(Folder(pages), $"runs/{Uri.EscapeDataString(runId)}");

    /// <summary>The place on that page which takes the decision, after signing in there; opening it decides nothing.</summary>
    public static Uri Approval(Uri pages, string runId, string path, int round) => new($"{Run(pages, runId).AbsoluteUri}#{VoteElement(path, round)}");

    /// <summary>Id of the element that asks for a vote: paths have characters that ids are better without.</summary>
    public static string VoteElement(string path, int round) => Element("vote", path, round);

    /// <summary>The same for whatever else is asked.</summary>
    public static string Element(string what, string path, int round) =>
        FormattableString.Invariant($"{what}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12]}-{round}");

    private static Uri Folder(Uri pages) => pages.AbsolutePath.EndsWith('/') ? pages : new Uri(pages.AbsoluteUri + "/");
}
