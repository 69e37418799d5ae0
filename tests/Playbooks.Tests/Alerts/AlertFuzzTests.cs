using System.Text.Json.Nodes;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Alerts;

/// <summary>Payloads with members dropped, nulled, retyped and nested: an alert within its bounds or a reason, and never an exception.</summary>
public class AlertFuzzTests
{
    private const int Payloads = 20_000;
    private const int EditsMax = 8;

    private static readonly string[] Strange =
    [
        "null", "true", "0", "-1.5e300", "1e-300", "\"\"", "\" \"", "[]", "{}", "[[[]]]", "[null]", "{ \"\": null }", "\"\\u0000\\u001b[2J\"", "\"\\ud83d\\ude00\"", "\"Resolved\"", "\"[{]\"",
        "\"[{\\\"ServiceName\\\":[]}]\"", "\"9999-12-31T23:59:59.99999999999Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"2/30/2019 1:36:31 PM\"", "\"99999999999999999999\"",
        "{ \"name\": {}, \"value\": [] }", "[ { \"name\": \"a\", \"value\": \"b\" }, 7 ]", "{ \"allOf\": [ null, {}, [] ] }",
    ];

    private static readonly string[] Own =
    [
        AzurePayload.Of("Platform", """{ "properties": { "a": "b" }, "conditionType": "c", "condition": { "windowSize": "PT5M", "allOf": [ { "metricName": "m", "threshold": "1", "dimensions": [ { "name": "n", "value": "v" } ], "failingPeriods": { "numberOfEvaluationPeriods": 1 } } ] } }""", beside: """{ "model": "grading" }"""),
        AzurePayload.Of("Application Insights", """{ "SearchQuery": "q", "SearchIntervalStartTimeUtc": "3/22/2019 1:36:33 PM", "ResultCount": 2, "Threshold": 1, "Operator": "Less Than", "Dimensions": [ { "name": "n", "value": "v" } ], "AlertType": "Number of results" }"""),
        AzurePayload.Of("Activity Log - Policy", """{ "authorization": { "scope": "s" }, "properties": { "policies": "[{\"policyAssignmentName\":\"p\"}]", "message": "m" }, "level": "Warning" }"""),
        AzurePayload.Of("ServiceHealth", """{ "level": 3, "properties": { "title": "t", "communication": "<p>c</p>", "impactedServices": [ { "ServiceName": "s", "ImpactedRegions": [ { "RegionName": "r" } ] } ] } }"""),
        AzurePayload.Of("Prometheus", """{ "expression": "e", "expressionValue": "0", "labels": { "a": "b" }, "annotations": { "summary": "s" } }"""),
        AzurePayload.Of("CostAlerts", """{ "AlertCategory": "budgets", "AlertData": { "BudgetName": "b", "SpentAmount": "$1" } }"""),
        """{ "type": "alert.resolved", "timestamp": "2026-01-12T03:00:00Z", "data": { "id": "a", "rule": "r", "severity": "Sev1", "firedAt": "2026-01-12T02:00:00Z", "targets": [ "t" ], "link": "https://a.example/", "customProperties": { "m": 1 } } }""",
    ];

    [Fact]
    public void Mutated_payloads_are_alerts_within_their_bounds_or_have_a_reason()
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var samples = Samples();
        var alerts = 0;
        for (var i = 0; i < Payloads; i++)
        {
            var dice = new Dice(seed, $"payload {i}");
            var text = Mutated(samples[i % samples.Count].DeepClone(), dice);
            try
            {
                alerts += Check(AlertReader.Read(text)) ? 1 : 0;
            }
            catch (Exception wrong) when (wrong is not OutOfMemoryException)
            {
                Assert.Fail($"seed {seed}, payload {i}: {wrong}\n{text}");
            }
        }
        TestContext.Current.SendDiagnosticMessage($"seed {seed}: {alerts} of {Payloads} were alerts");
        // Else the mutations would be so rough that nothing behind the essentials is ever read.
        Assert.True(alerts is > Payloads / 4 and < Payloads, $"seed {seed}: {alerts} of {Payloads} were alerts");
    }

    private static bool Check(AlertReading reading)
    {
        if (reading is AlertReading.Refused refused)
        {
            Assert.All(refused.Errors, error => Assert.True(error.Message.Length > 0 && error.Remedy.Length > 0 && error.At.Line > 0));
            Assert.NotEmpty(refused.Errors);
            return false;
        }
        var alert = ((AlertReading.Accepted)reading).Alert;
        Assert.InRange(alert.ToData().SizeBytes, 1, AlertLimits.DataMaxBytes);
        Assert.Equal(64, alert.Delivery.Length);
        _ = TriggerMatch.Mismatches(new Trigger.OnAlert("*", ["Sev1"], "P*", "*", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("model", "g*")) { Inputs = [] }, alert);
        return true;
    }

    private static List<JsonNode> Samples()
    {
        var samples = Own.ToList();
        if (SharedData.Find("alert-samples") is { } folder)
            samples.AddRange(Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText).Where(text => text.Contains("schemaId", StringComparison.Ordinal)));
        return [.. samples.Select(sample => JsonNode.Parse(sample)!)];
    }

    private static string Mutated(JsonNode root, Dice dice)
    {
        var edits = dice.Number(1, EditsMax);
        for (var i = 0; i < edits; i++)
        {
            // Members are drawn anew, because an edit may have removed some.
            var members = Members(root).ToList();
            if (members.Count > 0)
                Edit(dice.Of(members), dice);
        }
        return root.ToJsonString();
    }

    private static IEnumerable<(JsonObject Parent, string Name)> Members(JsonNode? node) => node switch
    {
        JsonObject inside => inside.Select(member => (inside, member.Key)).Concat(inside.SelectMany(member => Members(member.Value))),
        JsonArray list => list.SelectMany(Members),
        _ => [],
    };

    private static void Edit((JsonObject Parent, string Name) member, Dice dice)
    {
        var (parent, name) = member;
        switch (dice.Below(6))
        {
            case 0:
                parent.Remove(name);
                break;
            case 1:
                parent[name] = null;
                break;
            case 2:
                parent[name] = new JsonArray(parent[name]?.DeepClone());
                break;
            case 3:
                parent[name] = new JsonObject { [name] = parent[name]?.DeepClone(), ["inner"] = 1 };
                break;
            case 4:
                parent[name] = JsonValue.Create(string.Concat(Enumerable.Repeat(dice.OneOf("x", "é", "\u001b[31m", "😀", "\""), dice.OneOf(1, 2, 3, 40, 3_000))));
                break;
            default:
                parent[name] = JsonNode.Parse(dice.Of(Strange));
                break;
        }
    }
}
