using Playbooks.Core.Definitions;
using Playbooks.Core.Scenarios;

namespace Playbooks.Tests.Definitions;

/// <summary>Every official file of JSON, good and bad, given to every door as if an author had saved it. Nothing but errors of ours may come out.</summary>
public class HostileFileTests
{
    private static readonly string[] Text = [ErrorCodes.NotJson.Code, ErrorCodes.DocumentTooLarge.Code, ErrorCodes.NestedTooDeep.Code];

    /// <summary>RFC 8259 allows repeated names; they are refused because two readers could see two documents.</summary>
    private static readonly string[] RepeatedNames = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

    [Fact]
    public void A_playbook_is_read_or_refused_with_an_error_of_ours()
    {
        var files = Directory.GetFiles(SharedData.FolderOrSkip("security-data", "JSONTestSuite", "test_parsing"), "*.json").Order(StringComparer.Ordinal).ToList();
        var wrong = new List<string>();
        foreach (var file in files)
        {
            var (name, bytes) = (Path.GetFileName(file), File.ReadAllBytes(file));
            // None of them is a playbook, so each is refused: as no JSON, or as JSON that is none.
            var errors = PlaybookReader.Read(bytes, name) is ReadResult<Playbook>.Invalid invalid ? invalid.Errors : [];
            if (errors.IsEmpty || errors.Any(error => ErrorCodes.Find(error.Code) is null || error.Line < 1 || error.Column < 1 || error.Message.Length == 0 || error.Remedy.Length == 0))
                wrong.Add($"{name} gives no error of ours");
            var readAsJson = !errors.Any(error => Text.Contains(error.Code));
            if (name.StartsWith("y_", StringComparison.Ordinal) && readAsJson == RepeatedNames.Contains(name))
                wrong.Add($"{name} is {(readAsJson ? "read" : "refused: " + errors[0].Message)}");
            if (name.StartsWith("n_", StringComparison.Ordinal) && readAsJson)
                wrong.Add($"{name} is read");
        }
        Assert.Empty(wrong);
        // What the RFC leaves open may be read or refused; that it gives an error of ours was looked at above.
        Assert.Equal((95, 188), (Count(files, "y_"), Count(files, "n_")));
    }

    [Fact]
    public void An_environment_and_a_scenario_are_refused_without_an_exception_of_another_kind()
    {
        foreach (var file in Directory.GetFiles(SharedData.FolderOrSkip("security-data", "JSONTestSuite", "test_parsing"), "*.json"))
        {
            var text = File.ReadAllText(file);
            Assert.IsType<ReadResult<DeploymentEnvironment>.Invalid>(EnvironmentReader.Read(text, file));
            Assert.Throws<FormatException>(() => ScenarioReader.Read(text));
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{ "title": "t" }""")]
    [InlineData("""{ "expect": {} }""")]
    [InlineData("""{ "title": "t", "expect": {}, "votes": { "a": [ { "role": "r", "approves": true, "after": "PT1M" } ] } }""")]
    [InlineData("""{ "title": "t", "expect": {}, "orders": [ {} ] }""")]
    [InlineData("""{ "title": "t", "expect": null }""")]
    [InlineData("""{ "title": null, "expect": {} }""")]
    [InlineData("""{ "title": "t", "expect": {}, "actions": { "a": null } }""")]
    [InlineData("""{ "title": "t", "expect": {}, "actions": { "a": [ null ] } }""")]
    [InlineData("""{ "title": "t", "expect": {}, "votes": { "a": [ null ] } }""")]
    [InlineData("""{ "title": "t", "expect": {}, "votes": { "a": null } }""")]
    [InlineData("""{ "title": "t", "expect": {}, "orders": [ null ] }""")]
    [InlineData("""{ "title": "t", "expect": {}, "tasks": { "a": null } }""")]
    [InlineData("""{ "title": "t", "expect": { "ran": [ null ] } }""")]
    public void A_scenario_that_lacks_something_is_refused_as_such(string text) => Assert.Throws<FormatException>(() => ScenarioReader.Read(text));

    private static int Count(List<string> files, string prefix) => files.Count(file => Path.GetFileName(file).StartsWith(prefix, StringComparison.Ordinal));
}
