using System.Globalization;
using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>The common alert schema of Azure Monitor: what all its alerts have in common.</summary>
public static class AzureMonitorAlert
{
    public const string SchemaId = "azureMonitorCommonAlertSchema";
    /// <summary>Azure Monitor's own bound of a payload.</summary>
    public const int TextMaxBytes = 256 * 1024;

    /// <summary>The alert, or why the text is none. Never throws.</summary>
    public static (Alert? Alert, string? Problem) Read(string text)
    {
        if (StrictJson.Read(text, new StrictJsonLimits(TextMaxBytes)) is not StrictJsonResult.Accepted accepted)
            return (null, "The alert is no JSON that is accepted here.");
        var essentials = accepted.Value["data"]?["essentials"];
        if (accepted.Value["schemaId"]?.AsString() != SchemaId || essentials is null)
            return (null, $"The alert has not the schema {SchemaId}; switch the common alert schema on in the action group.");
        if (Text(essentials, "alertId") is not { } id || Text(essentials, "alertRule") is not { } rule)
            return (null, "The alert lacks alertId or alertRule.");
        if (Instant(essentials, "firedDateTime") is not { } fired)
            return (null, "The alert lacks firedDateTime, or it is no instant.");
        var resolved = Text(essentials, "monitorCondition") == "Resolved" ? Instant(essentials, "resolvedDateTime") ?? fired : (DateTimeOffset?)null;
        return (new Alert(id, rule, Text(essentials, "severity"), Text(essentials, "monitoringService"), fired, resolved,
            [.. (essentials["alertTargetIDs"]?.Elements ?? []).Select(target => target.AsString()).OfType<string>()], Text(essentials, "description"),
            accepted.Value["data"]?["customProperties"] is { Kind: JsonValueKind.Object } properties ? properties : JsonData.EmptyObject), null);
    }

    private static string? Text(JsonData from, string name) => from[name]?.AsString();

    private static DateTimeOffset? Instant(JsonData from, string name) =>
        DateTimeOffset.TryParse(Text(from, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
}
