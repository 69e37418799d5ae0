using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts.Azure;

/// <summary>
/// Health of services and of resources. Both say in <c>status</c> how the event stands: Azure tells its end with another alert that has fired, too, so a
/// playbook that reacts to them looks at <c>alert.context.status</c>.
/// </summary>
internal static class HealthContext
{
    public static void ReadService(JsonData body, ContextFacts facts)
    {
        var properties = ContextFacts.Member(body, "properties");
        facts.Text("summary", ContextFacts.Member(properties, "title"));
        facts.Text("category", ContextFacts.Member(properties, "incidentType"));
        facts.Text("region", ContextFacts.Member(properties, "region"));
        facts.Text("stage", ContextFacts.Member(properties, "stage"));
        facts.Text("trackingId", ContextFacts.Member(properties, "trackingId"));
        facts.Instant("impactStart", ContextFacts.Member(properties, "impactStartTime"));
        facts.Instant("impactEnd", ContextFacts.Member(properties, "impactMitigationTime"));
        facts.List("services", Services(ContextFacts.Unfolded(ContextFacts.Member(properties, "impactedServices"))));
        ActivityContext.Event(body, facts);
        facts.Detail("service", ContextFacts.Member(properties, "service"));
        facts.Detail("communication", ContextFacts.WithoutMarkup(ContextFacts.Member(properties, "communication")));
        facts.Detail("maintenanceId", ContextFacts.Member(properties, "maintenanceId"));
        facts.Detail("IsSynthetic", ContextFacts.Member(properties, "IsSynthetic"));
    }

    public static void ReadResource(JsonData body, ContextFacts facts)
    {
        var properties = ContextFacts.Member(body, "properties");
        facts.Text("summary", ContextFacts.Member(properties, "title"));
        facts.Text("health", ContextFacts.Member(properties, "currentHealthStatus"));
        facts.Text("previousHealth", ContextFacts.Member(properties, "previousHealthStatus"));
        facts.Text("cause", ContextFacts.Member(properties, "cause"));
        facts.Text("category", ContextFacts.Member(properties, "type"));
        ActivityContext.Event(body, facts);
        facts.Detail("details", ContextFacts.Member(properties, "details"));
    }

    private static IEnumerable<string> Services(JsonData? services) =>
        from service in services?.Elements ?? []
        let name = ContextFacts.Member(service, "ServiceName")?.AsString()
        where name is not null
        let regions = (ContextFacts.Member(service, "ImpactedRegions")?.Elements ?? []).Select(region => ContextFacts.Member(region, "RegionName")?.AsString()).OfType<string>().ToList()
        select regions.Count == 0 ? name : $"{name} ({string.Join(", ", regions.Take(AlertLimits.ListMax))}{(regions.Count > AlertLimits.ListMax ? ", …" : "")})";
}
