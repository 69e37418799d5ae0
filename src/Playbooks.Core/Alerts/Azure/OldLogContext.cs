using System.Globalization;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts.Azure;

/// <summary>Log alerts of version 1, of Log Analytics and Application Insights. The results that they may embed are passed over: they are data, not reasons.</summary>
internal static class OldLogContext
{
    public static void Read(JsonData body, ContextFacts facts)
    {
        // Only this type compares the number of rows; the other compares something that stands in the results.
        if (ContextFacts.Member(body, "AlertType")?.AsString() == "Number of results")
            facts.Number("value", ContextFacts.Member(body, "ResultCount"));
        facts.Text("operator", Joined(ContextFacts.Member(body, "Operator")));
        facts.Number("threshold", ContextFacts.Member(body, "Threshold"));
        facts.Number("results", ContextFacts.Member(body, "ResultCount"));
        facts.Text("window", Window(ContextFacts.Member(body, "SearchIntervalDurationMin") ?? ContextFacts.Member(body, "SearchIntervalInMinutes")));
        facts.Instant("windowStart", ContextFacts.Member(body, "SearchIntervalStartTimeUtc"));
        facts.Instant("windowEnd", ContextFacts.Member(body, "SearchIntervalEndtimeUtc"));
        facts.Dimensions(ContextFacts.Member(body, "Dimensions"));
        facts.List("items", (ContextFacts.Member(body, "AffectedConfigurationItems")?.Elements ?? []).Select(item => item.AsString() ?? ""));
        facts.Text("query", ContextFacts.Member(body, "SearchQuery"), AlertLimits.QueryMaxBytes);
        facts.Link("resultsLink", ContextFacts.Member(body, "LinkToFilteredSearchResultsUI") ?? ContextFacts.Member(body, "LinkToSearchResults"));
        facts.Link("resultsApi", ContextFacts.Member(body, "LinkToFilteredSearchResultsAPI") ?? ContextFacts.Member(body, "LinkToSearchResultsAPI"));
        facts.Text("level", ContextFacts.Member(body, "SeverityDescription"));
        facts.Detail("AlertType", ContextFacts.Member(body, "AlertType"));
        facts.Detail("WorkspaceId", ContextFacts.Member(body, "WorkspaceId"));
        facts.Detail("ApplicationId", ContextFacts.Member(body, "ApplicationId"));
    }

    /// <summary>"Greater Than" is what all other kinds call GreaterThan.</summary>
    private static JsonData? Joined(JsonData? words) =>
        words?.AsString() is { } text ? JsonData.Of(text.Replace(" ", "", StringComparison.Ordinal)) : words;

    private static JsonData? Window(JsonData? minutes) =>
        int.TryParse(minutes?.AsString() ?? minutes?.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
            ? JsonData.Of(string.Create(CultureInfo.InvariantCulture, $"PT{whole}M")) : minutes;
}
