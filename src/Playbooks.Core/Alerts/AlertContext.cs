using System.Collections.Immutable;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>One thing that a monitor says about why it fired.</summary>
public sealed record AlertFact(string Name, JsonData Value);

/// <summary>
/// Why an alert fired, in one vocabulary for all monitors: a playbook reads <c>alert.context.value</c> whether a metric, a log query or a budget was watched.
/// What has no name here stands under the monitor's own in <c>alert.context.details</c>.
/// </summary>
/// <param name="Facts">Under names of <see cref="Names"/>, each at most once, in their order.</param>
/// <param name="Details">Single values under the monitor's own names; at most <see cref="AlertLimits.DetailsMax"/>.</param>
/// <param name="Cut">Names of what was too long or too much and is cut or left out.</param>
public sealed record AlertContext(ImmutableArray<AlertFact> Facts, ImmutableArray<AlertFact> Details, ImmutableArray<string> Cut)
{
    public static readonly AlertContext None = new([], [], []);

    /// <summary>Every name that a fact can have, with its meaning. Playbooks rely on them: they are only added to. The most important first, which is kept when room is short.</summary>
    public static readonly ImmutableArray<(string Name, string Meaning)> Names =
    [
        ("summary", "What has happened, in the monitor's words."),
        ("metric", "Name of the metric that was watched."),
        ("value", "What was measured: a number where the monitor gives one, otherwise its text."),
        ("operator", "How value and threshold were compared, for example GreaterThan."),
        ("threshold", "What the value was compared with; a number where the monitor gives one."),
        ("unit", "Of value and threshold, for example USD."),
        ("aggregation", "How the measurements of the window were put together, for example Average."),
        ("window", "How much time was looked at, as an ISO 8601 duration."),
        ("windowStart", "When that began."),
        ("windowEnd", "When that ended."),
        ("dimensions", "An object: dimensions or labels that tell this time series from its sisters."),
        ("items", "Names of what is affected, shorter than targets."),
        ("others", "Further conditions of the same rule, one text each."),
        ("status", "State of the event, for example Succeeded, Active or Resolved."),
        ("health", "Health of the resource now."),
        ("previousHealth", "Its health before."),
        ("cause", "Why, for example UserInitiated."),
        ("operation", "The operation that was logged."),
        ("level", "Of the event, as the log has it: a word or a number, as text."),
        ("category", "Kind of the event, for example Policy, Maintenance or budgets."),
        ("caller", "Who did it."),
        ("scope", "What it was done to, or what a budget covers."),
        ("budget", "The budget's name."),
        ("forecast", "Expected for the whole period."),
        ("normal", "What the detector takes for normal."),
        ("region", "Where."),
        ("services", "Services that a health event touches, each with its regions."),
        ("stage", "Of a health event, for example Planned or Resolved."),
        ("trackingId", "The provider's number of a health event."),
        ("impactStart", "When the impact began."),
        ("impactEnd", "When it ended."),
        ("webTest", "Name of the availability test."),
        ("results", "Rows that the query found."),
        ("query", "The query or expression."),
        ("correlationId", "Ties log entries of one operation together."),
        ("resultsApi", "Where the query's results are read by machines."),
        ("resultsLink", "Where people see the query's results."),
    ];

    /// <summary>The fact's value; null when the monitor gave none.</summary>
    public JsonData? this[string name] => Facts.FirstOrDefault(fact => fact.Name == name)?.Value;
}
