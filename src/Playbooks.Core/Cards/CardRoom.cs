using Playbooks.Core.Json;

namespace Playbooks.Core.Cards;

/// <summary>
/// How much of what comes from outside a card has room for. A card that would be too large is built again with less room, until it fits; it says
/// that something was left out, and where all of it stands.
/// </summary>
internal sealed class CardRoom
{
    private const int SharesMax = 32;
    private readonly int share;

    private CardRoom(int share) => this.share = share;

    /// <summary>Something did not fit.</summary>
    public bool WasCut { get; private set; }

    /// <summary>The largest card that is small enough, of those that <paramref name="build"/> makes with ever less room.</summary>
    public static JsonData Fit(Func<CardRoom, JsonData> build)
    {
        for (var share = 1; share <= SharesMax; share *= 2)
        {
            if (build(new CardRoom(share)) is var card && card.SizeBytes <= CardLimits.MaxBytes)
                return card;
        }
        throw new InvalidOperationException($"A card is larger than {CardLimits.MaxBytes} bytes without any text from outside.");
    }

    /// <summary>Text from outside, safe and short enough.</summary>
    public string Text(string outside, int charactersMax)
    {
        // What is far too long is not read to its end.
        var given = CardText.Short(outside, charactersMax * 2);
        var safe = CardText.Safe(given);
        var text = CardText.Short(safe, Math.Max(charactersMax / share, CardLimits.NameMinCharacters));
        WasCut |= text.Length < safe.Length || given.Length < outside.Length;
        return text;
    }

    /// <summary>The first few; the others are counted by whoever shows them.</summary>
    public IReadOnlyList<T> First<T>(IReadOnlyList<T> all, int most)
    {
        var few = Math.Max(most / share, 1);
        if (all.Count <= few)
            return all;
        WasCut = true;
        return [.. all.Take(few)];
    }
}

/// <summary>Bounds of cards.</summary>
public static class CardLimits
{
    /// <summary>In UTF-8. Teams takes more from a bot; a card of this size also fits through a webhook.</summary>
    public const int MaxBytes = 24 * 1024;
    public const int CommentMaxCharacters = 1_000;
    /// <summary>People for whom a client fetches their own view without being asked: a client refuses a longer list.</summary>
    public const int RefreshedPeopleMax = 60;
    internal const int TitleMaxCharacters = 200;
    internal const int MessageMaxCharacters = 2_000;
    internal const int InputsMaxCharacters = 400;
    internal const int NameMaxCharacters = 160;
    internal const int NameMinCharacters = 24;
    internal const int StepsMax = 6;
    internal const int CoveredMax = 16;
    internal const int PeopleMax = 20;
    internal const int AwaitedMax = 8;
}
