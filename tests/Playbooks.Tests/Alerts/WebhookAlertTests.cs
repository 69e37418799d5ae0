using System.Globalization;
using System.Text.Json.Nodes;
using Playbooks.Core.Alerts;
using Playbooks.Core.Renderings;

namespace Playbooks.Tests.Alerts;

/// <summary>Our own format, for monitors that are not Azure's.</summary>
public class WebhookAlertTests
{
    private const string Whole = """
        { "type": "alert.fired", "timestamp": "2026-01-12T03:00:00Z",
          "data": { "id": "drift-42", "rule": "grading-model-drift", "severity": "Sev1", "service": "drift-monitor", "firedAt": "2026-01-12T02:59:30Z", "targets": [ "grading" ],
            "description": "Worse.", "link": "https://monitor.example/42", "customProperties": { "model": "grading" } } }
        """;

    [Fact]
    public void A_fired_alert_is_read_whole()
    {
        var alert = AzurePayload.Read(Whole);
        Assert.Equal(("drift-42", "grading-model-drift", "Sev1", "drift-monitor"), (alert.Id, alert.Rule, alert.Severity, alert.Service));
        AzurePayload.Says("""
            condition = fired
            firedAt = 2026-01-12T02:59:30.0000000Z
            targets = ["grading"]
            description = Worse.
            link = https://monitor.example/42
            customProperties = {"model":"grading"}
            signalType = nothing
            test = false
            context = {}
            """, alert);
    }

    [Fact]
    public void What_is_left_out_or_null_is_the_timestamp_or_nothing()
    {
        AzurePayload.Says("""
            severity = nothing
            firedAt = 2026-01-12T03:00:00.0000000Z
            targets = []
            customProperties = {}
            """, AzurePayload.Read("""{ "type": "alert.fired", "timestamp": "2026-01-12T03:00:00Z", "data": { "id": "a", "rule": "r", "severity": null, "firedAt": null, "resolvedAt": null, "targets": null, "customProperties": null, "link": null } }"""));
        AzurePayload.Says("""
            condition = resolved
            firedAt = 2026-01-12T02:00:00.0000000Z
            resolvedAt = 2026-01-12T03:00:00.0000000Z
            """, AzurePayload.Read("""{ "type": "alert.resolved", "timestamp": "2026-01-12T03:00:00Z", "data": { "id": "a", "rule": "r", "firedAt": "2026-01-12T02:00:00Z" } }"""));
    }

    [Theory]
    [InlineData("type", "\"alert.stopped\"", "$.type", "There is no such type of alert.")]
    [InlineData("type", "3", "$.type", "There is no such type of alert.")]
    [InlineData("timestamp", "null", "$.timestamp", "timestamp must say when this was sent.")]
    [InlineData("timestamp", "1768186800", "$.timestamp", "timestamp must say when this was sent.")]
    [InlineData("data", "[]", "$.data", "data must be an object with the alert.")]
    [InlineData("extra", "1", "$.extra", "There is no such field here.")]
    [InlineData("data.id", "null", "$.data.id", "id must be a text that is not empty.")]
    [InlineData("data.id", "\" \"", "$.data.id", "id must be a text that is not empty.")]
    [InlineData("data.id", "\"LONG257\"", "$.data.id", "id has 257 characters; at most 256 are taken.")]
    [InlineData("data.rule", "7", "$.data.rule", "rule must be a text that is not empty.")]
    [InlineData("data.severity", "\"critical\"", "$.data.severity", "There is no such severity.")]
    [InlineData("data.severity", "1", "$.data.severity", "severity must be a text.")]
    [InlineData("data.service", "true", "$.data.service", "service must be a text.")]
    [InlineData("data.firedAt", "\"yesterday\"", "$.data.firedAt", "firedAt is no instant.")]
    [InlineData("data.resolvedAt", "\"2026-01-12T03:00:00Z\"", "$.data.resolvedAt", "A fired alert is not resolved yet.")]
    [InlineData("data.targets", "\"grading\"", "$.data.targets", "targets must be an array of at most 32 texts.")]
    [InlineData("data.targets", "[ \"a\", 1 ]", "$.data.targets[1]", "A target must be a text of 1 to 2048 characters.")]
    [InlineData("data.targets", "[ \"\" ]", "$.data.targets[0]", "A target must be a text of 1 to 2048 characters.")]
    [InlineData("data.description", "\"LONG2049\"", "$.data.description", "description has 2049 characters; at most 2048 are taken.")]
    [InlineData("data.link", "\"javascript:alert(1)\"", "$.data.link", "link must be an address that begins with https:// and has no spaces.")]
    [InlineData("data.customProperties", "[]", "$.data.customProperties", "customProperties must be an object.")]
    [InlineData("data.custom-properties", "{}", "$.data['custom-properties']", "There is no such field here.")]
    public void One_thing_wrong_is_one_error_with_its_place(string where, string value, string path, string message)
    {
        var error = Assert.Single(AlertReaderTests.Errors(AlertReader.Read(With(where, value))));
        Assert.Equal((path, message), (error.Path.ToString(), error.Message));
        Assert.NotEmpty(error.Remedy);
    }

