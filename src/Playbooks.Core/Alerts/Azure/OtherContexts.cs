using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts.Azure;

/// <summary>Kinds with one flat shape each.</summary>
internal static class OtherContexts
{
    /// <summary>Smart detection of Application Insights; its detectors measure different things under different names.</summary>
    public static void ReadSmartDetector(JsonData body, ContextFacts facts)
    {
        facts.Text("summary", ContextFacts.Member(body, "DetectionSummary"));
        facts.Number("value", ContextFacts.Member(body, "DetectedValue") ?? ContextFacts.Member(body, "DetectedFailureRate"));
        facts.Text("normal", ContextFacts.Member(body, "NormalValue") ?? ContextFacts.Member(body, "NormalFailureRate"));
        facts.Instant("impactStart", ContextFacts.Member(body, "FormattedOccurrenceTime"));
        facts.Details(body, "DetectionSummary", "DetectedValue", "DetectedFailureRate", "NormalValue", "NormalFailureRate", "FormattedOccurrenceTime", "PresentationInsightEventRequest");
    }

    public static void ReadPrometheus(JsonData body, ContextFacts facts)
    {
        var annotations = ContextFacts.Member(body, "annotations");
        facts.Text("summary", ContextFacts.Member(annotations, "summary"));
        facts.Text("summary", ContextFacts.Member(annotations, "description"));
        facts.Number("value", ContextFacts.Member(body, "expressionValue"));
        facts.Text("window", ContextFacts.Member(body, "for"));
        facts.Dimensions(ContextFacts.Member(body, "labels"));
        facts.Text("query", ContextFacts.Member(body, "expression"), AlertLimits.QueryMaxBytes);
        facts.Detail("interval", ContextFacts.Member(body, "interval"));
        facts.Detail("ruleGroup", ContextFacts.Member(body, "ruleGroup"));
        facts.Details(annotations, "summary");
    }

    /// <summary>Budgets and credits. Amounts carry their currency sign and stay texts. Who made the budget is left out: it explains nothing and is personal.</summary>
    public static void ReadCost(JsonData body, ContextFacts facts)
    {
        var data = ContextFacts.Member(body, "AlertData");
        facts.Text("category", ContextFacts.Member(body, "AlertCategory"));
        facts.Text("budget", ContextFacts.Member(data, "BudgetName"));
        facts.Text("scope", ContextFacts.Member(data, "Scope"));
        facts.Number("value", ContextFacts.Member(data, "SpentAmount"));
        facts.Number("threshold", ContextFacts.Member(data, "NotificationThresholdAmount") ?? ContextFacts.Member(data, "BudgetThreshold"));
        facts.Number("forecast", ContextFacts.Member(data, "ForecastedTotalForPeriod"));
        facts.Text("unit", ContextFacts.Member(data, "Unit"));
        facts.Details(data, "BudgetName", "Scope", "SpentAmount", "NotificationThresholdAmount", "ForecastedTotalForPeriod", "Unit", "BudgetCreator");
    }
}
