using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts.Azure;

/// <summary>Reads <c>alertContext</c>, whose shape depends on <c>monitoringService</c> alone.</summary>
internal static class AzureContext
{
    /// <param name="service">As sent; null and unknown ones give what single values there are.</param>
    /// <param name="body">The context; anything but an object gives nothing.</param>
    public static AlertContext Read(string? service, JsonData essentials, JsonData body)
    {
        var facts = new ContextFacts();
        Reader(service)(body, facts);
        // A kind whose shape has changed since is shown like one that nobody knows.
        if (!facts.Any)
            Unknown(body, facts);
        facts.List("items", (essentials["configurationItems"]?.Elements ?? []).Select(item => item.AsString() ?? ""));
        return facts.Done();
    }

    private static Action<JsonData, ContextFacts> Reader(string? service) => (service ?? "").Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant() switch
    {
        "platform" or "logalertsv2" => ConditionContext.Read,
        "loganalytics" or "applicationinsights" => OldLogContext.Read,
        "activitylog-administrative" or "activitylog-policy" or "activitylog-autoscale" or "activitylog-security" => ActivityContext.Read,
        "servicehealth" => HealthContext.ReadService,
        "resourcehealth" => HealthContext.ReadResource,
        "smartdetector" => OtherContexts.ReadSmartDetector,
        "prometheus" => OtherContexts.ReadPrometheus,
        "costalerts" => OtherContexts.ReadCost,
        _ => Unknown,
    };

    private static void Unknown(JsonData body, ContextFacts facts) => facts.Details(body);
}
