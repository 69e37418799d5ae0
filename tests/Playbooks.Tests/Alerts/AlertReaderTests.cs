using System.Text;
using System.Text.Json.Nodes;
using Playbooks.Core.Alerts;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Alerts;

/// <summary>The one door: which format a text has, and why it is refused.</summary>
public class AlertReaderTests
{
    [Theory]
    [InlineData("", "$", "There is no JSON value.")]
    [InlineData("null", "$", "This is no alert: it has neither schemaId nor type.")]
    [InlineData("[]", "$", "This is no alert: it has neither schemaId nor type.")]
    [InlineData("""{ "alert": 1 }""", "$", "This is no alert: it has neither schemaId nor type.")]
    [InlineData("""{ "schemaId": "AzureMonitorMetricAlert", "data": {} }""", "$.schemaId", "This alert has another schema than the common one.")]
    [InlineData("""{ "schemaId": 5, "type": "alert.fired" }""", "$.schemaId", "This alert has another schema than the common one.")]
    [InlineData("""{ "schemaId": "azureMonitorCommonAlertSchema" }""", "$.data.essentials", "The alert has no essentials.")]
    [InlineData("""{ "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": [] } }""", "$.data.essentials", "The alert has no essentials.")]
    [InlineData("""{ "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": { "alertId": "a", "firedDateTime": "today" } } }""", "$.data.essentials.firedDateTime", "firedDateTime must be an instant.")]
    [InlineData("""{ "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": { "alertId": "a", "firedDateTime": "03:00" } } }""", "$.data.essentials.firedDateTime", "firedDateTime must be an instant.")]
    [InlineData("""{ "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": { "alertId": " ", "firedDateTime": "2026-01-12T03:00:00Z" } } }""", "$.data.essentials.alertId", "alertId must be a text that is not empty.")]
    public void A_text_that_is_no_alert_is_refused_with_the_place(string text, string path, string message)
    {
        var error = Assert.Single(Errors(AlertReader.Read(text)));
        Assert.Equal((path, message), (error.Path.ToString(), error.Message));
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void Essentials_that_are_all_null_are_refused_for_what_cannot_be_missed_alone()
    {
        var essentials = new JsonObject();
        foreach (var name in new[] { "alertId", "alertRule", "severity", "signalType", "monitorCondition", "monitoringService", "alertTargetIDs", "originAlertId", "firedDateTime", "description" })
            essentials[name] = null;
        var text = new JsonObject { ["schemaId"] = AzureMonitorAlert.SchemaId, ["data"] = new JsonObject { ["essentials"] = essentials, ["alertContext"] = null, ["customProperties"] = null } }.ToJsonString();
        Assert.Equal(["$.data.essentials.alertId", "$.data.essentials.firedDateTime"], Errors(AlertReader.Read(text)).Select(error => error.Path.ToString()));
    }

    [Fact]
    public void Essentials_without_the_schemas_name_are_taken() =>
        Assert.IsType<AlertReading.Accepted>(AlertReader.Read("""{ "data": { "essentials": { "alertId": "a", "firedDateTime": "2026-01-12T03:00:00Z" } } }"""));

    [Fact]
    public void A_text_at_the_bound_is_read_and_one_byte_more_refused()
    {
        var alert = AzurePayload.Of("Platform", "{}");
        var whole = alert + new string(' ', AlertLimits.TextMaxBytes - Encoding.UTF8.GetByteCount(alert));
        Assert.IsType<AlertReading.Accepted>(AlertReader.Read(whole));
        Assert.IsType<AlertReading.Accepted>(AlertReader.Read(Encoding.UTF8.GetBytes(whole)));
        Assert.Equal("The text is larger than 262144 bytes.", Assert.Single(Errors(AlertReader.Read(whole + " "))).Message);
    }

    [Fact]
    public void Nobody_throws_for_any_file_of_the_parsing_suite()
    {
        var files = Directory.GetFiles(SharedData.FolderOrSkip("security-data", "JSONTestSuite", "test_parsing"), "*.json");
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            Assert.IsType<AlertReading.Refused>(AlertReader.Read(File.ReadAllBytes(file)));
            Assert.IsType<AlertReading.Refused>(AlertReader.Read(File.ReadAllText(file)));
        });
    }

    [Fact]
    public void The_same_delivery_has_the_same_key_and_nothing_else_has()
    {
        var first = AzurePayload.Read(AzurePayload.Of("Platform", "{}"));
        Assert.Equal("7ebb8d228b330c2844e085d00a8441db4b561bac9474dd1467fb848d7d2b28b5", first.Delivery);
        Assert.Equal(first.Delivery, AzurePayload.Read(AzurePayload.Of("Log Analytics", "null", """{ "severity": "Sev0", "description": "other", "firedDateTime": "2026-01-12T04:00:00.500+01:00" }""")).Delivery);
        string[] others = ["""{ "alertId": "other" }""", """{ "monitorCondition": "Resolved" }""", """{ "firedDateTime": "2026-01-12T03:00:00.501Z" }"""];
        Assert.Distinct(others.Select(other => AzurePayload.Read(AzurePayload.Of("Platform", "{}", other)).Delivery).Append(first.Delivery));
    }

    internal static IReadOnlyList<JsonTextError> Errors(AlertReading reading) => Assert.IsType<AlertReading.Refused>(reading).Errors;
}
