using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts.Azure;

/// <summary>Metric alerts of every kind of criteria, and log alerts of version 2: conditions of which all hold.</summary>
internal static class ConditionContext
{
    public static void Read(JsonData body, ContextFacts facts)
    {
        // Microsoft documents log alerts of version 1 under the service Platform, too.
        if (ContextFacts.Member(body, "SearchQuery") is not null)
        {
            OldLogContext.Read(body, facts);
            return;
        }
        var condition = ContextFacts.Member(body, "condition");
        var all = ContextFacts.Member(condition, "allOf")?.Elements ?? [];
        var first = all.FirstOrDefault();
        facts.Text("metric", ContextFacts.Member(first, "metricName"));
        facts.Text("metric", ContextFacts.Member(first, "metricMeasureColumn"));
        facts.Number("value", ContextFacts.Member(first, "metricValue"));
        facts.Text("operator", ContextFacts.Member(first, "operator"));
        facts.Number("threshold", ContextFacts.Member(first, "threshold"));
        facts.Text("aggregation", ContextFacts.Member(first, "timeAggregation"));
        facts.Dimensions(ContextFacts.Member(first, "dimensions"));
        facts.Text("webTest", ContextFacts.Member(first, "webTestName"));
        facts.Text("query", ContextFacts.Member(first, "searchQuery"), AlertLimits.QueryMaxBytes);
        facts.Link("resultsLink", ContextFacts.Member(first, "linkToFilteredSearchResultsUI") ?? ContextFacts.Member(first, "linkToSearchResultsUI"));
        facts.Link("resultsApi", ContextFacts.Member(first, "linkToFilteredSearchResultsAPI") ?? ContextFacts.Member(first, "linkToSearchResultsAPI"));
        facts.Text("window", ContextFacts.Member(condition, "windowSize"));
        facts.Instant("windowStart", ContextFacts.Member(condition, "windowStartTime"));
        facts.Instant("windowEnd", ContextFacts.Member(condition, "windowEndTime"));
        facts.List("others", all.Skip(1).Select(Sentence));
        facts.Detail("conditionType", ContextFacts.Member(body, "conditionType"));
        facts.Detail("metricNamespace", ContextFacts.Member(first, "metricNamespace"));
        facts.Detail("alertSensitivity", ContextFacts.Member(first, "alertSensitivity"));
        var failing = ContextFacts.Member(first, "failingPeriods");
        facts.Detail("minFailingPeriodsToAlert", ContextFacts.Member(failing, "minFailingPeriodsToAlert"));
        facts.Detail("numberOfEvaluationPeriods", ContextFacts.Member(failing, "numberOfEvaluationPeriods"));
    }

    private static string Sentence(JsonData condition)
    {
        string Part(string name) => ContextFacts.Member(condition, name) is { IsNull: false } part ? part.AsString() ?? part.Text : "";
        var compared = string.Join(' ', new[] { Part("timeAggregation"), Part("metricName"), Part("operator"), Part("threshold") }.Where(part => part.Length > 0));
        return compared.Length == 0 ? "" : $"{compared}, was {(Part("metricValue") is { Length: > 0 } value ? value : "not measured")}";
    }
}
