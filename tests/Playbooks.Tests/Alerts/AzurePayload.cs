using System.Text.Json.Nodes;
using Playbooks.Core.Alerts;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Alerts;

/// <summary>Payloads of the common alert schema, made of as little as a kind needs.</summary>
internal static class AzurePayload
{
    public const string Fired = "2026-01-12T03:00:00.5Z";

    /// <param name="essentials">Members that are added to, or take the place of, those that every payload has here.</param>
    public static string Of(string service, string context, string essentials = "{}", string? beside = null)
    {
        var all = JsonNode.Parse($$"""
            { "alertId": "/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/a-1", "alertRule": "grading-model-drift", "severity": "Sev1", "signalType": "Metric",
              "monitorCondition": "Fired", "monitoringService": "", "alertTargetIDs": [ "/subscriptions/s/resourcegroups/ml/providers/x/grading" ],
              "originAlertId": "o-1", "firedDateTime": "{{Fired}}", "description": "Look.", "essentialsVersion": "1.0", "alertContextVersion": "1.0" }
            """)!.AsObject();
        all["monitoringService"] = service;
        foreach (var (name, value) in JsonNode.Parse(essentials)!.AsObject())
            all[name] = value?.DeepClone();
        var data = new JsonObject { ["essentials"] = all, ["alertContext"] = JsonNode.Parse(context) };
        if (beside is not null)
            data["customProperties"] = JsonNode.Parse(beside);
        return new JsonObject { ["schemaId"] = AzureMonitorAlert.SchemaId, ["data"] = data }.ToJsonString();
    }

    public static Alert Read(string text) => AlertReader.Read(text) switch
    {
        AlertReading.Accepted accepted => accepted.Alert,
        AlertReading.Refused refused => throw new Xunit.Sdk.XunitException(string.Join('\n', refused.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Compares lines of <c>path = value</c>, in which a value is JSON or, where it is text, the text itself; <c>nothing</c> stands for null and missing.</summary>
    public static void Says(string expected, Alert alert)
    {
        var data = alert.ToData();
        var lines = expected.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(lines, lines.Select(line => line.Split(" = ")[0]).Select(path => $"{path} = {Found(data, path)}"));
    }

    private static string Found(JsonData data, string path)
    {
        var value = path.Split('.').Aggregate((JsonData?)data, (inside, name) => inside?[name]);
        return value is null or { IsNull: true } ? "nothing" : value.AsString() ?? value.Text;
    }
}
