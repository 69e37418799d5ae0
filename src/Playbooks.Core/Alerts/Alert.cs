using System.Globalization;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>An alert as playbooks see it, whatever monitor it came from.</summary>
/// <param name="Id">The monitor's id of this alert instance; fired and resolved share it.</param>
/// <param name="Severity"><c>Sev0</c> (worst) to <c>Sev4</c>; null where the monitor gives none.</param>
/// <param name="FiredAt">When it was detected; the RTO counts from here.</param>
/// <param name="Targets">What it is about, as resource ids.</param>
/// <param name="CustomProperties">What the alert rule's author added, for example <c>model</c>.</param>
public sealed record Alert(string Id, string Rule, string? Severity, string? Service, DateTimeOffset FiredAt, DateTimeOffset? ResolvedAt,
    IReadOnlyList<string> Targets, string? Description, JsonData CustomProperties)
{
    /// <summary>What <c>alert</c> means in expressions.</summary>
    public JsonData ToData() => JsonData.Object(
        ("id", JsonData.Of(Id)),
        ("rule", JsonData.Of(Rule)),
        ("severity", Text(Severity)),
        ("service", Text(Service)),
        ("firedAt", JsonData.Of(FiredAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))),
        ("targets", JsonData.Array(Targets.Select(JsonData.Of))),
        ("description", Text(Description)),
        ("customProperties", CustomProperties));

    private static JsonData Text(string? text) => text is null ? JsonData.Null : JsonData.Of(text);
}