    [Theory]
    [InlineData(null, "A resolved alert must say when it fired.")]
    [InlineData("2026-01-12T03:00:01Z", "resolvedAt lies before firedAt.")]
    public void A_resolved_alert_belongs_to_one_that_fired(string? firedAt, string message)
    {
        var fired = firedAt is null ? "" : $", \"firedAt\": \"{firedAt}\"";
        Assert.Equal(message, Assert.Single(AlertReaderTests.Errors(AlertReader.Read(
            $$"""{ "type": "alert.resolved", "timestamp": "2026-01-12T03:00:00Z", "data": { "id": "a", "rule": "r", "resolvedAt": "2026-01-12T03:00:00Z"{{fired}} } }"""))).Message);
    }

    [Fact]
    public void Everything_that_is_wrong_is_listed_at_once() => Assert.Equal(
        ["$.more", "$.type", "$.timestamp", "$.data.other", "$.data.id", "$.data.rule", "$.data.severity", "$.data.targets[0]", "$.data.link", "$.data.customProperties"],
        AlertReaderTests.Errors(AlertReader.Read("""
            { "type": "x", "more": 1, "data": { "other": 1, "severity": "S", "targets": [ null ], "link": "x", "customProperties": 1 } }
            """)).Select(error => error.Path.ToString()).Order(Comparer<string>.Create((left, right) => Place(left) - Place(right))));

    [Fact]
    public void The_list_of_errors_ends() => Assert.Equal(100, AlertReaderTests.Errors(AlertReader.Read("{ \"type\": \"alert.fired\", "
        + string.Join(", ", Enumerable.Range(0, 5_000).Select(i => $"\"f{i}\": 1")) + " }")).Count);

    [Fact]
    public void The_example_that_authors_read_is_an_alert()
    {
        var page = AuthorsReference.Generate();
        var start = page.LastIndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;
        Assert.Equal("grading-drift-42", AzurePayload.Read(page[start..page.IndexOf("```", start, StringComparison.Ordinal)]).Id);
    }

    private static string With(string where, string value)
    {
        var root = JsonNode.Parse(Whole)!.AsObject();
        var parent = where.StartsWith("data.", StringComparison.Ordinal) ? root["data"]!.AsObject() : root;
        var text = value.StartsWith("\"LONG", StringComparison.Ordinal) ? JsonValue.Create(new string('x', int.Parse(value[5..^1], CultureInfo.InvariantCulture))) : JsonNode.Parse(value);
        parent[where.Split('.')[^1]] = text;
        return root.ToJsonString();
    }

    /// <summary>The order in which the format is described.</summary>
    private static int Place(string path) => Array.IndexOf(
        ["$.more", "$.type", "$.timestamp", "$.data.other", "$.data.id", "$.data.rule", "$.data.severity", "$.data.targets[0]", "$.data.link", "$.data.customProperties"], path);
}
