using Playbooks.Core.Alerts;

namespace Playbooks.Tests.Alerts;

/// <summary>Every kind of context that Azure Monitor documents, with as little as it needs, and what nobody documents.</summary>
public class AzureVariantTests
{
    [Theory]
    [InlineData("Platform", """
        { "properties": { "model": "grading" }, "conditionType": "MultipleResourceMultipleMetricCriteria", "condition": { "windowSize": "PT5M", "allOf": [
            { "metricName": "latency", "metricNamespace": "ml", "operator": "GreaterThan", "threshold": "0.5", "timeAggregation": "Maximum", "metricValue": 0.75,
              "dimensions": [ { "name": "microsoft.resourceId", "value": "/r/1" }, { "name": "deployment", "value": "blue" } ] },
            { "metricName": "errors", "operator": "GreaterThan", "threshold": "10", "timeAggregation": "Total", "metricValue": null, "dimensions": null } ] } }
        """, """
        customProperties = {"model":"grading"}
        context.metric = latency
        context.value = 0.75
        context.threshold = 0.5
        context.aggregation = Maximum
        context.dimensions = {"microsoft.resourceId":"/r/1","deployment":"blue"}
        context.others = ["Total errors GreaterThan 10, was not measured"]
        context.details.conditionType = MultipleResourceMultipleMetricCriteria
        """)]
    [InlineData("Platform", """{ "conditionType": "SingleResourceMultipleMetricCriteria", "condition": { "windowSize": null, "allOf": null } }""", """
        context.metric = nothing
        context.window = nothing
        context.details = {"conditionType":"SingleResourceMultipleMetricCriteria"}
        """)]
    [InlineData("Application Insights", """
        { "SearchQuery": "requests | where resultCode == 500", "SearchIntervalStartTimeUtc": "3/22/2019 1:36:33 PM", "SearchIntervalEndtimeUtc": "12/1/2019 1:51:33 AM", "ResultCount": 7,
          "SearchIntervalInMinutes": "15", "Threshold": 10.0, "Operator": "Less Than", "ApplicationId": "app", "Dimensions": [ { "name": "IP", "value": "1.1.1.1" } ], "AlertType": "Number of results",
          "LinkToFilteredSearchResultsUI": null, "LinkToSearchResults": "https://portal.example/results", "LinkToSearchResultsAPI": "javascript:alert(1)" }
        """, """
        context.value = 7
        context.operator = LessThan
        context.threshold = 10
        context.window = PT15M
        context.windowStart = 2019-03-22T13:36:33.0000000Z
        context.windowEnd = 2019-12-01T01:51:33.0000000Z
        context.dimensions = {"IP":"1.1.1.1"}
        context.resultsLink = https://portal.example/results
        context.resultsApi = nothing
        context.details.ApplicationId = app
        cut = ["context.resultsApi"]
        """)]
    [InlineData("Platform", """{ "SearchQuery": "Heartbeat", "Threshold": 1, "Operator": "Less Than" }""", """
        context.query = Heartbeat
        context.operator = LessThan
        context.threshold = 1
        """)]
    [InlineData("Activity Log - Autoscale", """
        { "channels": "Admin, Operation", "caller": "autoscale", "eventSource": "Autoscale", "level": "Informational", "operationName": "Scaleup", "status": "Succeeded",
          "properties": { "description": "From 9 to 10.", "resourceName": "/r/vmss", "oldInstancesCount": "9", "newInstancesCount": "10", "activeAutoscaleProfile": "{ }" } }
        """, """
        context.summary = From 9 to 10.
        context.scope = /r/vmss
        context.operation = Scaleup
        context.category = Autoscale
        context.details = {"oldInstancesCount":"9","newInstancesCount":"10"}
        customProperties = {}
        """)]
    [InlineData("Activity Log - Security", """
        { "eventSource": "Security", "level": "Informational", "operationName": "activate", "status": "Active",
          "properties": { "threatStatus": "Quarantined", "category": "Virus", "actionTaken": "Blocked", "severity": "Low", "compromisedEntity": "vm-1", "remediationSteps": "[\"None\"]" } }
        """, """
        severity = Sev1
        context.scope = vm-1
        context.category = Security
        context.status = Active
        context.details = {"threatStatus":"Quarantined","category":"Virus","actionTaken":"Blocked","severity":"Low","compromisedEntity":"vm-1","remediationSteps":"[\"None\"]"}
        """)]
    [InlineData("ServiceHealth", """
        { "channels": 1, "eventSource": 2, "level": 3, "status": "Active", "properties": { "title": "Maintenance", "incidentType": "Maintenance", "stage": "Planned",
            "communication": "<p>We will <b>patch</b></p>\r\n<p>it.</p>", "impactedServices": "[{\"ImpactedRegions\":[{\"RegionName\":\"East US\"},{\"RegionName\":\"West US\"}],\"ServiceName\":\"ML\"},{\"ServiceName\":\"SQL\"}]" } }
        """, """
        context.services = ["ML (East US, West US)","SQL"]
        context.category = Maintenance
        context.stage = Planned
        context.level = 3
        context.details.communication = We will patch it.
        """)]
    [InlineData("SmartDetector", """
        { "DetectionSummary": "Slower", "FormattedOccurrenceTime": "2026-01-12T02:59:00Z", "DetectedValue": "0.45 sec", "NormalValue": "0.27 sec", "PresentationInsightEventRequest": "/q", "SmartDetectorName": "Latency" }
        """, """
        context.summary = Slower
        context.value = 0.45 sec
        context.normal = 0.27 sec
        context.impactStart = 2026-01-12T02:59:00.0000000Z
        context.details = {"SmartDetectorName":"Latency"}
        """)]
    [InlineData("SmartDetector", """{ "DetectionSummary": "Failing", "DetectedFailureRate": "50% (200/400 requests)", "NormalFailureRate": "0%" }""", """
        context.value = 50% (200/400 requests)
        context.normal = 0%
        """)]
    [InlineData("Prometheus", """{ "interval": "PT1M", "expression": "up == 0", "expressionValue": "NaN", "for": "PT2M", "labels": { "model": "grading" }, "annotations": { "description": "Down." } }""", """
        context.summary = Down.
        context.value = NaN
        context.dimensions.model = grading
        context.query = up == 0
        """)]
    [InlineData("CostAlerts", """{ "AlertCategory": "budgets", "AlertData": { "ThresholdType": "Actual", "BudgetThreshold": "$50.00", "BudgetName": "ml", "SpentAmount": 11111.5 } }""", """
        rule = grading-model-drift
        context.budget = ml
        context.value = 11111.5
        context.threshold = $50.00
        """)]
    [InlineData("Some New Service", """{ "reason": "because", "count": 3, "sure": true, "nothing": null, "inside": { "a": 1 }, "list": [ 1 ] }""", """
        service = Some New Service
        context = {"details":{"reason":"because","count":3,"sure":true}}
        """)]
    [InlineData("Platform", """{ "newShape": "v9" }""", """context = {"details":{"newShape":"v9"}}""")]
    [InlineData("Platform", "null", "context = {}")]
    [InlineData("Log Alerts V2", "[ 1, 2 ]", "context = {}")]
    [InlineData("ServiceHealth", "\"text\"", "context = {}")]
    public void Every_kind_of_context_becomes_the_same_vocabulary(string service, string context, string expected) =>
        AzurePayload.Says(expected, AzurePayload.Read(AzurePayload.Of(service, context)));

