using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>
/// An alert as data for expressions and the journal, within <see cref="AlertLimits.DataMaxBytes"/>. Room is given in the order of what decisions need: what
/// identifies the alert, what its author added, what it is about, and then what people read.
/// </summary>
internal sealed class AlertData
{
    /// <summary>Kept for the names of what was cut, and for the names and brackets around what is inside.</summary>
    private const int ReservedBytes = 640;
    private const int CutNameMaxBytes = 72;

    private readonly List<string> cut = [];
    private long left = AlertLimits.DataMaxBytes - ReservedBytes;

    private AlertData() { }

    public static JsonData Of(Alert alert) => new AlertData().Make(alert);

    private JsonData Make(Alert alert)
    {
        var id = Take("id", JsonData.Of(alert.Id));
        var rule = Take("rule", Text("rule", alert.Rule, AlertLimits.RuleMaxBytes));
        var severity = Take("severity", Text("severity", alert.Severity, AlertLimits.WordMaxBytes));
        var service = Take("service", Text("service", alert.Service, AlertLimits.WordMaxBytes));
        var signal = Take("signalType", Text("signalType", alert.SignalType, AlertLimits.WordMaxBytes));
        var condition = Take("condition", JsonData.Of(alert.Condition.Name));
        var fired = Take("firedAt", JsonData.Of(AlertInstant.Text(alert.FiredAt)));
        var resolved = Take("resolvedAt", alert.Condition is AlertCondition.Resolved { At: { } at } ? JsonData.Of(AlertInstant.Text(at)) : JsonData.Null);
        var test = Take("test", JsonData.Of(alert.IsTest));
        var custom = Fitting("customProperties", alert.CustomProperties.Properties);
        var targets = Targets(alert.Targets);
        var description = TakeIfFits("description", Text("description", alert.Description, AlertLimits.DescriptionMaxBytes));
        var origin = TakeIfFits("originAlertId", alert.OriginAlertId is { } known ? JsonData.Of(known) : JsonData.Null);
        var facts = Fitting("context", alert.Context.Facts.Select(fact => KeyValuePair.Create(fact.Name, fact.Value)));
        var details = Fitting("context.details", alert.Context.Details.Select(fact => KeyValuePair.Create(fact.Name, fact.Value)));
        var link = TakeIfFits("link", alert.Link is { } page ? JsonData.Of(page) : JsonData.Null);
        cut.AddRange(alert.Context.Cut.Select(name => "context." + name));
        List<(string, JsonData)> all =
        [
            ("id", id), ("rule", rule), ("severity", severity), ("service", service), ("signalType", signal), ("condition", condition), ("firedAt", fired), ("resolvedAt", resolved),
            ("test", test), ("targets", targets), ("description", description), ("link", link), ("originAlertId", origin), ("customProperties", JsonData.Object(custom)),
            ("context", JsonData.Object(details.IsEmpty ? facts : facts.Add(new("details", JsonData.Object(details))))),
        ];
        if (cut.Count > 0)
            all.Add(("cut", JsonData.Array(CutNames().Select(JsonData.Of))));
        return JsonData.Object([.. all]);
    }

    private JsonData Text(string name, string? text, int maxBytes)
    {
        if (text is null)
            return JsonData.Null;
        var kept = AlertText.Cut(text, maxBytes);
        if (kept.Length != text.Length)
            cut.Add(name);
        return JsonData.Of(kept);
    }

    /// <summary>For what has a bound of its own that is small enough.</summary>
    private JsonData Take(string name, JsonData value)
    {
        left -= Size(name, value);
        return value;
    }

    private JsonData TakeIfFits(string name, JsonData value)
    {
        if (Size(name, value) <= left)
            return Take(name, value);
        cut.Add(name);
        return JsonData.Null;
    }

    /// <summary>Each member whole or not at all: a shortened one would be another model's name.</summary>
    private ImmutableArray<KeyValuePair<string, JsonData>> Fitting(string around, IEnumerable<KeyValuePair<string, JsonData>> members)
    {
        var kept = ImmutableArray.CreateBuilder<KeyValuePair<string, JsonData>>();
        foreach (var (name, value) in members)
        {
            if (Size(name, value) > left)
                cut.Add($"{around}.{name}");
            else
                kept.Add(new(name, Take(name, value)));
        }
        return kept.ToImmutable();
    }

    private JsonData Targets(IReadOnlyList<string> targets)
    {
        var kept = new List<JsonData>();
        foreach (var target in targets.Select(JsonData.Of))
        {
            if (target.SizeBytes + 1 <= left)
                kept.Add(Take("", target));
        }
        if (kept.Count < targets.Count)
            cut.Add(string.Create(CultureInfo.InvariantCulture, $"targets ({targets.Count - kept.Count} of {targets.Count})"));
        return JsonData.Array(kept);
    }

    private IEnumerable<string> CutNames()
    {
        var names = cut.Take(AlertLimits.CutNamesMax).Select(name => AlertText.Cut(name, CutNameMaxBytes));
        return cut.Count <= AlertLimits.CutNamesMax ? names
            : names.Append(string.Create(CultureInfo.InvariantCulture, $"and {cut.Count - AlertLimits.CutNamesMax} more"));
    }

    /// <summary>With colon and comma.</summary>
    private static long Size(string name, JsonData value) => JsonSize.OfString(name) + value.SizeBytes + 2;
}
