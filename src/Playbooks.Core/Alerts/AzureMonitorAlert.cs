using System.Text.Json;
using Playbooks.Core.Alerts.Azure;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>
/// The common alert schema of Azure Monitor. Generous, because an alert that is refused is an incident that nobody recovers: only id and firing time are
/// insisted on, everything else may be missing, null or of another type.
/// </summary>
public static class AzureMonitorAlert
{
    public const string SchemaId = "azureMonitorCommonAlertSchema";

    /// <summary>What the test button of an action group calls its rules, all of them with <see cref="TestSeverity"/>.</summary>
    private const string TestRulePrefix = "test-";
    private const string TestSeverity = "Sev4";
    /// <summary>How the ids of test payloads end that have no rule.</summary>
    private const string TestIdEnding = "/Test_Alert";

    internal static AlertReading Read(JsonData root, AlertErrors errors)
    {
        var data = root["data"] ?? JsonData.Null;
        var essentials = data["essentials"] ?? JsonData.Null;
        var path = JsonPath.Root.Property("data").Property("essentials");
        if (essentials.Kind != JsonValueKind.Object)
        {
            errors.Add(path, "The alert has no essentials.", "Send the payload as Azure Monitor makes it.");
            return errors.Refused();
        }
        var id = Text(essentials, "alertId");
        if (id is null)
            errors.Add(path.Property("alertId"), "alertId must be a text that is not empty.", "Without it a delivery that arrives twice cannot be known.");
        var fired = AlertInstant.Read(Text(essentials, "firedDateTime"));
        if (fired is null)
            errors.Add(path.Property("firedDateTime"), "firedDateTime must be an instant.", "Write for example \"2026-01-12T03:00:00Z\"; the recovery objective counts from it.");
        return errors.None ? new AlertReading.Accepted(Make(data, essentials, id!, fired!.Value)) : errors.Refused();
    }

    private static Alert Make(JsonData data, JsonData essentials, string id, DateTimeOffset fired)
    {
        var service = Text(essentials, "monitoringService");
        var body = data["alertContext"] ?? JsonData.Null;
        var context = AzureContext.Read(service, essentials, body);
        var rule = Text(essentials, "alertRule");
        var severity = Text(essentials, "severity");
        return new Alert(AlertText.Identity(id, AlertLimits.IdMaxBytes), rule ?? context["budget"]?.AsString(), severity, service, fired,
            string.Equals(Text(essentials, "monitorCondition"), "Resolved", StringComparison.OrdinalIgnoreCase)
                ? new AlertCondition.Resolved(AlertInstant.Read(Text(essentials, "resolvedDateTime"))) : new AlertCondition.Fired(),
            [.. Targets(essentials)], Text(essentials, "description"), CustomProperties(data, body))
        {
            SignalType = Text(essentials, "signalType") is { } signal ? (signal == "ActivityLog" ? "Activity Log" : signal) : null,
            OriginAlertId = Text(essentials, "originAlertId") is { } origin ? AlertText.Identity(origin, AlertLimits.IdMaxBytes) : null,
            Link = AlertText.Link(Text(essentials, "investigationLink")),
            IsTest = IsTest(id, rule, severity),
            Context = context,
        };
    }

    private static IEnumerable<string> Targets(JsonData essentials) => essentials["alertTargetIDs"] switch
    {
        { Kind: JsonValueKind.Array } several => several.Elements.Select(target => target.AsString()).OfType<string>(),
        { } one when one.AsString() is { Length: > 0 } id => [id],
        _ => [],
    };

    /// <summary>They lie beside the context; metric and log alerts repeat them inside it, and some kinds have them only there.</summary>
    private static JsonData CustomProperties(JsonData data, JsonData body)
    {
        var beside = data["customProperties"]?.Properties ?? [];
        // An activity log's properties are the event's, not the author's. Only metric and log alerts have a conditionType.
        var inside = body["conditionType"] is null ? [] : body["properties"]?.Properties ?? [];
        return JsonData.Object(inside.Concat(beside));
    }

    /// <summary>Compared with what such payloads always carry; a rule of one's own that is called and rated like that is taken for a test, too.</summary>
    private static bool IsTest(string id, string? rule, string? severity) => rule is null
        ? id.EndsWith(TestIdEnding, StringComparison.Ordinal)
        : rule.StartsWith(TestRulePrefix, StringComparison.OrdinalIgnoreCase) && severity is null or TestSeverity;

    private static string? Text(JsonData from, string name) => from[name]?.AsString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
