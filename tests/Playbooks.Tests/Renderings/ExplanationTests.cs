using Playbooks.Core.Definitions;
using Playbooks.Core.Renderings;

namespace Playbooks.Tests.Renderings;

public class ExplanationTests
{
    private static readonly string Text = Explanation.Of(EveryKind.Playbook());
    private static readonly string Sheet = Runbook.Of(EveryKind.Playbook());

    [Fact]
    public void An_empty_default_is_said()
    {
        var read = PlaybookReader.Read(Repository.Read("playbooks/model-regression/playbook.json"), "playbook.json");
        Assert.Contains("called good; empty unless said otherwise", Explanation.Of(Assert.IsType<ReadResult<Playbook>.Valid>(read).Value), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- An alert of the rule “grading-*” from Platform about grading where area is “ml”.")]
    [InlineData("- 10 or more dead letters of the queue “grading-jobs”.")]
    [InlineData("- Only one run for ‹model› at a time: further ones wait, 10 at most, with their clocks running.")]
    [InlineData("- Recovered within 4 h of detection. In the worst case it takes")]
    [InlineData("- The faulty model out of service within 10 min of detection. In the worst case it takes 1 min.")]
    [InlineData("- go: Decided by approver, within 20 min of being asked.")]
    [InlineData("After 5 min without a decision commander may decide, too. When nobody decides in time, the run goes on at both without doing what needed the approval.")]
    [InlineData("- byHand: commander confirms that it is done, within 15 min.")]
    [InlineData("- ‹model›: The model that is wrong; grading unless said otherwise")]
    [InlineData("If it fails, the run goes on at pause; what lies between is skipped.")]
    [InlineData("If it fails, a person has 7 min to say retry, skip or cancel; without an answer the run fails.")]
    [InlineData("Drills skip it, so a drill proves nothing about it.")]
    [InlineData("If the run fails later, this is taken back: makes version 1 of ‹model› the current one.")]
    [InlineData("If the run fails later, this is taken back: the model is isolated again.")]
    [InlineData("Repeats what follows until «index == `2`», at most 3 times, with 5 s between two rounds.")]
    [InlineData("Does left and right at the same time and goes on when all have succeeded.")]
    [InlineData("If it fails with timeout or transient:")]
    [InlineData("If it fails: nothing more; the run goes on.")]
    [InlineData("When this succeeds the service counts as recovered and the clock stops.")]
    [InlineData("- Then what was done is taken back, the last first: shift, promote.")]
    [InlineData("- break: Makes the service of ‹model› answer with the fault down, in the drill environment, for at most 1 h.")]
    public void It_says_what_an_approver_must_know(string words) => Assert.Contains(words, Text, StringComparison.Ordinal);

    [Fact]
    public void A_broken_promise_is_said_first_and_last()
    {
        var late = Explanation.Of(Definitions.Read.Valid(
            """{ "playbook": "p", "version": "1.0.0", "title": "t", "objectives": { "rto": "PT1M" }, "steps": [ { "id": "well", "do": "model.verify", "with": { "model": "m" }, "recovers": true } ] }"""));

        Assert.Contains("In the worst case it takes 2 min, which is TOO LONG.", late, StringComparison.Ordinal);
        Assert.Contains("WHAT IS WRONG WITH IT", late, StringComparison.Ordinal);
    }

    [Fact]
    public void One_dead_letter_is_any() => Assert.Contains("- Any dead letter of the queue “jobs”.", Explanation.Of(Definitions.Read.Valid(
        """{ "playbook": "p", "version": "1.0.0", "title": "t", "triggers": [ { "deadLetters": { "queue": "jobs", "atLeast": 1 } } ], "steps": [ { "id": "a", "wait": { "for": "PT1S" } } ] }""")), StringComparison.Ordinal);

    [Fact]
    public void Steps_stand_in_order_with_their_blocks_numbered()
    {
        string[] headings = ["1. ", "2. look", "7. go", "9. both", "9.1. l", "12. which", "12.1. small", "14.1. sub/call", "17. well", "18. after"];
        var places = headings.Select(heading => Text.IndexOf("  " + heading, StringComparison.Ordinal)).ToList();

        Assert.All(places, place => Assert.True(place > 0));
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void No_control_character_reaches_a_terminal_or_paper()
    {
        Assert.DoesNotContain(Text, letter => char.IsControl(letter) && letter != '\n');
        Assert.DoesNotContain(Sheet, letter => char.IsControl(letter) && letter != '\n');
        Assert.DoesNotContain("<b>", Sheet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("| **Recovered by** T0 + 4 h = |")]
    [InlineData("| Faulty model out of service by T0 + 10 min = |")]
    [InlineData("- [ ] Run `playbooks gateway isolate ‹model› -e ENVIRONMENT -m \"why\"`.")]
    [InlineData("- [ ] 2 must say yes within 20 min; one no ends it.")]
    [InlineData("- [ ] Nobody after 5 min: call commander, too.")]
    [InlineData("- [ ] **Recovered.** Write down the time: it is what counts against the RTO.")]
    [InlineData("At most 2 min. The RTO is behind you: take your time and do it right.")]
    [InlineData("## If it has to be given up")]
    [InlineData("Take back *promote*:")]
    [InlineData("- If it fails: go on at pause and leave out what lies between.")]
    [InlineData("- If it fails: whoever leads decides within 7 min: again, without it, or give up (see the end).")]
    public void The_sheet_says_what_to_do_by_hand(string words) => Assert.Contains(words, Sheet, StringComparison.Ordinal);

    [Fact]
    public void Each_deadline_leaves_the_worst_case_of_the_rest()
    {
        var sheet = Runbook.Of(Definitions.Read.Valid("""
            { "playbook": "p", "version": "1.0.0", "title": "t", "objectives": { "rto": "PT1H" }, "steps": [
              { "id": "pause", "wait": { "for": "PT10M" } },
              { "id": "well", "do": "model.verify", "timeout": "PT5M", "with": { "model": "m" }, "recovers": true } ] }
            """));

        Assert.Contains("## 1. pause\n\nBegin by **T0 + 45 min** = ______. At most 10 min.", sheet, StringComparison.Ordinal);
        Assert.Contains("## 2. well\n\nBegin by **T0 + 55 min** = ______. At most 5 min.", sheet, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_action_of_the_catalogue_can_be_explained_and_done_by_hand() => Assert.All(Catalogue.Actions, action =>
    {
        Assert.NotNull(action.Words);
        Assert.EndsWith(action.Name == "notify" ? "{text}" : ".", action.Words.Does, StringComparison.Ordinal);
        Assert.NotEmpty(action.Words.ByHand);
        var holes = System.Text.RegularExpressions.Regex.Matches(string.Join(' ', action.Words.ByHand.Prepend(action.Words.Does)), @"\{([a-zA-Z]+)(\|[^{}]*)?\}");
        Assert.All(holes, hole => Assert.True(action.Input(hole.Groups[1].Value) is { } input && (input.Required || hole.Groups[2].Success), $"{action.Name}: {hole.Value}"));
    });
}
