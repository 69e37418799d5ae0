using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Playbooks.Core.Alerts;

namespace Playbooks.Connectors.Monitoring;

/// <summary>
/// Asks Azure Monitor which alerts of a subscription are firing, and words each as the webhook would have: a second way in for the quarter of an hour in
/// which an action group that failed too often calls nobody. Needs the role Monitoring Reader.
/// </summary>
/// <param name="http">Its base address is the resource manager's.</param>
public sealed class FiredAlerts(HttpClient http, TokenCredential credential)
{
    public static readonly Uri ResourceManager = new("https://management.azure.com/");

    /// <summary>The first whose answers have the rule's custom properties, which triggers match.</summary>
    private const string ApiVersion = "2025-05-25-preview";
    private const int PageSize = 250;
    /// <summary>More are left for the next time; a subscription with that many is in other trouble.</summary>
    private const int PagesMax = 20;
    private const int AnswerMaxBytes = 8 << 20;
    private static readonly string[] Scopes = ["https://management.azure.com/.default"];

    /// <summary>Alerts that fired within the last day and have not been resolved, as texts of the common alert schema.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or refuses.</exception>
    /// <exception cref="JsonException">It answers something else.</exception>
    public async Task<IReadOnlyList<string>> OfAsync(string subscription, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        var page = new Uri(http.BaseAddress!, $"subscriptions/{subscription}/providers/Microsoft.AlertsManagement/alerts?api-version={ApiVersion}&timeRange=1d&monitorCondition=Fired&includeContext=true&pageCount={PageSize}");
        for (var pages = 0; pages < PagesMax; pages++)
        {
            var answer = await AskAsync(page, cancellationToken).ConfigureAwait(false);
            texts.AddRange(((answer["value"] as JsonArray) ?? []).Select(alert => Worded(subscription, alert)).OfType<string>());
            // Our token goes to nobody but the host that it is for.
            if (!Uri.TryCreate(Text(answer["nextLink"]), UriKind.Absolute, out var next) || next.Authority != http.BaseAddress!.Authority || next.Scheme != http.BaseAddress.Scheme)
                break;
            page = next;
        }
        return texts;
    }

    private async Task<JsonObject> AskAsync(Uri page, CancellationToken cancellationToken)
    {
        var token = await credential.GetTokenAsync(new TokenRequestContext(Scopes), cancellationToken).ConfigureAwait(false);
        using var request = new HttpRequestMessage(HttpMethod.Get, page) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token.Token) } };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        await answer.Content.LoadIntoBufferAsync(AnswerMaxBytes, cancellationToken).ConfigureAwait(false);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)) as JsonObject ?? throw new JsonException("The list of alerts is no object.");
    }

    /// <summary>Null where it says less than an alert must.</summary>
    private static string? Worded(string subscription, JsonNode? alert)
    {
        if (alert is not JsonObject listed || listed["properties"] is not JsonObject properties || properties["essentials"] is not JsonObject essentials || Text(listed["id"]) is not { } id)
            return null;
        return new JsonObject
        {
            ["schemaId"] = AzureMonitorAlert.SchemaId,
            ["data"] = new JsonObject
            {
                ["essentials"] = new JsonObject
                {
                    // Listed with the resource that it is about in the middle; sent without. The last part is the same.
                    ["alertId"] = $"/subscriptions/{subscription}/providers/Microsoft.AlertsManagement/alerts/{LastPart(id)}",
                    ["alertRule"] = Text(essentials["alertRule"]) is { } rule ? Uri.UnescapeDataString(LastPart(rule)) : null,
                    ["severity"] = essentials["severity"]?.DeepClone(),
                    ["signalType"] = essentials["signalType"]?.DeepClone(),
                    ["monitorCondition"] = essentials["monitorCondition"]?.DeepClone(),
                    ["monitoringService"] = essentials["monitorService"]?.DeepClone(),
                    ["alertTargetIDs"] = Text(essentials["targetResource"]) is { } target ? new JsonArray(target) : null,
                    ["originAlertId"] = essentials["sourceCreatedId"]?.DeepClone(),
                    ["firedDateTime"] = essentials["startDateTime"]?.DeepClone(),
                    ["description"] = essentials["description"]?.DeepClone(),
                },
                ["alertContext"] = properties["context"]?.DeepClone(),
                ["customProperties"] = properties["customProperties"]?.DeepClone(),
            },
        }.ToJsonString();
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string LastPart(string path) => path[(path.LastIndexOf('/') + 1)..];
}
