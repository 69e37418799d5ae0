using System.Text.Json;
using System.Text.Json.Nodes;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Hosting;

/// <summary>
/// Raises the alert that nobody else raises in a drill: in the shape in which Azure Monitor would send it, or a host that has counted dead letters; read by the
/// same reader, and matched with the playbook's own triggers. If they do not take it, the drill is not detected.
/// </summary>
public static class DrillAlert
{
    public static async Task RaiseAsync(IRuns runs, RunSummary summary, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(summary.RunId, cancellationToken) is not { Playbook: { } playbook } run)
            return;
        if (AlertReader.Read(Text(playbook, run, summary.Environment, time.GetUtcNow())) is AlertReading.Accepted { Alert: var alert } && TriggerMatch.Find(playbook, alert) is not null)
            await runs.SignalAsync(summary.RunId, new RunEvent.AlertAttached(alert.ToData(), alert.FiredAt, run.Now), cancellationToken);
    }

    /// <summary>What the playbook waits for first.</summary>
    private static string Text(Playbook playbook, Run run, string environment, DateTimeOffset now) => playbook.Triggers.FirstOrDefault(TriggerMatch.TakesAlerts) switch
    {
        // Nobody counts here, so it says no more than was asked for.
        Trigger.OnDeadLetters letters => DeadLetterAlert.Fired(environment, letters.Queue, letters.AtLeast, letters.AtLeast, now),
        var trigger => Metric(trigger as Trigger.OnAlert, run, now),
    };

    /// <summary>A metric alert of the common schema, for the rule that the playbook waits for.</summary>
    private static string Metric(Trigger.OnAlert? trigger, Run run, DateTimeOffset now)
    {
        var model = run.Inputs["model"]?.AsString() ?? "model";
        var rule = (trigger?.Rule ?? "drill-*").Replace("*", "golden-accuracy", StringComparison.Ordinal);
        var target = $"/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/drill/providers/microsoft.insights/components/{model}";
        return new JsonObject
        {
            ["schemaId"] = AzureMonitorAlert.SchemaId,
            ["data"] = new JsonObject
            {
                ["essentials"] = new JsonObject
                {
                    ["alertId"] = $"/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.AlertsManagement/alerts/{run.Id}",
                    ["alertRule"] = rule,
                    ["severity"] = trigger is { Severity: [var severity, ..] } ? severity : "Sev1",
                    ["signalType"] = "Metric",
                    ["monitorCondition"] = "Fired",
                    ["monitoringService"] = trigger?.Service ?? "Platform",
                    ["alertTargetIDs"] = new JsonArray(target),
                    ["originAlertId"] = run.Id,
                    ["firedDateTime"] = now.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
                    ["description"] = $"Golden requests to {model} are answered wrongly.",
                    ["essentialsVersion"] = "1.0",
                    ["alertContextVersion"] = "1.0",
                },
                ["alertContext"] = new JsonObject { ["conditionType"] = "SingleResourceMultipleMetricCriteria" },
                ["customProperties"] = new JsonObject { ["model"] = model },
            },
        }.ToJsonString(JsonSerializerOptions.Web);
    }
}
