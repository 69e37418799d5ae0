using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Playbooks.Integration.Tests.Deployment;

/// <summary>What must be true of the compiled template. Each rule answers with what is wrong, one sentence each.</summary>
internal static partial class TemplateRules
{
    /// <summary>Built-in roles of Azure that are assigned, by their ids: a wrong id is found by nobody before the deployment fails, or grants something else.</summary>
    private static readonly Dictionary<string, string> Roles = new()
    {
        ["Storage Blob Data Owner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["Storage Blob Data Contributor"] = "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        ["Storage Queue Data Contributor"] = "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        ["Storage Table Data Contributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
        ["Monitoring Metrics Publisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
        ["Monitoring Reader"] = "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
        ["Key Vault Secrets User"] = "4633458b-17de-408a-b874-0445c86b69e6",
        ["App Configuration Data Owner"] = "5ae67dd6-50cb-40e7-96ff-dc2bfa4b606b",
        ["AcrPull"] = "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        ["Durable Task Data Contributor"] = "0ad04412-c4d5-4796-b79c-f76d14c8d402",
    };

    private static readonly Dictionary<string, string> Versions = new()
    {
        ["Microsoft.AlertsManagement/actionRules"] = "2021-08-08",
        ["Microsoft.App/containerApps"] = "2024-03-01",
        ["Microsoft.App/managedEnvironments"] = "2024-03-01",
        ["Microsoft.AppConfiguration/configurationStores"] = "2024-05-01",
        ["Microsoft.AppConfiguration/configurationStores/keyValues"] = "2024-05-01",
        ["Microsoft.Authorization/roleAssignments"] = "2022-04-01",
        ["Microsoft.BotService/botServices"] = "2022-09-15",
        ["Microsoft.BotService/botServices/channels"] = "2022-09-15",
        ["Microsoft.ContainerRegistry/registries"] = "2023-07-01",
        ["Microsoft.DurableTask/schedulers"] = "2025-11-01",
        ["Microsoft.DurableTask/schedulers/taskHubs"] = "2025-11-01",
        ["Microsoft.Insights/actionGroups"] = "2023-01-01",
        ["Microsoft.Insights/components"] = "2020-02-02",
        ["Microsoft.Insights/diagnosticSettings"] = "2021-05-01-preview",
        ["Microsoft.Insights/metricAlerts"] = "2018-03-01",
        ["Microsoft.Insights/scheduledQueryRules"] = "2022-06-15",
        ["Microsoft.Insights/workbooks"] = "2023-06-01",
        ["Microsoft.KeyVault/vaults"] = "2023-07-01",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = "2023-01-31",
        ["Microsoft.Network/privateDnsZones"] = "2020-06-01",
        ["Microsoft.Network/privateDnsZones/virtualNetworkLinks"] = "2020-06-01",
        ["Microsoft.Network/privateEndpoints"] = "2024-05-01",
        ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups"] = "2024-05-01",
        ["Microsoft.Network/virtualNetworks"] = "2024-05-01",
        ["Microsoft.OperationalInsights/workspaces"] = "2023-09-01",
        ["Microsoft.Resources/deployments"] = "2025-04-01",
        ["Microsoft.Resources/resourceGroups"] = "2024-03-01",
        ["Microsoft.Storage/storageAccounts"] = "2024-01-01",
        ["Microsoft.Storage/storageAccounts/blobServices"] = "2024-01-01",
        ["Microsoft.Storage/storageAccounts/blobServices/containers"] = "2024-01-01",
        ["Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies"] = "2024-01-01",
        ["Microsoft.Storage/storageAccounts/managementPolicies"] = "2024-01-01",
        ["Microsoft.Storage/storageAccounts/queueServices"] = "2024-01-01",
        ["Microsoft.Storage/storageAccounts/queueServices/queues"] = "2024-01-01",
        ["Microsoft.Storage/storageAccounts/tableServices"] = "2024-01-01",
        ["Microsoft.Storage/storageAccounts/tableServices/tables"] = "2024-01-01",
        ["Microsoft.Web/serverfarms"] = "2024-04-01",
        ["Microsoft.Web/sites"] = "2024-04-01",
        ["Microsoft.Web/sites/basicPublishingCredentialsPolicies"] = "2024-04-01",
    };

    private static readonly string[] OfLive = ["executor", "ingest", "gateway"];

    /// <summary>Ids that are no roles.</summary>
    private static readonly string[] OtherIds = ["7d4d9b60-3f0e-4f4b-9a0e-6f6f5f0d7a01"];

    public static IEnumerable<string> WrongRoles(JsonObject template)
    {
        var used = Id().Matches(template.ToJsonString()).Select(match => match.Value).Except(OtherIds).ToHashSet();
        return used.Except(Roles.Values).Select(id => $"{id} is no role that the table knows.")
            .Concat(Roles.Where(role => !used.Contains(role.Value)).Select(role => $"{role.Key} is in the table and is assigned to nobody."));
    }

    public static IEnumerable<string> WrongVersions(JsonObject template)
    {
        var used = Resources(template).Select(resource => ((string)resource["type"]!, (string)resource["apiVersion"]!)).Distinct().ToList();
        return used.Where(resource => Versions.GetValueOrDefault(resource.Item1) != resource.Item2).Select(resource => $"{resource.Item1} is asked for in version {resource.Item2}; the table says {Versions.GetValueOrDefault(resource.Item1) ?? "nothing"}.")
            .Concat(Versions.Keys.Except(used.Select(resource => resource.Item1)).Select(type => $"{type} is in the table and deployed nowhere."));
    }

    /// <summary>Every setting that a host reads is set, and every one that is set is read by somebody.</summary>
    /// <param name="read">By our code.</param>
    /// <param name="platform">By the platform, each with the reason.</param>
    /// <param name="leftOut">What our code reads and nobody sets, each with the reason.</param>
    public static IEnumerable<string> WrongSettings(JsonObject template, IReadOnlySet<string> read, IReadOnlyDictionary<string, string> platform, IReadOnlyDictionary<string, string> leftOut)
    {
        var set = Setting().Matches(template.ToJsonString()).Select(match => match.Groups[1].Value).ToHashSet();
        return read.Except(leftOut.Keys).Except(set).Select(name => $"{name} is read and never set.")
            .Concat(set.Except(read).Except(platform.Keys).Select(name => $"{name} is set and read by nobody."))
            .Concat(leftOut.Keys.Intersect(set).Select(name => $"{name} is set, though: {leftOut[name]}"))
            .Concat(platform.Keys.Except(set).Select(name => $"{name} is in the platform's table and never set."));
    }

    /// <summary>No key, connection string or password stands in what is deployed, or is asked for by it.</summary>
    public static IEnumerable<string> Secrets(JsonObject template) => Secret().Matches(template.ToJsonString()).Select(match => $"'{match.Value}' has no place in a template.").Distinct();

    /// <summary>The drill's identity is granted things in the drill's deployments alone, and nobody else's is granted anything there.</summary>
    public static IEnumerable<string> MixedIdentities(JsonObject template)
    {
        foreach (var deployment in Resources(template).Where(resource => (string)resource["type"]! == "Microsoft.Resources/deployments" && resource["properties"]?["parameters"] is not null))
        {
            var (name, parameters, isDrill) = ((string)deployment["name"]!, deployment["properties"]!["parameters"]!.ToJsonString(), ((string?)deployment["resourceGroup"] ?? "").Contains("-drill", StringComparison.Ordinal));
            if (parameters.Contains("outputs.drill.value", StringComparison.Ordinal) && !isDrill)
                yield return $"{name} gives the drill's identity something outside the drill's resource group.";
            if (isDrill && OfLive.FirstOrDefault(identity => parameters.Contains($"outputs.{identity}.value", StringComparison.Ordinal)) is { } other)
                yield return $"{name} gives the identity {other} something in the drill's resource group.";
        }
    }

    /// <summary>All resources, those of modules too.</summary>
    public static IEnumerable<JsonObject> Resources(JsonNode? node) => node switch
    {
        JsonObject found => (found["type"] is JsonValue && found["apiVersion"] is JsonValue && ((string)found["type"]!).Contains('/', StringComparison.Ordinal) && found["existing"] is null ? [found] : Enumerable.Empty<JsonObject>())
            .Concat(found.SelectMany(field => Resources(field.Value))),
        JsonArray items => items.SelectMany(Resources),
        _ => [],
    };

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex("createObject\\(\\\\u0027name\\\\u0027, \\\\u0027([A-Za-z_]+)\\\\u0027, \\\\u0027value\\\\u0027")]
    private static partial Regex Setting();

    [GeneratedRegex("listKeys|listAccountSas|AccountKey=|SharedAccessKey|InstrumentationKey=|[Pp]assword\\\"\\s*:|client_secret")]
    private static partial Regex Secret();
}
