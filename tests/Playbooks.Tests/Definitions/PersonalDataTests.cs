using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>A restored version may know people who were erased since: which restores are followed by what erases them again.</summary>
public class PersonalDataTests
{
    private const string Erase = """{ "id": "erase", "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } }""";
    private const string Tell = """{ "id": "tell", "do": "notify", "with": { "channel": "c", "text": "t" } }""";

    [Theory]
    [InlineData("", "restore")]
    [InlineData(", " + Erase, "")]
    [InlineData(""", { "id": "erase", "do": "erasures.reapply", "with": { "model": "other", "since": "2026-01-01T00:00:00Z" } }""", "restore")]
    [InlineData(""", { "id": "which", "switch": [ { "when": "${ inputs.percent == `1` }", "steps": [ """ + Erase + """ ] } ], "default": [ """ + Tell + " ] }", "restore")]
    [InlineData(""", { "id": "both", "parallel": { "branches": { "one": [ """ + Erase + " ] } } }", "")]
    public void A_restore_is_followed_by_what_always_runs_and_is_of_its_model(string behind, string unerased) =>
        Assert.Equal(unerased, string.Join(", ", Unerased($"[ {Restore("m")}{behind} ]", null)));

    [Theory]
    [InlineData("""{ "id": "b", "switch": [ { "when": "${ inputs.percent == `1` }", "steps": [ BOTH ] } ], "default": [] }""", "")]
    [InlineData("""{ "id": "b", "switch": [ { "when": "${ inputs.percent == `1` }", "steps": [ RESTORE ] } ], "default": [ ERASE ] }""", "restore")]
    [InlineData("""{ "id": "b", "when": "${ inputs.percent == `1` }", "parallel": { "branches": { "one": [ BOTH ] } } }""", "")]
    [InlineData("""RESTORE, { "id": "b", "when": "${ inputs.percent == `1` }", "parallel": { "branches": { "one": [ ERASE ] } } }""", "restore")]
    [InlineData("""RESTORE, { "id": "b", "drill": "skip", "parallel": { "branches": { "one": [ ERASE ] } } }""", "restore")]
    public void A_block_that_may_not_run_counts_only_where_the_restore_is_in_it(string steps, string unerased) =>
        Assert.Equal(unerased, string.Join(", ", Unerased($"[ {steps.Replace("BOTH", "RESTORE, ERASE", StringComparison.Ordinal).Replace("RESTORE", Restore("m"), StringComparison.Ordinal).Replace("ERASE", Erase, StringComparison.Ordinal)} ]", null)));

    [Fact]
    public void Where_the_model_is_known_only_at_run_time_one_model_with_personal_data_is_enough()
    {
        var environment = EnvironmentText.Valid(EnvironmentText.Drill);
        var grading = environment.Models["grading"];
        var bare = grading with { Artifacts = grading.Artifacts with { HoldsPersonalData = false } };
        var steps = $"[ {Restore("${ inputs.model }")} ]";

        Assert.Equal(["restore"], Unerased(steps, environment with { Models = environment.Models.Add("bare", bare) }));
        Assert.Empty(Unerased(steps, environment with { Models = environment.Models.SetItem("grading", bare) }));
        Assert.Equal(["restore"], Unerased($"[ {Restore("unknown")} ]", environment with { Models = environment.Models.SetItem("grading", bare) }));
    }

    private static string Restore(string model) => $$"""
        { "id": "restore", "do": "artifacts.restore", "with": { "model": "{{model}}", "version": 1 }, "undo": { "do": "artifacts.promote", "with": { "model": "{{model}}", "version": 2 } } }
        """;

    private static IEnumerable<string> Unerased(string steps, DeploymentEnvironment? environment) =>
        PersonalData.Unerased(Read.Valid(Marked.Around(steps)), environment).Select(step => step.Id);
}
