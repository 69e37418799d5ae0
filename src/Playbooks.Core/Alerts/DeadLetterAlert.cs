using System.Globalization;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>
/// What a host says to itself when a dead-letter queue has come to hold as many letters as a trigger asks for, and when it holds fewer again. In our own
/// webhook format, so that it is kept, settled and listed like any alert. Its ids and its service are reserved: whoever takes alerts in from outside refuses
/// them, so that nobody can pretend to have counted.
/// </summary>
public static class DeadLetterAlert
{
    public const string Service = "Playbooks dead letters";
    public const string IdPrefix = "deadletters/";

    /// <summary>The same for every time that this count is reached; the times differ by when they fired.</summary>
    public static string IdOf(string environment, string queue, int atLeast) => string.Create(CultureInfo.InvariantCulture, $"{IdPrefix}{environment}/{queue}/{atLeast}");

    /// <param name="count">About how many letters there are.</param>
    /// <param name="at">When that was seen.</param>
    public static string Fired(string environment, string queue, int atLeast, long count, DateTimeOffset at) =>
        Text(WebhookAlert.Fired, at, environment, queue, atLeast, count, at, null);

    /// <param name="firedAt">Of what it ends.</param>
    /// <param name="at">When fewer letters were seen. A clock that was set back meanwhile counts as standing still.</param>
    public static string Over(string environment, string queue, int atLeast, long count, DateTimeOffset firedAt, DateTimeOffset at) =>
        Text(WebhookAlert.Resolved, at, environment, queue, atLeast, count, firedAt, at < firedAt ? firedAt : at);

    /// <summary>Whether only a host may say this. True also for what merely looks so, because what looks so would mislead people.</summary>
    public static bool IsReserved(Alert alert) =>
        alert.Id.StartsWith(IdPrefix, StringComparison.OrdinalIgnoreCase) || string.Equals(alert.Service, Service, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whose letters were counted and how many were asked for; null for any other alert.</summary>
    internal static (string Queue, long AtLeast)? Of(Alert alert) =>
        alert.Service == Service && alert.Id.StartsWith(IdPrefix, StringComparison.Ordinal)
            && alert.CustomProperties["queue"]?.AsString() is { } queue && alert.CustomProperties["atLeast"]?.AsInt64() is { } atLeast ? (queue, atLeast) : null;

    private static string Text(string type, DateTimeOffset sentAt, string environment, string queue, int atLeast, long count, DateTimeOffset firedAt, DateTimeOffset? resolvedAt)
    {
        (string, JsonData)[] end = resolvedAt is { } at ? [("resolvedAt", JsonData.Of(AlertInstant.Text(at)))] : [];
        return JsonData.Object(("type", JsonData.Of(type)), ("timestamp", JsonData.Of(AlertInstant.Text(sentAt))), ("data", JsonData.Object(
        [
            ("id", JsonData.Of(IdOf(environment, queue, atLeast))), ("rule", JsonData.Of($"dead letters of {queue}")), ("service", JsonData.Of(Service)),
            ("firedAt", JsonData.Of(AlertInstant.Text(firedAt))), .. end, ("targets", JsonData.Array([JsonData.Of(queue)])),
            ("description", JsonData.Of(string.Create(CultureInfo.InvariantCulture, $"The dead-letter queue of {queue} holds about {count} letters; {atLeast} or more are trouble."))),
            ("customProperties", JsonData.Object(("queue", JsonData.Of(queue)), ("count", JsonData.Of(count)), ("atLeast", JsonData.Of(atLeast)))),
        ]))).Text;
    }
}
