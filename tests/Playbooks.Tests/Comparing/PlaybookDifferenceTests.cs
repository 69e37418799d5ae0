using Playbooks.Core.Comparing;
using Playbooks.Tests.Definitions;

namespace Playbooks.Tests.Comparing;

public class PlaybookDifferenceTests
{
    private const string Promote = """{ "id": "promote", "do": "artifacts.promote", "timeout": "PT2M", "budget": "PT5M", "with": { "model": "m", "version": 2 }, "undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 1 } } }""";
    private const string Verify = """{ "id": "check", "do": "model.verify", "timeout": "PT6M", "with": { "model": "m", "suite": "golden", "hold": "PT5M" } }""";
    private const string Preserve = """{ "id": "preserve", "do": "artifacts.preserve", "with": { "model": "m" } }""";
    private const string Well = """{ "id": "well", "do": "model.verify", "with": { "model": "m" }, "recovers": true }""";

    private const string Old = $$"""
        { "playbook": "p", "version": "1.0.0", "title": "t", "objectives": { "rto": "PT4H", "degradedWithin": "PT10M" },
          "triggers": [ { "alert": { "rule": "m-*" } } ],
          "concurrency": { "key": "m" },
          "roles": { "approver": "approvers", "commander": "commanders" },
          "steps": [
            { "id": "isolate", "do": "model.isolate", "with": { "model": "m" } },
            {{Preserve}},
            { "id": "go", "approve": { "role": "approver", "quorum": 2, "message": "?", "covers": ["promote"], "decideWithin": "PT30M", "escalate": [ { "after": "PT10M", "role": "commander" } ] } },
            {{Promote}},
            {{Verify}},
            { "id": "rejoin", "do": "model.rejoin", "with": { "model": "m", "percent": 100 } },
            {{Well}},
            { "id": "after", "wait": { "for": "PT1M" } }
          ],
          "finally": [ { "id": "report", "do": "evidence.publish", "onFailure": "continue" } ] }
        """;

    [Fact]
    public void Another_layout_and_written_out_defaults_are_no_difference() => Assert.True(Of(Old.Replace("\"message\"", "\"onTimeout\": \"deny\", \"message\"", StringComparison.Ordinal)
        .Replace("{ \"key\": \"m\" }", "{ \"key\": \"m\", \"onConflict\": \"attach\" }", StringComparison.Ordinal).Replace("\n", "\n\n", StringComparison.Ordinal)).IsEmpty);

    [Theory]
    [InlineData("\"title\": \"t\"", "\"title\": \"u\"", "Changed /title t→u")]
    [InlineData("\"rto\": \"PT4H\"", "\"rto\": \"PT5H\"", "Changed /objectives.rto PT4H→PT5H")]
    [InlineData("\"approver\": \"approvers\"", "\"approver\": \"others\"", "Changed /roles.approver approvers→others")]
    [InlineData("\"alert\": { \"rule\": \"m-*\" }", "\"schedule\": \"0 4 * * 2\"", "Added triggers/ →schedule 0 4 * * 2", "Removed triggers/ alert rule=m-* severity=* service=* target=*→")]
    [InlineData("{ \"alert\": { \"rule\": \"m-*\" } }", "{ \"alert\": { \"rule\": \"m-*\" } }, { \"deadLetters\": { \"queue\": \"jobs\", \"atLeast\": 10 } }", "Added triggers/ →deadLetters queue=jobs atLeast=10")]
    [InlineData("\"quorum\": 2", "\"quorum\": 3", "Changed go/approve.quorum 2→3")]
    [InlineData("\"version\": 2", "\"version\": 3", "Changed promote/with.version 2→3")]
    [InlineData(Preserve + ",", "", "Removed preserve/ steps[1]→")]
    [InlineData(Preserve + ",", Preserve + ", { \"id\": \"new\", \"wait\": { \"for\": \"PT1S\" } },", "Added new/ →steps[2]")]
    [InlineData(Verify, "{ \"id\": \"both\", \"parallel\": { \"branches\": { \"one\": [ " + Verify + " ] } } }", "Added both/ →steps[4]", "Moved check/ steps[4]→both/one[0]")]
    public void A_difference_is_named_by_step_and_field(string part, string becomes, params string[] changes)
    {
        Assert.Contains(part, Old, StringComparison.Ordinal);
        Assert.Equal(changes, Of(Old.Replace(part, becomes, StringComparison.Ordinal)).Changes.Select(change => $"{change.Kind} {change.Where}/{change.Field} {change.Old}→{change.New}"));
    }

