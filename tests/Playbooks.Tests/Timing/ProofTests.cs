using Playbooks.Core.Timing;
using Playbooks.Tests.Definitions;

namespace Playbooks.Tests.Timing;

public class ProofTests
{
    private const string Isolate = """{ "id": "isolate", "do": "model.isolate", "timeout": "PT1M", "with": { "model": "m" } }""";
    private const string Rejoin = """{ "id": "rejoin", "do": "model.rejoin", "timeout": "PT1M", "with": { "model": "m", "percent": 100 } }""";
    private const string Recover = """{ "id": "well", "do": "model.verify", "timeout": "PT10M", "with": { "model": "m" }, "recovers": true }""";
    private const string Restore = """{ "id": "restore", "do": "artifacts.restore", "timeout": "PT1M", "with": { "model": "m", "version": 1 }, "undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 2 } } }""";
    private const string Reapply = """{ "id": "reapply", "do": "erasures.reapply", "timeout": "PT1M", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } }""";

    [Fact]
    public void The_example_of_the_language_is_proved()
    {
        var proof = Proof.Of(Read.Valid(LanguageExample.TextOrSkip()));

        Assert.Empty(proof.Errors);
        Assert.Equal(TimeSpan.FromMinutes(4), proof.DetectedToIsolated);
        // By hand: 4 + 7 + 7 + 7 + 30 + 47.5 + 32.5 + 7 + 3 × (8.5 + 7) + 31 minutes.
        Assert.Equal(TimeSpan.FromMinutes(219.5), proof.DetectedToRecovered);
    }

    [Theory]
    // 1 min + (1 min + 30 s, because a rejoin is not keyed) + 10 min.
    [InlineData("PT12M30S", "PT1M", new string[0])]
    [InlineData("PT12M29S", "PT1M", new[] { "PB2001" })]
    [InlineData("PT12M30S", "PT59S", new[] { "PB2002" })]
    public void The_worst_case_is_held_against_the_objectives(string rto, string degradedWithin, string[] expected) =>
        Assert.Equal(expected, Prove([Isolate, Rejoin, Recover], $$""" "objectives": { "rto": "{{rto}}", "degradedWithin": "{{degradedWithin}}" }, """).Errors.Select(error => error.Code));

    [Theory]
    [InlineData("""{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } }""")]
    [InlineData("""{ "id": "look", "wait": { "event": "e", "within": "PT1M" } }""")]
    [InlineData("""{ "id": "look", "task": { "role": "operator", "instructions": "Look.", "doneWithin": "PT1M" } }""")]
    [InlineData("""{ "id": "p", "parallel": { "branches": { "one": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] } } }""")]
    [InlineData("""{ "id": "t", "try": { "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ], "catch": [ { "on": ["timeout"], "steps": [] } ] } }""")]
    [InlineData("""{ "id": "look", "when": "${ inputs.sure }", "fail": "no" }""")]
    public void What_can_fail_the_run_before_the_first_isolation_is_an_error(string step)
    {
        var error = Assert.Single(Prove([step, Isolate, Rejoin, Recover]).Errors);

        Assert.Equal("PB2003", error.Code);
        Assert.StartsWith("'look'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/" }, "onFailure": "continue" }""")]
    [InlineData("""{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/" }, "onFailure": { "goto": "isolate" } }""")]
    [InlineData("""{ "id": "pause", "wait": { "for": "PT1S" } }""")]
    [InlineData("""{ "id": "t", "try": { "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ], "catch": [ { "steps": [] } ] } }""")]
    [InlineData("""{ "id": "stand", "when": "${ inputs.sure }", "end": { "as": "stoodDown", "reason": "A false alarm." } }""")]
    public void What_cannot_fail_the_run_may_stand_before_the_first_isolation(string step) =>
        Assert.Empty(Prove([step, Isolate, Rejoin, Recover]).Errors);

    [Fact]
    public void A_restore_needs_the_reapplied_erasures_of_the_same_model_before_recovery()
    {
        Assert.Equal(["PB2004"], Prove([Isolate, Restore, Rejoin, Recover]).Errors.Select(error => error.Code));
        Assert.Equal(["PB2004"], Prove([Isolate, Restore, Rejoin, Recover, Reapply]).Errors.Select(error => error.Code));
        Assert.Equal(["PB2004"], Prove([Isolate, Restore, Reapply.Replace("\"m\"", "\"n\"", StringComparison.Ordinal), Rejoin, Recover]).Errors.Select(error => error.Code));
        Assert.Empty(Prove([Isolate, Restore, Reapply, Rejoin, Recover]).Errors);
    }

    [Fact]
    public void A_budget_below_the_worst_case_and_a_finally_that_may_not_fit_are_warnings()
    {
        var proof = Prove([Isolate.Replace("\"with\"", "\"budget\": \"PT30S\", \"with\"", StringComparison.Ordinal), Rejoin, Recover],
            """ "finally": [ { "id": "report", "do": "evidence.publish", "timeout": "PT10M" } ], """);

        Assert.Empty(proof.Errors);
        Assert.Equal(["PB2101", "PB2102"], proof.Warnings.Select(warning => warning.Code));
    }

    [Fact]
    public void Lines_add_up_to_recovery_and_say_what_comes_after_it()
    {
        var proof = Prove([Isolate, Rejoin, Recover, """{ "id": "later", "wait": { "for": "PT1M" } }"""]);

        Assert.Equal([(1.0, false), (2.5, false), (12.5, false), (13.5, true)], proof.Lines.Select(line => (line.Cumulative!.Value.TotalMinutes, line.AfterRecovery)));
        Assert.Equal(TimeSpan.FromMinutes(12.5), proof.DetectedToRecovered);
        // Isolating and rejoining change something, so they ask.
        Assert.Equal(TimeSpan.FromMinutes(30), proof.AskWithin);
    }

    private static Proof Prove(string[] steps, string fields = "") => Proof.Of(Read.Valid($$"""
        { "playbook": "p", "version": "1.0.0", "title": "t", "inputs": { "sure": { "type": "boolean" } }, "roles": { "operator": "operators" }, {{fields}}
          "steps": [ {{string.Join(",\n", steps)}} ] }
        """));
}
