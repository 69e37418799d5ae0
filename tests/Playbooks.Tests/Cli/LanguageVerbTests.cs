using System.Text.Json.Nodes;

namespace Playbooks.Tests.Cli;

/// <summary>The verbs that work on playbooks alone, called as people call them.</summary>
public class LanguageVerbTests
{
    private const string Good = """{ "playbook": "p", "version": "1.0.0", "title": "t", "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] }""";

    [Fact]
    public async Task A_file_that_cannot_be_written_is_a_line_and_no_stack()
    {
        var run = await CliRun.OfAsync("validate", "--playbooks", CliRun.Playbooks, "--sarif", Path.Combine(Path.GetTempPath(), "no-such-folder", "log.sarif"));
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("no-such-folder", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_writes_all_errors_as_SARIF()
    {
        using var folder = new PlaybookFolder();
        folder.Write("one/playbook.json", Good.Replace("http.get", "http.gte", StringComparison.Ordinal));
        folder.Write("two/playbook.json", "{ }");
        var sarif = Path.Combine(folder.Path, "errors.sarif");

        var run = await CliRun.OfAsync("validate", "--playbooks", folder.Path, "--sarif", sarif);

        Assert.Equal(2, run.ExitCode);
        var results = JsonNode.Parse(await File.ReadAllTextAsync(sarif, TestContext.Current.CancellationToken))!["runs"]![0]!["results"]!.AsArray();
        // Four fields that every playbook has.
        Assert.Equal(["PB1203", "PB1102", "PB1102", "PB1102", "PB1102"], results.Select(result => (string)result!["ruleId"]!));
        Assert.All(results, result => Assert.EndsWith("/playbook.json", (string)result!["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]!, StringComparison.Ordinal));
        Assert.Contains("PB1203", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("graph", "flowchart TD")]
    [InlineData("explain", "What happens, in this order")]
    public async Task Every_shipped_playbook_is_drawn_and_explained(string verb, string words)
    {
        foreach (var name in Directory.GetDirectories(CliRun.Playbooks).Where(folder => File.Exists(Path.Combine(folder, "playbook.json"))).Select(Path.GetFileName).Cast<string>())
        {
            var run = await CliRun.OfAsync(verb, name, "--playbooks", CliRun.Playbooks);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Contains(words, run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Explain_for_an_environment_and_as_a_sheet()
    {
        var run = await CliRun.OfAsync("explain", "model-corruption", "--playbooks", CliRun.Playbooks, "-e", "drill");
        Assert.Contains("Proven: Every restore is followed", run.Output, StringComparison.Ordinal);
        var sheet = await CliRun.OfAsync("explain", "model-corruption", "--playbooks", CliRun.Playbooks, "--runbook");
        Assert.StartsWith("# By hand: A model serves corrupted predictions", sheet.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_playbook_that_does_not_exist_is_named_with_those_that_do()
    {
        var run = await CliRun.OfAsync("graph", "nothing", "--playbooks", CliRun.Playbooks);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("There are: enrolment-attack, fraud-outage, grading-poisoned, manual-recovery, model-corruption, model-regression", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_plays_every_scenario_of_every_playbook()
    {
        var run = await CliRun.OfAsync("test", "--playbooks", CliRun.Playbooks);
        Assert.Equal(0, run.ExitCode);
        var files = Directory.GetDirectories(CliRun.Playbooks).Select(folder => Path.Combine(folder, "scenarios")).Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder)).Count();
        Assert.EndsWith($"{files} passed, 0 failed.{Environment.NewLine}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_says_what_differed_and_fails()
    {
        using var folder = new PlaybookFolder();
        folder.Write("p/playbook.json", Good);
        folder.Write("p/scenarios/right.json", """{ "title": "right", "expect": { "outcome": "completed" } }""");
        var wrong = folder.Write("p/scenarios/wrong.json", """{ "title": "wrong", "actions": { "look": [ { "fails": "denied" } ] }, "expect": { "outcome": "completed" } }""");
        folder.Write("p/scenarios/unreadable.json", """{ "title": "x", "expekt": {} }""");

        var run = await CliRun.OfAsync("test", "p", "--playbooks", folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("pass  p: right", run.Output, StringComparison.Ordinal);
        Assert.Contains("FAIL  p: wrong", run.Output, StringComparison.Ordinal);
        Assert.Contains("outcome: expected [completed], was [failed", run.Output, StringComparison.Ordinal);
        Assert.Contains("The scenario cannot be read.", run.Output, StringComparison.Ordinal);
        Assert.EndsWith($"1 passed, 2 failed.{Environment.NewLine}", run.Output, StringComparison.Ordinal);

        var json = JsonNode.Parse((await CliRun.OfAsync("test", wrong, "--playbooks", folder.Path, "--json")).Output)!.AsArray();
        Assert.Equal(("wrong", false), ((string)json.Single()!["title"]!, (bool)json[0]!["passed"]!));
    }

    [Fact]
    public async Task Test_without_scenarios_does_not_pass()
    {
        using var folder = new PlaybookFolder();
        folder.Write("p/playbook.json", Good);
        var run = await CliRun.OfAsync("test", "p", "--playbooks", folder.Path);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has no scenarios", run.Error, StringComparison.Ordinal);
    }
}
