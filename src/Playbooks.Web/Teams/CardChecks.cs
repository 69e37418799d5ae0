using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Web.Access;

namespace Playbooks.Web.Teams;

/// <summary>
/// What must be true of a used card before anybody looks at whether the person may decide: in this order, the first that is not decides the answer.
/// Whoever gets past them holds a card that this run posted, where it was posted, and is somebody whom the directory can know.
/// </summary>
public static class CardChecks
{
    public static ImmutableArray<CardCheck> InOrder { get; } =
    [
        new("the card has such a button", "The card has no such button.", (_, press, _) => press.Fits),
        new("it was sent by hand", "What a client sends by itself decides nothing.", (_, press, _) => press.ByHand),
        new("a person of the directory stands behind it, no bot", "Only people of the directory decide.", (_, _, activity) => activity.From.Person is not null),
        new("the run posted such a card", "The run has posted no such card.", (run, press, _) => CardOf(run, press) is not null),
        new("it carries the secret of that card", "The secret is not the one of the card that the run posted.", (run, press, _) => CardOf(run, press) is { } card && press.Subject.IsOf(card)),
        new("it was used in the conversation that the card was posted to", "The card was posted to another conversation; this is a copy.",
            (run, press, activity) => CardOf(run, press) is { } card && IsIn(card, activity.Conversation)),
        new("it is the message that was posted", "This is not the message that was posted; there is a newer one, or this is a copy.", (run, press, activity) => CardOf(run, press)?.Activity == activity.ReplyTo),
        new("the message was not used for anything else", "The same message was used before, for something else.", (run, press, activity) => !WasUsedOtherwise(run, press, activity)),
        new("what the person wrote is not too long", $"At most {CardPress.TextMaxCharacters} characters can be kept; shorten it.", (_, press, _) => (press.Text?.Length ?? 0) <= CardPress.TextMaxCharacters),
    ];

    /// <summary>Why it goes no further; null where it does.</summary>
    public static CardCheck? FirstThatFails(Run run, CardPress press, BotActivity activity) => InOrder.FirstOrDefault(check => !check.Holds(run, press, activity));

    /// <summary>It is one of the cards that this run posted, or a copy of it that lies in the same channel or chat: who sees it may see how the run stands.</summary>
    public static bool MayBeShown(Run run, CardPress press, BotActivity activity) =>
        run.Cards.Values.Any(card => BotPlace.Base(card.Conversation) == BotPlace.Base(activity.Conversation)) && (CardOf(run, press) is not { } posted || press.Subject.IsOf(posted) || IsIn(posted, activity.Conversation));

    /// <summary>The very message that the run knows, as it was posted last.</summary>
    public static bool IsCurrent(Run run, CardPress press, BotActivity activity) =>
        IsSameMessage(run, press, activity) && press.Subject.IsOf(CardOf(run, press)!);

    /// <summary>The same message, whatever it carried: a host that starts anew gives open cards new secrets.</summary>
    public static bool IsSameMessage(Run run, CardPress press, BotActivity activity) =>
        CardOf(run, press) is { } card && IsIn(card, activity.Conversation) && card.Activity == activity.ReplyTo;

    /// <summary>
    /// Each message of Bot Service counts once: whoever else or for whatever else it is brought again. The same again, from the same person, is for the door,
    /// which gives the answer that it gave before.
    /// </summary>
    private static bool WasUsedOtherwise(Run run, CardPress press, BotActivity activity) =>
        !WasTaken(run, press, activity) && run.Seen.Any(seen => seen.EndsWith("/" + CardPress.IdOf(activity), StringComparison.Ordinal) && seen != $"refused/{activity.From.Person}/{CardPress.IdOf(activity)}");

    /// <summary>The run has taken this very message from this person as a vote or an order: it passed the checks then, and the door gives the answer of then.</summary>
    public static bool WasTaken(Run run, CardPress press, BotActivity activity) => press.ByHand
        && run.Seen.Contains($"{(press.Operation == Operation.GiveOrder ? "order" : "vote")}/{activity.From.Person}/{CardPress.IdOf(activity)}");

    private static PostedCard? CardOf(Run run, CardPress press) => run.Cards.GetValueOrDefault(press.Subject.Notice);

    /// <summary>What is posted into a channel begins a thread there, and is used in that thread.</summary>
    private static bool IsIn(PostedCard card, string conversation) => card.Conversation == conversation || $"{card.Conversation};messageid={card.Activity}" == conversation;
}

/// <param name="What">As the guide says it.</param>
/// <param name="Reason">As whoever used the card, and the run's journal, are told.</param>
public sealed record CardCheck(string What, string Reason, Func<Run, CardPress, BotActivity, bool> Holds);
