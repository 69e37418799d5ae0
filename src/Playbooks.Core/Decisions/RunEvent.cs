using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>
/// What has happened in a run. Only ever added to: a stored name or field never changes its meaning (see <see cref="EventNames"/>).
/// The first group arrives from outside; the second is decided by the decider and stored in the same commit.
/// </summary>
/// <param name="At">Given by the shell; never before the run's previous event.</param>
public abstract partial record RunEvent(DateTimeOffset At)
{
    /// <summary>A run begins, with all that it is pinned to.</summary>
    /// <param name="Playbook">The exact text.</param>
    /// <param name="Environment">The exact text.</param>
    /// <param name="DecisionVersion">Number of the decision logic that this run lives and ends under.</param>
    /// <param name="DetectedAt">When the alert fired; the run's start unless somebody said otherwise with a reason. Null in a drill until the alert arrives.</param>
    /// <param name="At">When the run was made.</param>
    public sealed record RunStarted(string RunId, RunMode Mode, int DecisionVersion, PinnedText Playbook, PinnedText Environment,
        JsonData Inputs, JsonData? Alert, string StartedBy, DateTimeOffset? OccurredAt, DateTimeOffset? DetectedAt, string? DetectedReason,
        string? ConcurrencyKey, DateTimeOffset At) : RunEvent(At)
    {
        /// <summary>Texts of the playbooks that this one inlines, by digest.</summary>
        // The serializer's generated code sets every property: one that the journal does not name becomes the type's default.
        public ImmutableArray<PinnedText> Inlined { get => field.IsDefault ? [] : field; init; } = [];
    }

    /// <summary>An alert joined this run: in a drill the one that detects, else one for the same key. Moves the RTO clock to the earliest.</summary>
    public sealed record AlertAttached(JsonData Alert, DateTimeOffset DetectedAt, DateTimeOffset At) : RunEvent(At);

    /// <summary>The monitor says that the condition is over. Cancels nothing by itself.</summary>
    public sealed record AlertResolved(DateTimeOffset ResolvedAt, DateTimeOffset At) : RunEvent(At);

    /// <summary>Intent, durable before the effect: this owner is about to run this command.</summary>
    /// <param name="Owner">Which process, by its fencing epoch.</param>
    /// <param name="Inputs">Fixed here for every attempt and poll.</param>
    /// <param name="UndoInputs">Fixed in the step's first start.</param>
    public sealed record AttemptStarted(CommandId Id, string Owner, string Key, JsonData? Inputs, JsonData? UndoInputs, DateTimeOffset Deadline,
        DateTimeOffset At) : RunEvent(At);

    public sealed record ActionSucceeded(CommandId Id, JsonData Output, DateTimeOffset At) : RunEvent(At);

    public sealed record ActionFailed(CommandId Id, ErrorKind Kind, string Message, TimeSpan? RetryAfter, DateTimeOffset At) : RunEvent(At);

    public sealed record ActionPending(CommandId Id, string Token, DateTimeOffset AskAgainAt, string? Progress, DateTimeOffset At) : RunEvent(At);

    /// <summary>A wake-up. Whether anything is due is judged by <see cref="RunEvent.At"/>.</summary>
    public sealed record TimerFired(string Id, DateTimeOffset At) : RunEvent(At);

    /// <summary>A person votes. Accepted or refused by <see cref="VoteCounted"/> or <see cref="VoteRefused"/>.</summary>
    /// <param name="Digest">Of what the person was shown.</param>
    /// <param name="Roles">Environment roles that the person held at that moment, as the shell found them.</param>
    /// <param name="Via">terminal, api, page, teams, script.</param>
    public sealed record VoteCast(string VoteId, string Path, int Round, string Digest, string Person, ImmutableArray<string> Roles, bool Approves,
        string? Comment, string Via, DateTimeOffset At) : RunEvent(At);

    public sealed record TaskConfirmed(string Path, string Person, ImmutableArray<string> Roles, string Note, DateTimeOffset At) : RunEvent(At);

