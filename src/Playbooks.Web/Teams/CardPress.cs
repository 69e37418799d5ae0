using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Core.Renderings;
using Playbooks.Web.Access;

namespace Playbooks.Web.Teams;

/// <summary>A use of a button of a card, or a client's own fetching of it. Everything in it is whatever the sender wrote there.</summary>
/// <param name="ByHand">False where a client sent it by itself: that decides nothing, whatever the verb.</param>
/// <param name="Text">What the person wrote: comment, note or reason. On one line, and safe to show.</param>
public sealed record CardPress(CardSubject Subject, string Verb, bool ByHand, string? Text)
{
    /// <summary>Of what a person writes into a card.</summary>
    public const int TextMaxCharacters = CardLimits.CommentMaxCharacters;

    private const string VoteIdPrefix = "teams/";

    /// <summary>What the verb needs of the card it stands on.</summary>
    public CardPlace? Place { get; } = CardPlace.Of(Subject.Notice);

    public bool IsRefresh => Verb == CardVerbs.Refresh;

    /// <summary>What is wanted, as rights and journals name it.</summary>
    public Operation Operation => Verb switch
    {
        CardVerbs.Done => Operation.ConfirmTask,
        CardVerbs.Retry or CardVerbs.Skip or CardVerbs.Cancel => Operation.GiveOrder,
        CardVerbs.Refresh => Operation.ViewRuns,
        _ => Operation.Vote,
    };

    /// <summary>The card has such a button: a vote belongs to an approval, a confirmation to a task, an order to a failed step.</summary>
    public bool Fits => (Verb, Place) switch
    {
        (CardVerbs.Refresh, not null) => true,
        (CardVerbs.Approve or CardVerbs.Reject, CardPlace.Approval) => true,
        (CardVerbs.Done, CardPlace.Ask { What: AskFor.Confirmation }) => true,
        (CardVerbs.Retry or CardVerbs.Skip or CardVerbs.Cancel, CardPlace.Ask { What: AskFor.Order }) => true,
        _ => false,
    };

    /// <summary>Of an invoke; null where it is no use of a card of ours.</summary>
    public static CardPress? Of(BotActivity activity) =>
        activity.Value["action"] is { } action && action["type"]?.AsString() == "Action.Execute" && action["verb"]?.AsString() is { Length: > 0 } verb && action["data"] is { } data
            ? Read(data, verb, activity.Value["trigger"]) : null;

    /// <summary>Of the message that old clients send instead; null where it is none.</summary>
    public static CardPress? OfMessage(BotActivity activity) => activity.Value["verb"]?.AsString() is { Length: > 0 } verb ? Read(activity.Value, verb, null) : null;

    /// <summary>Under which the journal knows what an activity asked for: the same each time that Bot Service sends it.</summary>
    public static string IdOf(BotActivity activity) => VoteIdPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(activity.Id)));

    private static CardPress? Read(JsonData data, string verb, JsonData? trigger)
    {
        if (CardSubject.Read(data) is not { } subject || (subject.Verb ?? verb) != verb)
            return null;
        var text = data[verb switch
        {
            CardVerbs.Approve or CardVerbs.Reject => CardInputs.Comment,
            CardVerbs.Done => CardInputs.Note,
            _ => CardInputs.Reason,
        }];
        if (text is { IsNull: false } && text.AsString() is null)
            return null;
        var said = Printable.Line(text?.AsString() ?? "").Trim();
        return new CardPress(subject, verb, trigger is null || trigger.AsString() == "manual", said.Length > 0 ? said : null);
    }
}

/// <summary>What a notice is about.</summary>
public abstract record CardPlace
{
    private CardPlace() { }

    /// <summary>Null for the run.</summary>
    public virtual string? Path => null;

    public sealed record Run : CardPlace;

    public sealed record Approval(string At, int Round) : CardPlace
    {
        public override string? Path => At;
    }

    public sealed record Ask(string At, AskFor What) : CardPlace
    {
        public override string? Path => At;
    }

    /// <summary>Null for what is no notice in its one spelling.</summary>
    public static CardPlace? Of(string notice)
    {
        if (notice == Notices.Run)
            return new Run();
        var (first, last) = (notice.IndexOf('/', StringComparison.Ordinal), notice.LastIndexOf('/'));
        if (first < 0 || last <= first + 1)
            return null;
        var (path, end) = (notice[(first + 1)..last], notice[(last + 1)..]);
        if (int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var round) && notice == Notices.Approval(path, round))
            return new Approval(path, round);
        return Enum.GetValues<AskFor>().Where(what => notice == Notices.Ask(path, what)).Select(what => new Ask(path, what)).FirstOrDefault();
    }
}
