using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class EnvironmentFitTests
{
    private static readonly DeploymentEnvironment Drill = EnvironmentText.Valid(EnvironmentText.Drill);

    [Theory]
    [InlineData("PB3201", """{ "id": "a", "do": "model.verify", "with": { "model": §"gradin" } }""")]
    [InlineData("PB3201", """{ "id": "a", "do": "model.verify", "with": { "model": "grading", "suite": §"silver" } }""")]
    [InlineData("PB3201", """{ "id": "a", "do": "notify", "with": { "channel": §"incident", "text": "t" } }""")]
    [InlineData("PB3201", """{ "id": "a", "do": "deadletters.reprocess", "with": { "queue": §"jobs" } }""")]
    [InlineData("PB3201", """{ "id": "a", "do": "http.get", "with": { "url": §"https://elsewhere.example/" } }""")]
    [InlineData("PB3004", """{ "id": "a", "do": "http.get", "with": { "url": §"elsewhere" } }""")]
    [InlineData("PB3201", """{ "id": "a", "do": "artifacts.promote", "with": { "model": "grading", "version": 1 }, "undo": { "do": "artifacts.promote", "with": { "model": §"x", "version": 2 } } }""")]
    [InlineData("PB2004", """§{ "id": "a", "do": "artifacts.restore", "with": { "model": "grading", "version": 1 }, "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 2 } } }""")]
    public void A_name_that_the_environment_lacks_is_an_error(string code, string step) =>
        Marked.Check(code, $$"""{ "playbook": "p", "version": "1.0.0", "title": "t", "steps": [ {{step}} ] }""",
            text => EnvironmentFit.Check(Read.Valid(text), Drill, "playbook.json"));

    [Theory]
    [InlineData("ml-aprovers")]
    [InlineData("somebody-else")]
    public void A_role_without_a_group_is_an_error(string group) =>
        Marked.Check("PB3201", $$"""{ "playbook": "p", "version": "1.0.0", "title": "t", "roles": { "approver": §"{{group}}" }, "steps": [ { "id": "a", "wait": { "for": "PT1S" } } ] }""",
            text => EnvironmentFit.Check(Read.Valid(text), Drill, "playbook.json"));

    [Fact]
    public void Dead_letters_of_a_queue_that_the_environment_lacks_are_an_error()
    {
        const string document = """{ "playbook": "p", "version": "1.0.0", "title": "t", "triggers": [ { "deadLetters": { "queue": §"grading-job", "atLeast": 10 } } ], "steps": [ { "id": "a", "wait": { "for": "PT1S" } } ] }""";

        Marked.Check("PB3201", document, text => EnvironmentFit.Check(Read.Valid(text), Drill, "playbook.json"));
        Assert.Empty(EnvironmentFit.Check(Read.Valid(document.Replace("§\"grading-job\"", "\"grading-jobs\"", StringComparison.Ordinal)), Drill, "playbook.json"));
    }

    [Theory]
    [InlineData("""{ "id": "tell", "do": "notify", "with": { "channel": §"somewhere", "text": "t" } }""", "", false)]
    [InlineData("", """{ "id": "break", "do": "chaos.modelFault", "with": { "model": §"somewhat", "fault": "down", "ttl": "PT1M" } }""", true)]
    public void What_runs_at_the_end_and_what_a_drill_breaks_is_checked_too(string last, string inject, bool asDrill)
    {
        var edges = (last.Length > 0 ? $"\"finally\": [ {last} ], " : "") + (inject.Length > 0 ? $"\"drill\": {{ \"detectWithin\": \"PT1M\", \"inject\": [ {inject} ] }}, " : "");
        var document = $$"""{ "playbook": "p", "version": "1.0.0", "title": "t", {{edges}}"steps": [ { "id": "a", "wait": { "for": "PT1S" } } ] }""";

        Marked.Check("PB3201", document, text => EnvironmentFit.Check(Read.Valid(text), Drill, "playbook.json", asDrill));
        if (asDrill)
            Assert.Empty(EnvironmentFit.Check(Read.Valid(document.Replace("§", "", StringComparison.Ordinal)), Drill, "playbook.json"));
    }

    [Theory]
    [InlineData("", "The environment 'drill' has no channel 'pager'. Add it to the environment.")]
    [InlineData("\"incidents\": { \"kind\": \"terminal\" }, \"others\": { \"kind\": \"terminal\" }", "The environment 'drill' has no channel 'pager'. It has incidents, others.")]
    public void It_is_said_which_names_there_are(string channels, string said)
    {
        var environment = EnvironmentText.Valid(EnvironmentText.Drill.Replace("\"incidents\": { \"kind\": \"terminal\" }", channels, StringComparison.Ordinal));
        var error = Assert.Single(EnvironmentFit.Check(Read.Valid("""
            { "playbook": "p", "version": "1.0.0", "title": "t", "steps": [ { "id": "tell", "do": "notify", "with": { "channel": "pager", "text": "t" } } ] }
            """), environment, "playbook.json"));

        Assert.Equal(said, $"{error.Message} {error.Remedy}");
    }

    [Fact]
    public void What_has_no_drill_is_checked_as_a_drill_like_any_other() =>
        Assert.Empty(EnvironmentFit.Check(Read.Valid("""{ "playbook": "p", "version": "1.0.0", "title": "t", "steps": [ { "id": "a", "wait": { "for": "PT1S" } } ] }"""), Drill, "playbook.json", asDrill: true));

    [Theory]
    [InlineData("""{ "type": "string", "default": §"gradin" }""", "")]
    [InlineData("""{ "type": "string" }""", """ "triggers": [ { "deadLetters": { "queue": "grading-jobs", "atLeast": 10 }, "inputs": { "model": §"gradin" } } ], """)]
    [InlineData("""{ "type": "string" }""", """ "triggers": [ { "schedule": "0 4 * * 2", "drill": true, "inputs": { "model": §"gradin" } }, { "schedule": "0 4 * * 3", "inputs": { "model": "live-only" } } ], """)]
    public void A_name_that_comes_through_an_input_is_checked_where_it_is_written(string input, string fields) =>
        Marked.Check("PB3201", $$"""{ "playbook": "p", "version": "1.0.0", "title": "t", "inputs": { "model": {{input}} }, {{fields}} "steps": [ { "id": "a", "do": "model.verify", "with": { "model": "${ inputs.model }" } } ] }""",
            text => EnvironmentFit.Check(Read.Valid(text), Drill, "playbook.json"));

    [Fact]
    public void A_drill_needs_a_drill_environment()
    {
        var live = EnvironmentText.Valid(EnvironmentText.Drill.Replace("\"kind\": \"drill\"", "\"kind\": \"live\"", StringComparison.Ordinal)
            .Replace(",\n      \"faults\": \"http://127.0.0.1:5081/faults\"", "", StringComparison.Ordinal)
            .Replace(",\n  \"drill\": { \"holdAtMost\": \"PT5S\", \"raiseAlert\": true, \"scriptedApprover\": \"drill-script\" }", "", StringComparison.Ordinal));
        const string document = """{ "playbook": "p", "version": "1.0.0", "title": "t", "steps": [ { "id": "a", "wait": { "for": "PT1S" } } ], §"drill": { "detectWithin": "PT1M", "inject": [ { "id": "b", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1M" } } ] } }""";

        Marked.Check("PB3202", document, text => EnvironmentFit.Check(Read.Valid(text), live, "playbook.json", asDrill: true));
        Assert.Empty(EnvironmentFit.Check(Read.Valid(document.Replace("§", "", StringComparison.Ordinal)), live, "playbook.json"));
        Assert.Empty(EnvironmentFit.Check(Read.Valid(document.Replace("§", "", StringComparison.Ordinal)), Drill, "playbook.json", asDrill: true));
    }

    [Fact]
    public void The_example_of_the_language_fits_the_example_environment() =>
        Assert.Empty(EnvironmentFit.Check(Read.Valid(LanguageExample.TextOrSkip()), Drill, "playbook.json", asDrill: true));

    [Fact]
    public void A_restore_without_personal_data_needs_no_reapplied_erasures()
    {
        var environment = EnvironmentText.Valid(EnvironmentText.Drill.Replace("\"holdsPersonalData\": true", "\"holdsPersonalData\": false", StringComparison.Ordinal));

        Assert.Empty(EnvironmentFit.Check(Read.Valid("""
            { "playbook": "p", "version": "1.0.0", "title": "t", "steps": [ { "id": "a", "do": "artifacts.restore", "with": { "model": "grading", "version": 1 },
              "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 2 } } } ] }
            """), environment, "playbook.json"));
    }
}
