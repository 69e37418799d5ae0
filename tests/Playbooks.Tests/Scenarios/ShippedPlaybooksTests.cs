using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Scenarios;
using Playbooks.Tests.Decisions;

namespace Playbooks.Tests.Scenarios;

/// <summary>Every scenario file of every shipped playbook.</summary>
public class ShippedPlaybooksTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(Repository.Root, "playbooks"), "*.json", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "scenarios").Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_playbook_has_scenarios() =>
        Assert.All(Directory.GetDirectories(Path.Combine(Repository.Root, "playbooks")).Where(folder => File.Exists(Path.Combine(folder, "playbook.json"))),
            folder => Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder, "scenarios"), "*.json")));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_scenario_ends_as_it_says(string file)
    {
        var (playbook, scenario) = Load(file);
        Assert.Empty(ScenarioFit.Problems(scenario, playbook));
        Assert.Empty(Rehearsal.Play(scenario, playbook, Environments.Of(scenario.Mode)).Differences(scenario.Expect));
    }

    internal static (Playbook Playbook, Scenario Scenario) Load(string file)
    {
        var path = Path.Combine(Repository.Root, file);
        var playbookPath = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(path))!, "playbook.json");
        var read = PlaybookReader.Read(File.ReadAllText(playbookPath), playbookPath);
        return (Assert.IsType<ReadResult<Playbook>.Valid>(read).Value, ScenarioReader.Read(File.ReadAllText(path)));
    }

    [Theory]
    [InlineData("actions", "isolat", """{ "isolat": [ { "never": true } ] }""", "action")]
    [InlineData("actions", "go", """{ "go": [ { "never": true } ] }""", "action")]
    [InlineData("actions", "isolat~undo", """{ "isolat~undo": [ { "never": true } ] }""", "action")]
    [InlineData("votes", "isolate", """{ "isolate": [ { "person": "a", "role": "r", "approves": true, "after": "PT1M" } ] }""", "approval")]
    [InlineData("tasks", "isolate", """{ "isolate": "PT1M" }""", "task")]
    [InlineData("orders", "isolat", """[ { "order": "retry", "path": "isolat" } ]""", "step")]
    public void A_name_that_fits_nothing_is_told(string field, string name, string value, string kind)
    {
        var playbook = Assert.IsType<ReadResult<Playbook>.Valid>(PlaybookReader.Read(Repository.Read("playbooks/model-corruption/playbook.json"), "playbook.json")).Value;
        var scenario = ScenarioReader.Read($$"""{ "title": "wrong", "inputs": { "model": "recommendations" }, "{{field}}": {{value}}, "expect": { } }""");

        Assert.StartsWith($"{field}: the playbook has no {kind} '{name}'. ", Assert.Single(ScenarioFit.Problems(scenario, playbook)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_scenario_that_expects_something_else_is_told_the_difference()
    {
        var playbook = Assert.IsType<ReadResult<Playbook>.Valid>(PlaybookReader.Read(Repository.Read("playbooks/model-corruption/playbook.json"), "playbook.json")).Value;
        var scenario = ScenarioReader.Read("""{ "title": "wrong", "inputs": { "model": "recommendations" }, "expect": { "outcome": "recovered", "models": { "recommendations": 100 } } }""");
        var differences = Rehearsal.Play(scenario, playbook, Environments.Of(RunMode.Live)).Differences(scenario.Expect).ToList();
        Assert.Collection(differences, outcome => Assert.StartsWith("outcome: expected [recovered], was [failed", outcome, StringComparison.Ordinal),
            models => Assert.Equal("models: expected [recommendations=100], was [recommendations=0]", models));
    }
}
