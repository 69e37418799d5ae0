using System.Text.Json.Nodes;
using Playbooks.Core.Alerts;
using Playbooks.Tests.Alerts;

namespace Playbooks.Tests.Cli;

/// <summary>What a responder sees of an alert.</summary>
public class AlertVerbTests
{
    private const string Context = """{ "conditionType": "SingleResourceMultipleMetricCriteria", "condition": { "windowSize": "PT5M", "allOf": [ { "metricName": "accuracy", "operator": "LessThan", "threshold": "0.9", "timeAggregation": "Average", "metricValue": 0.61 } ] } }""";
    private static readonly string Drift = AzurePayload.Of("Platform", Context, """{ "alertRule": "recommendations-drift" }""", """{ "model": "recommendations" }""");
    private static readonly int Shipped = Directory.GetDirectories(CliRun.Playbooks).Count(folder => File.Exists(Path.Combine(folder, "playbook.json")));

    [Fact]
    public async Task An_alert_is_shown_with_what_it_would_start_and_why_the_others_not()
    {
        var run = await Alert(Drift);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal($$"""
            FIRED  Sev1  recommendations-drift
              measured     Average accuracy was 0.61 within PT5M against LessThan 0.9
              about        /subscriptions/s/resourcegroups/ml/providers/x/grading
              fired        2026-01-12T03:00:00.5000000Z
              monitor      Platform, Metric
              author says  Look.
              properties   model=recommendations

            enrolment-attack 1.0.0: does not start
                triggers[0] wants rule enrolment-attack-*, the alert has recommendations-drift
                triggers[1] wants customProperties.incident adversarial-input, the alert has none
            fraud-outage 1.0.0: does not start
                triggers[0] wants rule fraud-*, the alert has recommendations-drift
            grading-poisoned 1.0.0: does not start
                triggers[0] wants rule grading-data-*, the alert has recommendations-drift
                triggers[1] wants customProperties.incident data-poisoning, the alert has none
            manual-recovery 1.0.0: does not start
                triggers[0] wants rule manual-*, the alert has recommendations-drift
            model-corruption 1.0.0: would START by triggers[0] with {"model":"recommendations"}, one run at a time for 'recommendations'
            model-regression 1.0.0: does not start
                triggers[0] wants rule rollout-regression-*, the alert has recommendations-drift
                triggers[1] wants customProperties.change model-update, the alert has none
            1 of {{Shipped}} playbooks would start.

              conditionType  SingleResourceMultipleMetricCriteria
              targets        /subscriptions/s/resourcegroups/ml/providers/x/grading
              id             /subscriptions/s/providers/Microsoft.AlertsManagement/alerts/a-1
              origin id      o-1
              delivery       {{AzurePayload.Read(Drift).Delivery}}

            """, run.Output);
    }