    [Theory]
    [InlineData("""{ "alertRule": null, "severity": null, "signalType": null, "monitorCondition": null, "monitoringService": null, "alertTargetIDs": null, "originAlertId": null, "description": null, "configurationItems": null }""", """
        rule = nothing
        severity = nothing
        service = nothing
        signalType = nothing
        condition = fired
        targets = []
        originAlertId = nothing
        description = nothing
        context = {}
        """)]
    [InlineData("""{ "alertRule": 7, "severity": [], "monitoringService": {}, "alertTargetIDs": "/one", "configurationItems": [ 1, "vm" ], "investigationLink": "https://portal.example/x" }""", """
        rule = nothing
        severity = nothing
        service = nothing
        targets = ["/one"]
        context = {"items":["vm"]}
        link = https://portal.example/x
        """)]
    [InlineData("""{ "monitorCondition": "Resolved", "alertTargetIDs": [ "/one", null, 2, "/two" ], "signalType": "ActivityLog", "investigationLink": "http://plain.example/" }""", """
        condition = resolved
        resolvedAt = nothing
        targets = ["/one","/two"]
        signalType = Activity Log
        link = nothing
        """)]
    [InlineData("""{ "monitorCondition": "resolved", "resolvedDateTime": "2026-01-12T03:04:05.123456789+01:00", "firedDateTime": "2026-01-12T03:00:00" }""", """
        condition = resolved
        firedAt = 2026-01-12T03:00:00.0000000Z
        resolvedAt = 2026-01-12T02:04:05.1234567Z
        """)]
    public void Essentials_that_are_null_or_of_another_type_are_as_if_they_were_missing(string essentials, string expected) =>
        AzurePayload.Says(expected, AzurePayload.Read(AzurePayload.Of("", "{}", essentials)));

    [Fact]
    public void A_resolved_alert_of_Prometheus_is_over_though_nobody_says_since_when() =>
        Assert.Equal(new AlertCondition.Resolved(null), AzurePayload.Read(AzurePayload.Of("Prometheus", "{}", """{ "monitorCondition": "Resolved" }""")).Condition);

    [Fact]
    public void Custom_properties_beside_the_context_win_over_those_inside() => AzurePayload.Says("""customProperties = {"model":"grading","team":"ml"}""",
        AzurePayload.Read(AzurePayload.Of("Platform", """{ "conditionType": "x", "properties": { "model": "old", "team": "ml" } }""", beside: """{ "model": "grading" }""")));

    [Theory]
    [InlineData("""{ "alertRule": "test-metricAlertRule", "severity": "Sev4" }""", true)]
    [InlineData("""{ "alertRule": "test-SmartAlertRule", "severity": null }""", true)]
    [InlineData("""{ "alertRule": "test-models", "severity": "Sev1" }""", false)]
    [InlineData("""{ "alertRule": "latest-models", "severity": "Sev4" }""", false)]
    [InlineData("""{ "alertRule": null, "alertId": "/subscriptions/s/providers/Microsoft.CostManagement/alerts/Test_Alert" }""", true)]
    [InlineData("""{ "alertRule": "real", "alertId": "/subscriptions/s/providers/Microsoft.CostManagement/alerts/Test_Alert" }""", false)]
    public void What_the_test_button_sends_is_known(string essentials, bool isTest) => Assert.Equal(isTest, AzurePayload.Read(AzurePayload.Of("Platform", "{}", essentials)).IsTest);
}
