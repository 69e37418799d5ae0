using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>An alert as playbooks see it, whatever monitor it came from. Its texts are written by strangers: escape them where they are shown.</summary>
/// <param name="Id">The monitor's id of this alert instance; fired and resolved share it. Never parsed: ids of one monitor have many forms.</param>
/// <param name="Rule">The rule's name; of a cost alert, which has none, the budget's. Null where the monitor gives neither.</param>
/// <param name="Severity"><c>Sev0</c> (worst) to <c>Sev4</c>; null where the monitor gives none.</param>
/// <param name="Service">What monitors, in its own words.</param>
/// <param name="FiredAt">When it was detected; the RTO counts from here.</param>
/// <param name="Targets">What it is about, as resource ids.</param>
/// <param name="CustomProperties">What the alert rule's author added, for example <c>model</c>; an object.</param>
public sealed record Alert(string Id, string? Rule, string? Severity, string? Service, DateTimeOffset FiredAt, AlertCondition Condition,
    IReadOnlyList<string> Targets, string? Description, JsonData CustomProperties)
{
    /// <summary>Kind of signal, as Azure Monitor names it: <c>Metric</c>, <c>Log</c> or <c>Activity Log</c>. Others give none.</summary>
    public string? SignalType { get; init; }

    /// <summary>The id that the monitoring service itself made. Often the same each time a rule fires for one time series: it says "the same trouble again", never "the same delivery".</summary>
    public string? OriginAlertId { get; init; }

    /// <summary>A page on which people look further; https only. Never followed by us.</summary>
    public string? Link { get; init; }

    /// <summary>True for what the test button of an action group sends. Nothing has happened then: it may start drills, and nothing else.</summary>
    public bool IsTest { get; init; }

    public AlertContext Context { get; init; } = AlertContext.None;

    /// <summary>
    /// The identity of one delivery, in lower hex: SHA-256 over id, condition and firing time. A delivery that arrives again, because an answer was lost or
    /// because several action groups call, has the same key; fired and resolved have two, and so have two firings of the constant ids that test payloads carry.
    /// </summary>
    public string Delivery => DeliveryOf(AlertInstant.Text(FiredAt), Condition.Name, Id);

    /// <summary>The delivery that a run's alert came by; null for what <see cref="ToData"/> did not make.</summary>
    public static string? DeliveryOf(JsonData data) =>
        data["firedAt"]?.AsString() is { } firedAt && data["condition"]?.AsString() is { } condition && data["id"]?.AsString() is { } id ? DeliveryOf(firedAt, condition, id) : null;

    private static string DeliveryOf(string firedAt, string condition, string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{firedAt}|{condition}|{id}")));

    /// <summary>What <c>alert</c> means in expressions; at most <see cref="AlertLimits.DataMaxBytes"/>, and <c>cut</c> names what did not fit.</summary>
    public JsonData ToData() => AlertData.Of(this);
}