    [Fact]
    public async Task An_environment_that_it_fits_is_named()
    {
        var run = await Alert(Drift, "-e", "drill");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"1 of {Shipped} playbooks would start in 'drill'.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_playbook_that_the_environment_does_not_fit_is_no_start()
    {
        using var folder = new PlaybookFolder();
        var environment = folder.Write("environments/other.json", File.ReadAllText(Path.Combine(CliRun.Playbooks, "environments", "drill.json")).Replace("recommendations", "elsewhere", StringComparison.Ordinal));
        folder.Write("p/playbook.json", """
            { "playbook": "p", "version": "1.0.0", "title": "t", "triggers": [ { "alert": {} } ], "steps": [ { "id": "look", "do": "model.verify", "with": { "model": "nowhere" } } ] }
            """);
        var run = await CliRun.OfAsync("alert", folder.Write("a.json", Drift), "--playbooks", folder.Path, "-e", environment);
        Assert.True(run.ExitCode == 1, run.Output + run.Error);
        Assert.Contains("p 1.0.0: takes it, but CANNOT RUN in '", run.Output, StringComparison.Ordinal);
        Assert.Contains("None of 1 playbooks would start", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_payload_only_starts_drills()
    {
        using var folder = new PlaybookFolder();
        folder.Write("p/playbook.json", """{ "playbook": "p", "version": "1.0.0", "title": "t", "triggers": [ { "alert": {} } ], "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] }""");
        var test = folder.Write("a.json", AzurePayload.Of("Platform", "{}", """{ "alertRule": "test-metricAlertRule", "severity": "Sev4" }"""));
        var run = await CliRun.OfAsync("alert", test, "--playbooks", folder.Path);
        Assert.Contains("TEST: this is what the test button of an action group sends. Nothing has happened; it would only start drills.", run.Output, StringComparison.Ordinal);
        Assert.Contains("p 1.0.0: would START A DRILL by triggers[0] with {}", run.Output, StringComparison.Ordinal);

        var live = folder.Write("environments/production.json", """
            { "name": "production", "kind": "live", "storage": { "main": { "connectionString": "env:NOT_SET" }, "vault": { "connectionString": "env:NOT_SET_EITHER" } },
              "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" },
              "signing": { "artifactsPublic": "env:NOT_SET", "evidence": "env:NOT_SET" } }
            """);
        run = await CliRun.OfAsync("alert", test, "--playbooks", folder.Path, "-e", live);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("which is no drill environment", run.Output, StringComparison.Ordinal);
        Assert.Contains("None of 1 playbooks would start", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolved_alert_starts_nothing()
    {
        var run = await Alert(AzurePayload.Of("Platform", Context, """{ "alertRule": "recommendations-drift", "monitorCondition": "Resolved" }"""));
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"RESOLVED  Sev1  recommendations-drift{Environment.NewLine}  It is over: this starts nothing and cancels nothing.", run.Output, StringComparison.Ordinal);
        Assert.Contains("model-corruption 1.0.0: starts nothing; a run that this alert started by triggers[0] learns that it is over", run.Output, StringComparison.Ordinal);
        Assert.Contains($"None of {Shipped} playbooks would start.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inputs_that_do_not_fit_are_an_exit_code_of_their_own()
    {
        var run = await Alert(AzurePayload.Of("Platform", "{}", """{ "alertRule": "recommendations-drift" }""", """{ "model": "Bad Name" }"""));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("model-corruption 1.0.0: takes it by triggers[0], but CANNOT START with its inputs", run.Output, StringComparison.Ordinal);
        Assert.Contains("    The input 'model' must match ^[a-z0-9-]{1,64}$.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_playbook_that_cannot_be_read_is_said_because_it_may_be_the_one()
    {
        using var folder = new PlaybookFolder();
        folder.Write("broken/playbook.json", "{ }");
        var run = await CliRun.OfAsync("alert", folder.Write("a.json", Drift), "--playbooks", folder.Path);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("broken: UNREADABLE", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_is_no_alert_is_refused_line_by_line()
    {
        var run = await Alert("""
            { "type": "alert.fired",
              "timestamp": "now", "data": { "rule": "r" } }
            """);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("2:16  $.timestamp  timestamp must say when this was sent. Write an instant", run.Error, StringComparison.Ordinal);
        Assert.Contains("2:31  $.data.id  id must be a text that is not empty.", run.Error, StringComparison.Ordinal);
        var json = JsonNode.Parse((await Alert("{}", "--json")).Output)!;
        Assert.Equal("$", (string)json["errors"]![0]!["path"]!);
    }

    [Fact]
    public async Task Machines_get_the_same_as_JSON()
    {
        var json = JsonNode.Parse((await Alert(Drift, "--json")).Output)!;
        Assert.Equal((AzurePayload.Read(Drift).Delivery, "recommendations-drift", 0.61m), ((string)json["delivery"]!, (string)json["alert"]!["rule"]!, (decimal)json["alert"]!["context"]!["value"]!));
        JsonNode Judged(string name) => json["playbooks"]!.AsArray().Single(one => (string)one!["playbook"]! == name)!;
        var (not, starts) = (Judged("fraud-outage"), Judged("model-corruption"));
        Assert.Equal(("not-taken", "fraud-*"), ((string)not["verdict"]!, (string)not["missed"]![0]!["mismatches"]![0]!["wanted"]!));
        Assert.Equal(("starts", 0, "recommendations", "recommendations", false), ((string)starts["verdict"]!, (int)starts["trigger"]!, (string)starts["inputs"]!["model"]!, (string)starts["key"]!, (bool)starts["drillOnly"]!));
    }

    [Fact]
    public async Task Text_of_strangers_reaches_no_terminal_unescaped()
    {
        const string Evil = "\u001b[2J\u009b31m\u202E\r\n\u0007";
        var evil = JsonValue.Create(Evil + "x")!.ToJsonString();
        var text = AzurePayload.Of("New", $$"""{ {{evil}}: {{evil}} }""",
            $$"""{ "alertRule": {{evil}}, "severity": {{evil}}, "alertId": {{evil}}, "description": {{evil}}, "originAlertId": {{evil}}, "alertTargetIDs": [ {{evil}} ], "monitoringService": {{evil}}, "configurationItems": [ {{evil}} ] }""",
            $$"""{ {{evil}}: {{evil}}, "model": {{evil}} }""");
        foreach (var run in new[] { await Alert(text), await Alert(text, "--json"), await Alert($$"""{ "type": "alert.fired", {{evil}}: 1 }"""), await Alert($$"""{ {{evil}}: 1, {{evil}}: 2 }""", "--json") })
            Assert.DoesNotContain((run.Output + run.Error).ReplaceLineEndings(""), letter => char.IsControl(letter) || letter == '\u202E');
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_available() => Assert.Equal(4, (await CliRun.OfAsync("alert", Path.Combine(Path.GetTempPath(), "no-such-alert.json"), "--playbooks", CliRun.Playbooks)).ExitCode);

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_unread()
    {
        var run = await Alert(new string(' ', AlertLimits.TextMaxBytes + 1));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("The text is larger than 262144 bytes.", run.Error, StringComparison.Ordinal);
    }

    private static async Task<CliRun> Alert(string text, params string[] more)
    {
        using var folder = new PlaybookFolder();
        return await CliRun.OfAsync(["alert", folder.Write("alert.json", text), "--playbooks", CliRun.Playbooks, .. more]);
    }
}
