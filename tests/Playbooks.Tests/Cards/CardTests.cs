using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Cards;

public class CardTests
{
    public static TheoryData<string> Names => [.. CardCase.All().Select(card => card.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_card_is_valid_by_the_official_schema(string name) => CardSchema.Check(Named(name));

    [Fact]
    public void The_schema_refuses_what_is_no_card()
    {
        var card = JsonData.Object(CardCase.Approval(CardCase.Asked()).Properties.Append(new("invented", JsonData.True)));
        Assert.Throws<Xunit.Sdk.TrueException>(() => CardSchema.Check(card));
    }

    [Fact]
    public void An_open_approval_says_until_when_what_happens_then_and_what_is_left_of_the_time()
    {
        var words = CardSchema.Words(CardCase.Approval(CardCase.Asked()));
        Assert.Contains("Decide by 2026-01-12 03:30:00 UTC, else the answer is no, and the run stops.", words, StringComparison.Ordinal);
        Assert.Contains("{{DATE(2026-01-12T03:30:00Z,SHORT)}}, {{TIME(2026-01-12T03:30:00Z)}}", words, StringComparison.Ordinal);
        Assert.Contains("Time to recover: 4 h left at 03:00:00 UTC; the deadline is 2026-01-12 07:00:00 UTC", words, StringComparison.Ordinal);
        Assert.Contains("Restore grading?", words, StringComparison.Ordinal);
        Assert.Contains("restore artifacts.restore {\"model\":\"grading\",\"version\":41}", words, StringComparison.Ordinal);
        Assert.Contains("Who decides: 2 of approvers; one no ends it; never who started the run (operator)", words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_button_carries_the_approval_the_nonce_and_the_verb_and_nothing_else()
    {
        var buttons = CardSchema.OfType(CardCase.Approval(CardCase.Asked()), "Action.Execute").ToList();
        Assert.Equal([CardVerbs.Refresh, CardVerbs.Approve, CardVerbs.Reject], buttons.Select(button => button["verb"]!.AsString()));
        Assert.All(buttons, button => Assert.Equal($$"""{"approval":"run-1/go/1","nonce":"{{CardCase.Nonce}}"}""", button["data"]!.Text));
        Assert.All(buttons.Skip(1), button => Assert.Equal($$"""{"approval":"run-1/go/1","nonce":"{{CardCase.Nonce}}","verb":"{{button["verb"]!.AsString()}}"}""", button["fallback"]!["data"]!.Text));
    }

    [Fact]
    public void What_a_button_carries_is_read_back_as_the_notice_that_the_journal_names()
    {
        foreach (var (_, card) in CardCase.All())
        {
            foreach (var button in CardSchema.OfType(card, "Action.Execute").Concat(CardSchema.OfType(card, "Action.Submit")))
            {
                var subject = CardSubject.Read(button["data"]!)!;
                Assert.Equal("run-1", subject.RunId);
                Assert.Contains(subject.Notice, (string[])[Notices.Run, Notices.Approval("go", 1), Notices.Ask("call", AskFor.Confirmation), Notices.Ask("restore", AskFor.Order)]);
                Assert.True(subject.IsOf(new PostedCard("https://service", "conversation", "1", CardSubject.Digest(CardCase.Nonce))));
                Assert.False((subject with { Nonce = "guessed" }).IsOf(new PostedCard("https://service", "conversation", "1", CardSubject.Digest(CardCase.Nonce))));
            }
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"nonce":"n"}""")]
    [InlineData("""{"approval":"run","nonce":"n"}""")]
    [InlineData("""{"approval":"/go/1","nonce":"n"}""")]
    [InlineData("""{"approval":"run/1","nonce":"n"}""")]
    [InlineData("""{"approval":"run/go/1"}""")]
    [InlineData("""{"approval":7,"nonce":"n"}""")]
    [InlineData("\"approval\"")]
    public void What_no_card_of_ours_carries_is_read_as_nothing(string data) => Assert.Null(CardSubject.Read(JsonData.Parse(data)));

    [Fact]
    public void Who_only_refreshes_is_named_at_most_sixty_times() =>
        Assert.Equal(CardLimits.RefreshedPeopleMax, Named("approval, refreshed")["refresh"]!["userIds"]!.Elements.Length);

    [Theory]
    [InlineData("approval, page only", "approval, decided", "approval, rejected", "approval, expired", "approval, of an older round", "approval, for one who may not", "task, done", "task, too late", "ask, over", "run")]
    public void Where_nothing_may_be_decided_there_is_nothing_to_press(params string[] names) => Assert.All(names, name =>
    {
        var card = Named(name);
        Assert.All(CardSchema.OfType(card, "Action.Execute"), button => Assert.Equal(CardVerbs.Refresh, button["verb"]!.AsString()));
        Assert.Empty(CardSchema.OfType(card, "Action.Submit"));
        Assert.Empty(CardSchema.OfType(card, "Input.Text"));
    });

    [Fact]
    public void An_approval_that_is_decided_on_the_page_has_a_link_there_only()
    {
        var link = Assert.Single(CardSchema.OfType(Named("approval, page only"), "Action.OpenUrl"));
        Assert.Equal("https://recovery.university.example/runs/run-1#vote-4cd0e21a9a07-1", link["url"]!.AsString());
    }

    [Theory]
    [InlineData("approval, decided", "✔ APPROVED")]
    [InlineData("approval, rejected", "✖ REJECTED")]
    [InlineData("approval, expired", "⊘ EXPIRED: nobody decided in time, which counts as no.")]
    [InlineData("approval, proceeded elsewhere", "⊘ Expired: nobody decided; the run goes on without what was asked.")]
    [InlineData("approval, of an older round", "↻ What was asked has changed.")]
    [InlineData("approval, of no step", "◼ This is not asked any more")]
    [InlineData("approval, drill", "⚠ DRILL")]
    [InlineData("run, drill", "⚠ DRILL")]
    [InlineData("task, drill", "⚠ DRILL")]
    [InlineData("run", "◷ Waiting for a person")]
    [InlineData("run, failed", "✖ Ended: FAILED")]
    [InlineData("run, not read", "✖ Stopped where it is")]
    [InlineData("task", "Call grading")]
    [InlineData("task, done", "Done: by grading: grading!")]
    [InlineData("task, too late", "The step: ✖ failed at 03:20:00 (timeout)")]
    [InlineData("ask", "It failed (integrity): it says so")]
    [InlineData("ask, over", "◼ This is not asked any more.")]
    public void A_state_is_said_in_words_and_not_by_colour_alone(string name, string words) => Assert.Contains(words, CardSchema.Words(Named(name, name == "ask" ? "it says so" : "grading")), StringComparison.Ordinal);

    [Fact]
    public void The_root_card_tells_who_is_awaited_and_what_happened_last()
    {
        var words = CardSchema.Words(Named("run"));
        Assert.Contains("Awaited: approvers to decide on go until 03:30:00 UTC", words, StringComparison.Ordinal);
        Assert.Contains("isolate: ✔ done at 03:00:00", words, StringComparison.Ordinal);
        Assert.Contains("grading is isolated", words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_run_gives_the_same_card() => Assert.Equal(CardCase.All().ToList(), CardCase.All().ToList());

    private static JsonData Named(string name, string words = "grading") => CardCase.All(words).Single(card => card.Name == name).Card;
}
