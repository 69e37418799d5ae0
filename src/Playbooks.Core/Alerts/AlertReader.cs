using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>
/// The one door for alerts: the common alert schema of Azure Monitor, or <see cref="WebhookAlert">our own small format</see> for everything else.
/// Recognises which it is, and answers for any text; never throws.
/// </summary>
public static class AlertReader
{
    private const string Formats = "Send the common alert schema of Azure Monitor, or { \"type\": \"alert.fired\", \"timestamp\": …, \"data\": { … } }.";

    /// <param name="text">At most <see cref="AlertLimits.TextMaxBytes"/> in UTF-8; more is refused unread.</param>
    public static AlertReading Read(string text) => Read(StrictJson.Read(text, new StrictJsonLimits(AlertLimits.TextMaxBytes)));

    /// <inheritdoc cref="Read(string)"/>
    public static AlertReading Read(ReadOnlySpan<byte> utf8) => Read(StrictJson.Read(utf8, new StrictJsonLimits(AlertLimits.TextMaxBytes)));

    private static AlertReading Read(StrictJsonResult text) => text switch
    {
        StrictJsonResult.Accepted accepted => Recognise(accepted.Value, new AlertErrors(accepted.Positions)),
        StrictJsonResult.Refused refused => new AlertReading.Refused(refused.Errors),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static AlertReading Recognise(JsonData root, AlertErrors errors)
    {
        var schema = root["schemaId"];
        if (schema?.AsString() == AzureMonitorAlert.SchemaId || (schema is null or { IsNull: true } && root["data"]?["essentials"] is { Kind: JsonValueKind.Object }))
            return AzureMonitorAlert.Read(root, errors);
        if (schema is not null)
            errors.Add(JsonPath.Root.Property("schemaId"), "This alert has another schema than the common one.", "Switch the common alert schema on in the action group.");
        else if (root["type"] is not null)
            return WebhookAlert.Read(root, errors);
        else
            errors.Add(JsonPath.Root, "This is no alert: it has neither schemaId nor type.", Formats);
        return errors.Refused();
    }
}
