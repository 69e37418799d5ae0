using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts.Azure;

/// <summary>Entries of the activity log: administrative, policy, autoscale and security. They differ in their properties only.</summary>
internal static class ActivityContext
{
    public static void Read(JsonData body, ContextFacts facts)
    {
        var properties = ContextFacts.Member(body, "properties");
        facts.Text("summary", ContextFacts.Member(properties, "description"));
        facts.Text("summary", ContextFacts.Member(properties, "message"));
        facts.Text("summary", ContextFacts.Member(body, "Activity Log Event Description"));
        Event(body, facts);
        facts.Text("scope", ContextFacts.Member(ContextFacts.Member(body, "authorization"), "scope"));
        facts.Text("scope", ContextFacts.Member(properties, "resourceName"));
        facts.Text("scope", ContextFacts.Member(properties, "compromisedEntity"));
        Policies(ContextFacts.Member(properties, "policies"), facts);
        // Said already, of no use to people, or a document of its own.
        facts.Details(properties, "description", "message", "entity", "resourceName", "eventCategory", "hierarchy", "ancestors", "policies", "activeAutoscaleProfile");
    }

    /// <summary>What every event of the log has. The claims of whoever acted are left out: they are personal data, and decide nothing.</summary>
    public static void Event(JsonData body, ContextFacts facts)
    {
        facts.Text("operation", ContextFacts.Member(body, "operationName"));
        facts.Text("status", ContextFacts.Member(body, "status"));
        facts.Text("level", ContextFacts.Member(body, "level"));
        facts.Text("category", ContextFacts.Member(body, "eventSource"));
        facts.Text("caller", ContextFacts.Member(body, "caller"));
        facts.Text("correlationId", ContextFacts.Member(body, "correlationId"));
        facts.Detail("subStatus", ContextFacts.Member(body, "subStatus"));
    }

    /// <summary>A list of assignments, sent as text.</summary>
    private static void Policies(JsonData? policies, ContextFacts facts)
    {
        foreach (var policy in ContextFacts.Unfolded(policies)?.Elements.Take(1) ?? [])
        {
            facts.Detail("policyAssignmentName", ContextFacts.Member(policy, "policyAssignmentName"));
            facts.Detail("policyDefinitionReferenceId", ContextFacts.Member(policy, "policyDefinitionReferenceId"));
            facts.Detail("policyDefinitionEffect", ContextFacts.Member(policy, "policyDefinitionEffect"));
        }
    }
}
