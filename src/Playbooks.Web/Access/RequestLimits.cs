using Playbooks.Core.Decisions;

namespace Playbooks.Web.Access;

/// <summary>Bounds of what one request may bring into a journal.</summary>
public static class RequestLimits
{
    public const int IdMaxCharacters = 128;
    /// <summary>Paths, names, digests.</summary>
    public const int NameMaxCharacters = 512;
    /// <summary>Reasons, comments, notes.</summary>
    public const int TextMaxCharacters = 4_000;
    public const int PayloadMaxBytes = 8 * 1024;

    internal static string? Problem(VoteBody vote) =>
        OfId(vote.VoteId) ?? OfName("path", vote.Path) ?? OfName("digest", vote.Digest) ?? OfText("comment", vote.Comment);

    internal static string? Problem(OrderBody order) => OfId(order.OrderId) ?? (order.Order switch
    {
        null => "'order' is needed.",
        Order.Retry retry => OfName("path", retry.Path),
        Order.Skip skip => OfName("path", skip.Path),
        _ => null,
    }) ?? OfText("reason", order.Reason);

    internal static string? Problem(TaskBody task) => OfName("path", task.Path) ?? OfText("note", task.Note);

    internal static string? Problem(SignalBody signal) => OfId(signal.SignalId) ?? OfName("name", signal.Name)
        ?? (signal.Payload?.SizeBytes > PayloadMaxBytes ? $"'payload' has more than {PayloadMaxBytes} bytes." : null);

    internal static string? Problem(StartBody start) =>
        OfId(start.RequestId) ?? OfName("playbook", start.Playbook) ?? OfName("environment", start.Environment) ?? OfText("detectedReason", start.DetectedReason);

    private static string? OfId(string? id) => id is not { Length: > 0 and <= IdMaxCharacters } || id.Any(character => character is < '!' or > '~')
        ? $"Give it an id of its own: 1 to {IdMaxCharacters} visible ASCII characters, the same when it is sent again." : null;

    private static string? OfName(string what, string? name) =>
        name is not { Length: > 0 and <= NameMaxCharacters } ? $"'{what}' is needed, with at most {NameMaxCharacters} characters." : null;

    private static string? OfText(string what, string? text) => text?.Length > TextMaxCharacters ? $"'{what}' has more than {TextMaxCharacters} characters." : null;
}