    /// <summary>Something that a <c>wait</c> may be waiting for.</summary>
    public sealed record SignalReceived(string SignalId, string Name, JsonData Payload, DateTimeOffset At) : RunEvent(At);

    /// <summary>A person orders something. Taken or refused by <see cref="OrderTaken"/> or <see cref="OrderRefused"/>.</summary>
    public sealed record OrderGiven(string OrderId, Order Order, string Person, ImmutableArray<string> Roles, string Reason, string Via,
        DateTimeOffset At) : RunEvent(At);

    public sealed record Told(string Id, string Via, DateTimeOffset At) : RunEvent(At);

    public sealed record TellFailed(string Id, string Message, DateTimeOffset At) : RunEvent(At);

    /// <param name="Head">Hash of the event with that sequence.</param>
    public sealed record HeadAnchored(string Id, long Sequence, string Head, string Location, DateTimeOffset At) : RunEvent(At);

    public sealed record AnchorFailed(string Id, string Message, DateTimeOffset At) : RunEvent(At);

    /// <summary>Something that is shown or asked has reached people by a channel.</summary>
    /// <param name="Notice">What was shown: <c>run</c>, <c>approval/PATH/ROUND</c>, <c>ask/PATH/WHAT</c>.</param>
    /// <param name="Channel">teams, activityFeed, mail, sms.</param>
    /// <param name="Card">Where it can be updated; null for a channel that keeps nothing.</param>
    public sealed record NoticeDelivered(string Notice, string Channel, PostedCard? Card, DateTimeOffset At) : RunEvent(At);

    /// <summary>A channel did not take it; the next one is tried.</summary>
    public sealed record NoticeFailed(string Notice, string Channel, string Message, DateTimeOffset At) : RunEvent(At);

    /// <summary>
    /// The door refused what somebody wanted of this run before the decider saw it: no such right, a card that is not the current one, a used nonce.
    /// At most <see cref="Limits.RefusalsMax"/> of a run are kept.
    /// </summary>
    /// <param name="RequestId">Of the vote, order or message; a repeat changes nothing.</param>
    /// <param name="Operation">What was wanted, by its name in the table of rights.</param>
    /// <param name="Path">Of the step that it was about; null for the run.</param>
    /// <param name="Via">terminal, api, page, teams.</param>
    public sealed record RequestRefused(string RequestId, string Operation, string? Path, string Person, string Reason, string Via, DateTimeOffset At) : RunEvent(At);
}

public enum RunMode { Live, Drill }

/// <summary>A card that was posted, so that it can be found, changed and told from any other.</summary>
/// <param name="ServiceUrl">Of the service that took it.</param>
/// <param name="Conversation">Id of the thread or of the chat.</param>
/// <param name="Activity">Id of the message.</param>
/// <param name="NonceDigest">SHA-256, lower hex, of the secret that its buttons carry; empty where it has none.</param>
public sealed record PostedCard(string ServiceUrl, string Conversation, string Activity, string NonceDigest);

/// <summary>A text kept by its digest.</summary>
/// <param name="Name">For people: the playbook's or environment's name.</param>
/// <param name="Digest">SHA-256 of the text in UTF-8, lower hex.</param>
public sealed record PinnedText(string Name, string Digest, string Text);

/// <summary>What a person may order. Each needs a role and a reason.</summary>
[System.Text.Json.Serialization.JsonPolymorphic(TypeDiscriminatorPropertyName = "order")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(Pause), "pause")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(Resume), "resume")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(Cancel), "cancel")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(Retry), "retry")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(Skip), "skip")]
public abstract record Order
{
    private Order() { }

    public sealed record Pause : Order;
    public sealed record Resume : Order;
    public sealed record Cancel : Order;

    /// <param name="Again">The person states that the effect did not happen: a new key, a new redo number.</param>
    public sealed record Retry(string Path, bool Again) : Order;

    /// <param name="NoEffect">The person states that the step had no effect, so nothing is to be undone.</param>
    public sealed record Skip(string Path, bool NoEffect) : Order;
}