    [Fact]
    public void One_step_put_elsewhere_is_one_move_and_not_all_that_it_passed() =>
        Assert.Equal(["Moved preserve after isolate→after check"], Of(Old.Replace(Preserve + ",", "", StringComparison.Ordinal).Replace(Verify + ",", Verify + ", " + Preserve + ",", StringComparison.Ordinal))
            .Changes.Select(change => $"{change.Kind} {change.Where} {change.Old}→{change.New}"));

    [Theory]
    // The promise
    [InlineData("\"rto\": \"PT4H\"", "\"rto\": \"PT5H\"", "", "rto is promised later")]
    [InlineData("\"rto\": \"PT4H\"", "\"rto\": \"PT20M\"", "", "The proof no longer holds (PB2001)")]
    [InlineData(", \"degradedWithin\": \"PT10M\"", "", "", "degradedWithin is no longer promised.")]
    [InlineData("\"decideWithin\": \"PT30M\"", "\"decideWithin\": \"PT50M\"", "", "The worst case until recovery has grown")]
    // What starts it, and who
    [InlineData("\"rule\": \"m-*\"", "\"rule\": \"m-1\"", "", "This no longer starts it: alert rule=m-*")]
    [InlineData("\"concurrency\": { \"key\": \"m\" },", "", "", "concurrency is gone")]
    [InlineData("\"approver\": \"approvers\"", "\"approver\": \"others\"", "", "held by other people: approvers became others")]
    // Approvals
    [InlineData("\"quorum\": 2", "\"quorum\": 1", "go", "quorum 2 became 1")]
    [InlineData("\"decideWithin\": \"PT30M\"", "\"decideWithin\": \"PT50M\"", "go", "wait longer for a decision")]
    [InlineData("\"role\": \"approver\"", "\"role\": \"commander\"", "go", "Other people decide")]
    [InlineData(", \"escalate\": [ { \"after\": \"PT10M\", \"role\": \"commander\" } ]", "", "go", "commander is no longer asked after PT10M")]
    [InlineData("\"message\": \"?\"", "\"message\": \"?\", \"onTimeout\": \"proceed\"", "go", "Silence no longer means no: onTimeout became proceed")]
    // What protects and verifies
    [InlineData(Preserve + ",", "", "preserve", "A step that protects is gone (artifacts.preserve)")]
    [InlineData(Verify + ",", "", "check", "A verification is gone (model.verify)")]
    [InlineData("\"hold\": \"PT5M\"", "\"hold\": \"PT1M\"", "check", "It verifies for a shorter time: hold PT5M became PT1M")]
    [InlineData("\"suite\": \"golden\", ", "", "check", "It verifies less: suite is gone")]
    [InlineData("\"id\": \"check\", ", "\"id\": \"check\", \"when\": \"${ run.mode == 'live' }\", ", "check", "It may now be skipped: only when run.mode == 'live'")]
    [InlineData("\"id\": \"check\", ", "\"id\": \"check\", \"onFailure\": \"continue\", ", "check", "Its failure no longer stops the run")]
    [InlineData("\"id\": \"check\", ", "\"id\": \"check\", \"drill\": \"skip\", ", "check", "Drills no longer run it")]
    [InlineData("{ \"id\": \"report\", \"do\": \"evidence.publish\", \"onFailure\": \"continue\" }", "", "report", "The evidence is no longer published here")]
    // What can be taken back, and how long it takes
    [InlineData("\"timeout\": \"PT2M\", \"budget\": \"PT5M\"", "\"timeout\": \"PT9M\", \"budget\": \"PT5M\"", "promote", "timeout was raised beyond its budget: at most PT9M30S of PT5M")]
    [InlineData("\"timeout\": \"PT2M\", \"budget\": \"PT5M\"", "\"timeout\": \"PT2M\"", "promote", "the budget is gone")]
    [InlineData("\"id\": \"after\", \"wait\": { \"for\": \"PT1M\" }", "\"id\": \"after\", \"fail\": \"no\"", null, null)]
    public void What_became_less_safe_is_said(string part, string becomes, string? where, string? words)
    {
        Assert.Contains(part, Old, StringComparison.Ordinal);
        var weakened = Of(Old.Replace(part, becomes, StringComparison.Ordinal)).Weakened;
        if (words is null)
            Assert.Empty(weakened);
        else
            Assert.Contains(weakened, weakness => weakness.Where == where && weakness.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_decision_that_may_be_taken_anywhere_again_is_said()
    {
        var onPage = Old.Replace("\"message\": \"?\"", "\"message\": \"?\", \"decideOn\": \"page\"", StringComparison.Ordinal);
        Assert.Equal([new Weakness("go", "It no longer asks for the signed-in page: decideOn is gone.")], PlaybookDifference.Of(Read.Valid(onPage), Read.Valid(Old)).Weakened);
        Assert.Empty(Of(onPage).Weakened);
    }

    [Fact]
    public void An_approval_that_is_gone_names_what_no_longer_waits() =>
        Assert.Contains(Of(Without("{ \"id\": \"go\"", "\n")).Weakened, weakness => weakness == new Weakness("go", "The approval is gone: promote no longer wait for approver."));

    [Fact]
    public void An_undo_that_is_gone_is_said_where_the_new_action_needs_none()
    {
        var weakened = Of(Old.Replace(Promote, """{ "id": "promote", "do": "http.request", "with": { "method": "POST", "url": "https://a.example/" } }""", StringComparison.Ordinal)).Weakened;
        Assert.Contains(weakened, weakness => weakness.Where == "promote" && weakness.Message.Contains("undo is gone", StringComparison.Ordinal));
    }

    [Fact]
    public void Recovery_declared_elsewhere_or_earlier_is_said()
    {
        var moved = Old.Replace(Well, """{ "id": "sooner", "do": "model.verify", "with": { "model": "m" }, "recovers": true }""", StringComparison.Ordinal);
        Assert.Contains(Of(moved).Weakened, weakness => weakness.Message == "recovers moved from well to sooner: the clock stops elsewhere.");
        var late = Old.Replace(Verify + ",", "", StringComparison.Ordinal).Replace(Well + ",", Well + ", " + Verify + ",", StringComparison.Ordinal);
        Assert.Contains(Of(late).Weakened, weakness => weakness == new Weakness("check", "It now comes after well, which recovers: recovery is declared without it."));
    }

    [Fact]
    public void What_protects_must_not_be_overtaken_by_what_changes()
    {
        var late = Old.Replace(Preserve + ",", "", StringComparison.Ordinal).Replace(Promote + ",", Promote + ", " + Preserve + ",", StringComparison.Ordinal);
        Assert.Contains(Of(late).Weakened, weakness => weakness == new Weakness("preserve", "promote now changes something before it protects."));
    }

    [Fact]
    public void What_became_safer_is_a_difference_and_no_weakness() =>
        Assert.Empty(Of(Old.Replace("\"quorum\": 2", "\"quorum\": 3", StringComparison.Ordinal)).Weakened);

    [Theory]
    [InlineData("""{ "deadLetters": { "queue": "jobs", "atLeast": 11 } }""", "More dead letters of jobs must lie before it starts: 10 became 11.")]
    [InlineData("""{ "deadLetters": { "queue": "jobs", "atLeast": 9 } }""")]
    [InlineData("""{ "deadLetters": { "queue": "jobs", "atLeast": 50 } }, { "deadLetters": { "queue": "jobs", "atLeast": 5 } }""")]
    [InlineData("""{ "deadLetters": { "queue": "mails", "atLeast": 1 } }""", "This no longer starts it: deadLetters queue=jobs atLeast=10.")]
    [InlineData("""{ "deadLetters": { "queue": "jobs", "atLeast": 10 }, "inputs": { "model": "n" } }""", "This no longer starts it: deadLetters queue=jobs atLeast=10.")]
    [InlineData("""{ "alert": {} }""", "This no longer starts it: deadLetters queue=jobs atLeast=10.")]
    public void Later_or_no_starts_by_dead_letters_are_less_safe_and_sooner_ones_are_not(string triggers, params string[] said) =>
        Assert.Equal(said, PlaybookDifference.Of(Lettered("""{ "deadLetters": { "queue": "jobs", "atLeast": 10 } }"""), Lettered(triggers)).Weakened.Select(weakness => weakness.Message));

    private static Core.Definitions.Playbook Lettered(string triggers) => Read.Valid($$"""
        { "playbook": "p", "version": "1.0.0", "title": "t", "inputs": { "model": { "type": "string", "default": "m" } }, "triggers": [ {{triggers}} ], "steps": [ { "id": "a", "wait": { "for": "PT1S" } } ] }
        """);

    private static string Without(string from, string until)
    {
        var start = Old.IndexOf(from, StringComparison.Ordinal);
        return Old.Remove(start, Old.IndexOf(until, start, StringComparison.Ordinal) - start);
    }

    private static PlaybookDifference Of(string text) => PlaybookDifference.Of(Read.Valid(Old), Read.Valid(text));
}
