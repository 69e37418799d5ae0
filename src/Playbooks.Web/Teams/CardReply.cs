using Playbooks.Core.Json;

namespace Playbooks.Web.Teams;

/// <summary>
/// What Teams is answered when somebody used a card. It travels in an HTTP answer of 200 always; whether it went well stands inside.
/// </summary>
/// <param name="Type">Which kind of <paramref name="Value"/> follows.</param>
public sealed record CardReply(int StatusCode, string Type, JsonData Value)
{
    private const string CardType = "application/vnd.microsoft.card.adaptive";
    private const string MessageType = "application/vnd.microsoft.activity.message";
    private const string ErrorType = "application/vnd.microsoft.error";

    /// <summary>The same in words, for clients that cannot be answered with a card.</summary>
    public string Says { get; private init; } = "";

    public JsonData Json => JsonData.Object(("statusCode", JsonData.Of(StatusCode)), ("type", JsonData.Of(Type)), ("value", Value));

    /// <summary>The card as it is now, for whoever used it.</summary>
    public static CardReply Card(JsonData card, string says) => new(200, CardType, card) { Says = says };

    /// <summary>A sentence; the card stays as it is.</summary>
    public static CardReply Message(string text) => new(200, MessageType, JsonData.Of(text)) { Says = text };

    /// <summary>What was sent is no use of a card of ours.</summary>
    public static CardReply Bad(string code, string message) => Error(400, code, message);

    /// <summary>Trouble of ours.</summary>
    public static CardReply Trouble(string message) => Error(500, "Trouble", message);

    private static CardReply Error(int status, string code, string message) =>
        new(status, ErrorType, JsonData.Object(("code", JsonData.Of(code)), ("message", JsonData.Of(message)))) { Says = message };
}
