using System.Text.Json.Nodes;

namespace Playbooks.Tests.Alerts;

/// <summary>What becomes of the payloads that Microsoft documents. They stand beside the repository; <see cref="AzureVariantTests"/> needs none of them.</summary>
public class AlertSampleTests
{
    /// <summary>File, the service for a fragment that comes without its essentials, and what is understood.</summary>
    public static readonly TheoryData<string, string?, string> Samples = new()
    {
        { "01-metric-static-resolved.json", null, """
            rule = WCUS-R2-Gen2
            severity = Sev3
            service = Platform
            signalType = Metric
            condition = resolved
            firedAt = 2019-03-22T13:58:24.3713213Z
            resolvedAt = 2019-03-22T14:03:16.2246313Z
            test = false
            description = nothing
            link = nothing
            customProperties = {}
            context.metric = Percentage CPU
            context.value = 7.727
            context.operator = GreaterThan
            context.threshold = 25
            context.aggregation = Average
            context.window = PT5M
            context.windowStart = nothing
            context.dimensions = {"ResourceId":"b1b1b1b1-cccc-dddd-eeee-f2f2f2f2f2f2"}
            context.items = ["wcus-r2-gen2"]
            context.details = {"conditionType":"SingleResourceMultipleMetricCriteria","metricNamespace":"Microsoft.Compute/virtualMachines"}
            cut = nothing
            """ },
        { "10-test-activitylog-administrative-fired.json", null, """
            rule = test-activityLogAlertRule
            severity = Sev4
            service = Activity Log - Administrative
            signalType = Activity Log
            condition = fired
            resolvedAt = nothing
            test = true
            customProperties = {}
            context.summary = Microsoft.Compute/virtualMachines/restart/action
            context.operation = Microsoft.Compute/virtualMachines/restart/action
            context.status = Succeeded
            context.level = Informational
            context.category = Administrative
            context.caller = user@contoso.com
            context.scope = /subscriptions/aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e/resourceGroups/test-RG/providers/Microsoft.Compute/virtualMachines/test-VM
            context.items = ["test-VM"]
            context.details = nothing
            """ },
        { "12-test-budget-fired.json", null, """
            id = /subscriptions/aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e/providers/Microsoft.CostManagement/alerts/Test_Alert
            rule = Test_forcasted_budget
            severity = nothing
            service = CostAlerts
            signalType = nothing
            originAlertId = nothing
            targets = []
            test = true
            context.category = budgets
            context.budget = Test_forcasted_budget
            context.value = $999.99
            context.threshold = $50.00
            context.forecast = $1111.11
            context.unit = USD
            context.details.ThresholdType = Forecasted
            context.details.BudgetCreator = nothing
            """ },
        { "15-test-log-v1-metric-measurement-fired.json", null, """
            service = Log Analytics
            signalType = Log
            test = true
            context.value = nothing
            context.operator = GreaterThan
            context.threshold = 0
            context.results = 2
            context.window = PT1440M
            context.dimensions = nothing
            context.items = nothing
            context.query = Heartbeat | summarize AggregatedValue=count() by bin(TimeGenerated, 5m)
            context.details.AlertType = Metric measurement
            cut = nothing
            """ },
        { "17-test-log-v2-fired.json", null, """
            service = Log Alerts V2
            customProperties = {"customKey1":"value1","customKey2":"value2"}
            test = true
            context.metric = nothing
            context.value = 3
            context.threshold = 0
            context.aggregation = Count
            context.window = PT1H
            context.dimensions = {"Computer":"test-computer"}
            context.query = Heartbeat
            context.details.conditionType = LogQueryCriteria
            cut = nothing
            """ },
        { "18-test-metric-dynamic-fired.json", null, """
            service = Platform
            customProperties = {"customKey1":"value1","customKey2":"value2"}
            test = true
            context.metric = Transactions
            context.value = 78.09
            context.threshold = 0.3
            context.window = PT15M
            context.windowEnd = 2025-04-15T18:15:16.1040000Z
            context.webTest = nothing
            context.details = {"conditionType":"DynamicThresholdCriteria","metricNamespace":"Microsoft.Storage/storageAccounts","alertSensitivity":"Low","minFailingPeriodsToAlert":3,"numberOfEvaluationPeriods":3}
            """ },
        { "20-test-resourcehealth-fired.json", null, """
            service = Resource Health
            signalType = Activity Log
            test = true
            context.summary = Rebooted by user
            context.health = Unavailable
            context.previousHealth = Available
            context.cause = UserInitiated
            context.category = Downtime
            context.status = Active
            context.details = nothing
            """ },
        { "21-test-servicehealth-fired.json", null, """
            service = ServiceHealth
            signalType = Activity Log
            condition = fired
            test = true
            context.summary = TestActionGroup-TestServiceHealthAlert
            context.status = Resolved
            context.stage = Resolved
            context.level = 3
            context.category = Incident
            context.region = Global
            context.services = ["AzureServiceName (Global)"]
            context.trackingId = TEST-TTT
            context.impactStart = 2025-04-15T18:20:36.2560000Z
            context.details.communication = ThisisatestfromServiceHealthAlert
            """ },
        { "fragment-activitylog-policy.json", "Activity Log - Policy", """
            test = false
            context.operation = Microsoft.Authorization/policies/audit/action
            context.level = Warning
            context.category = Policy
            context.scope = /subscriptions/<GUID>
            context.details = {"policyAssignmentName":"SecurityCenterBuiltIn","policyDefinitionReferenceId":"vulnerabilityAssessmentMonitoring","policyDefinitionEffect":"AuditIfNotExists","isComplianceCheck":"True","resourceLocation":"eastus2"}
            """ },
        { "fragment-log-v1-loganalytics.json", "Log Analytics", """
            context.operator = LessThan
            context.threshold = 10000
            context.results = 2
            context.window = PT15M
            context.windowStart = 2019-03-22T13:36:31.0000000Z
            context.windowEnd = 2019-03-22T13:51:31.0000000Z
            context.dimensions = {"Computer":"INC-Gen2Alert"}
            context.items = ["INC-Gen2Alert"]
            context.level = Warning
            """ },
        { "fragment-metric-webtest.json", "Platform", """
            context.metric = Failed Location
            context.value = 5
            context.threshold = 2
            context.aggregation = Sum
            context.webTest = myAvailabilityTest-myApplication
            context.details = {"conditionType":"WebtestLocationAvailabilityCriteria"}
            customProperties = {}
            """ },
        { "fragment-prometheus.json", "Prometheus", """
            context.summary = alert on SQL availability
            context.value = 0
            context.window = PT2M
            context.dimensions = {"Environment":"Prod","cluster":"myCluster1"}
            context.query = sql_up > 0
            context.details.interval = PT1M
            """ },
        { "fragment-resourcehealth.json", "ResourceHealth", """
            context.summary = This virtual machine is stopping and deallocating as requested by an authorized user or process
            context.health = Unavailable
            context.cause = UserInitiated
            context.status = Active
            """ },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_Microsoft_documents_is_understood(string file, string? service, string expected)
    {
        var text = File.ReadAllText(Path.Combine(SharedData.FolderOrSkip("alert-samples"), file));
        AzurePayload.Says(expected, AzurePayload.Read(service is null ? text : AzurePayload.Of(service, JsonNode.Parse(text)!["alertContext"]!.ToJsonString())));
    }

    [Fact]
    public void Every_sample_stands_in_the_table() => Assert.Equal(
        Directory.GetFiles(SharedData.FolderOrSkip("alert-samples"), "*.json").Select(Path.GetFileName).Order(StringComparer.Ordinal),
        Samples.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Fact]
    public void Test_payloads_with_one_id_are_told_apart_by_when_they_fired()
    {
        var folder = SharedData.FolderOrSkip("alert-samples");
        var alerts = Directory.GetFiles(folder, "*-test-*.json").Select(file => AzurePayload.Read(File.ReadAllText(file))).ToList();
        Assert.True(alerts.Select(alert => alert.Id).Distinct().Count() < alerts.Count);
        Assert.Distinct(alerts.Select(alert => alert.Delivery));
        Assert.All(alerts, alert => Assert.True(alert.IsTest));
    }
}
