using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Cards;

/// <summary>The names of a run's notices: under them the journal remembers its cards.</summary>
public static class Notices
{
    /// <summary>The run's own card, the root of its thread.</summary>
    public const string Run = "run";

    public static string Approval(string path, int round) => string.Create(CultureInfo.InvariantCulture, $"approval/{path}/{round}");

    public static string Ask(string path, AskFor what) => $"ask/{path}/{WireName.Of(what)}";
}

/// <summary>What the buttons of our cards ask for.</summary>
public static class CardVerbs
{
    public const string Approve = "approval.approve";
    public const string Reject = "approval.reject";
    public const string Done = "task.done";
    public const string Retry = "order.retry";
    public const string Skip = "order.skip";
    public const string Cancel = "order.cancel";
    /// <summary>Fetches the card again, as it is for who looks at it. Never a decision, whoever sends it.</summary>
    public const string Refresh = "card.refresh";
}

/// <summary>Names of the fields that people fill in.</summary>
public static class CardInputs
{
    /// <summary>Of a vote; may be empty.</summary>
    public const string Comment = "comment";
    /// <summary>Of a task: what was done.</summary>
    public const string Note = "note";
    /// <summary>Of an order.</summary>
    public const string Reason = "reason";
}

/// <summary>
/// What a button of a card is about: run, notice, and the card's secret. It is all that a card carries; what is asked, and of whom, is read from the
/// run when the button is pressed.
/// </summary>
/// <param name="Verb">Null where the data does not say; then the action that carries it does.</param>
public sealed record CardSubject(string RunId, string Notice, string Nonce, string? Verb)
{
    private const string ApprovalField = "approval";
    private const string AskField = "ask";
    private const string RunField = "run";
    private const string NonceField = "nonce";
    private const string VerbField = "verb";

    /// <summary>What the journal keeps instead of a nonce: SHA-256, lower hex.</summary>
    public static string Digest(string nonce) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(nonce)));

    /// <summary>Whether the nonce is the one of this card; takes as long for a wrong one.</summary>
    public bool IsOf(PostedCard card) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Digest(Nonce)), Encoding.ASCII.GetBytes(card.NonceDigest));

    /// <summary>Reads what came back from a client; null where it is not from a card of ours.</summary>
    public static CardSubject? Read(JsonData data)
    {
        if (data[NonceField]?.AsString() is not { Length: > 0 } nonce)
            return null;
        var verb = data[VerbField]?.AsString();
        if (data[RunField]?.AsString() is { Length: > 0 } run)
            return new CardSubject(run, Notices.Run, nonce, verb);
        var (kind, key) = data[ApprovalField]?.AsString() is { } approval ? (ApprovalField, approval) : (AskField, data[AskField]?.AsString() ?? "");
        var end = key.IndexOf('/', StringComparison.Ordinal);
        return end > 0 && key.LastIndexOf('/') > end ? new CardSubject(key[..end], $"{kind}/{key[(end + 1)..]}", nonce, verb) : null;
    }

    /// <summary>What a button carries.</summary>
    /// <param name="withVerb">For old clients, whose answer does not name it otherwise.</param>
    internal JsonData Data(bool withVerb)
    {
        var end = Notice.IndexOf('/', StringComparison.Ordinal);
        var about = end < 0 ? (RunField, JsonData.Of(RunId)) : (Notice[..end], JsonData.Of($"{RunId}/{Notice[(end + 1)..]}"));
        return withVerb ? JsonData.Object(about, (NonceField, JsonData.Of(Nonce)), (VerbField, JsonData.Of(Verb!)))
            : JsonData.Object(about, (NonceField, JsonData.Of(Nonce)));
    }
}
