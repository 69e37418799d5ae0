using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Decisions;

/// <summary>Rules 5 and 8: approvals and orders, and that people are told.</summary>
public class PeopleTests
{
    private static readonly string Asked = Steps.List(Steps.Approve("tell"), Steps.Notify("tell"));

    [Fact]
    public void One_who_is_entitled_lets_the_covered_step_start()
    {
        var story = Story.Of(Asked, rto: "").Votes("someone");

        Assert.Equal(["tell~d.0.1.0"], story.Running());
    }

    [Theory]
    [InlineData("operator", "approvers", "api")]
    [InlineData("operator", "approvers", "terminal")]
    [InlineData("someone", "commanders", "api")]
    [InlineData("drill-script", "approvers", "script")]
    public void Nobody_else_decides_on_a_live_run(string person, string role, string via)
    {
        var story = Story.Of(Asked, rto: "").Votes(person, role: role, via: via);

        Assert.Single(story.Events.OfType<RunEvent.VoteRefused>());
        Assert.Empty(story.Running());
    }

    [Theory]
    [InlineData("page", true)]
    [InlineData("teams", false)]
    [InlineData("api", false)]
    [InlineData("terminal", false)]
    public void What_is_decided_on_the_page_is_decided_nowhere_else(string via, bool counts)
    {
        var story = Story.Of(Steps.List(Steps.Approve("tell", """, "decideOn": "page" """), Steps.Notify("tell")), rto: "");
        Assert.Equal("page", Assert.Single(story.Outstanding.OfType<Command.AskForVotes>()).Approval.DecideOn);

        Assert.Equal(counts, story.Votes("someone", via: via).Events.OfType<RunEvent.VoteCounted>().Any());
        if (!counts)
            Assert.Equal("This is decided on the signed-in page only.", story.Last<RunEvent.VoteRefused>().Reason);
    }

    [Theory]
    [InlineData(RunMode.Live, "terminal", false)]
    [InlineData(RunMode.Live, "page", false)]
    [InlineData(RunMode.Drill, "page", false)]
    [InlineData(RunMode.Drill, "terminal", true)]
    public void Who_made_this_version_of_the_playbook_decides_on_it_only_in_a_rehearsal(RunMode mode, string via, bool counts)
    {
        var story = Story.Of(Asked, mode, rto: "", extra: """ "editors": ["author"] """);

        Assert.Equal(counts, story.Votes("author", via: via).Events.OfType<RunEvent.VoteCounted>().Any());
        if (!counts)
            Assert.Equal("Nobody decides on a run of a playbook that they edited.", story.Last<RunEvent.VoteRefused>().Reason);
    }

    [Fact]
    public void The_latest_card_of_a_notice_is_the_one_that_counts()
    {
        var (first, second) = (new PostedCard("https://service.example/", "19:thread", "1", "a"), new PostedCard("https://service.example/", "19:thread", "2", "b"));
        var story = Story.Of(Asked, rto: "");
        story.When(new RunEvent.NoticeDelivered("approval/go/1", "teams", first, story.Now)).When(new RunEvent.NoticeDelivered("approval/go/1", "teams", second, story.Now))
            .When(new RunEvent.NoticeDelivered("approval/go/1", "mail", null, story.Now)).When(new RunEvent.NoticeFailed("run", "teams", "HTTP 503", story.Now));

        Assert.Equal([("approval/go/1", second)], story.Run.Cards.Select(card => (card.Key, card.Value)));
    }

    [Fact]
    public void Cards_are_kept_up_to_a_limit()
    {
        var story = Story.Of(Asked, rto: "");
        for (var number = 0; number <= Limits.CardsMax; number++)
            story.When(new RunEvent.NoticeDelivered($"notice-{number}", "teams", new PostedCard("", "", $"{number}", ""), story.Now));
        Assert.Equal(Limits.CardsMax, story.Run.Cards.Count);

        story.When(new RunEvent.NoticeDelivered("notice-0", "teams", new PostedCard("", "", "again", ""), story.Now));
        Assert.Equal("again", story.Run.Cards["notice-0"].Activity);
    }

    [Fact]
    public void What_the_door_refused_is_counted_once_and_decides_nothing()
    {
        var story = Story.Of(Asked, rto: "");
        var refused = new RunEvent.RequestRefused("r", "vote", "go", "somebody", "No right.", "teams", story.Now);
        var before = story.Events.Count;
        story.When(refused).When(refused);

        Assert.Equal((1, before + 2), (story.Run.Refusals, story.Events.Count));
        Assert.Equal(["tell~d.0.1.0"], story.Votes("someone").Running());
    }

    [Fact]
    public void A_vote_on_something_else_is_refused()
    {
        var story = Story.Of(Asked, rto: "").Votes("someone", digest: "other");

        Assert.Single(story.Events.OfType<RunEvent.VoteRefused>());
    }

    [Fact]
    public void Two_votes_of_one_person_are_one()
    {
        var story = Story.Of(Steps.List(Steps.Approve("tell", """, "quorum": 2"""), Steps.Notify("tell")), rto: "").Votes("someone").Votes("someone");

        Assert.Single(story.Events.OfType<RunEvent.VoteCounted>());
        Assert.Empty(story.Running());
        Assert.Equal(["tell~d.0.1.0"], story.Votes("another").Running());
    }

    [Fact]
    public void The_same_vote_sent_twice_changes_nothing()
    {
        var story = Story.Of(Steps.List(Steps.Approve("tell", """, "quorum": 2"""), Steps.Notify("tell")), rto: "").Votes("someone", voteId: "v").Votes("someone", voteId: "v");

        Assert.Single(story.Events.OfType<RunEvent.VoteCounted>());
        Assert.Empty(story.Events.OfType<RunEvent.VoteRefused>());
    }

    [Fact]
    public void One_rejection_ends_it()
    {
        var story = Story.Of(Asked, rto: "").Votes("someone", approves: false);

        Assert.Equal("denied", story.Last<RunEvent.ApprovalDecided>().Result);
        Assert.Equal(RunOutcome.Failed, story.End().Outcome);
        Assert.Empty(story.Started);
    }

    [Fact]
    public void Silence_denies()
    {
        var story = Story.Of(Asked, rto: "").After("PT30M");

        Assert.Equal("expired", story.Last<RunEvent.ApprovalDecided>().Result);
        Assert.Equal(RunOutcome.Failed, story.End().Outcome);
    }

    [Fact]
    public void Escalation_adds_voters_and_keeps_votes()
    {
        var story = Story.Of(Steps.List(Steps.Approve("tell", """, "quorum": 2, "escalate": [ { "after": "PT10M", "role": "commander" } ]"""), Steps.Notify("tell")), rto: "")
            .Votes("someone").After("PT10M").Votes("chief", role: "commanders");

        Assert.Equal(["someone", "chief"], story.Last<RunEvent.ApprovalDecided>().By);
    }

    [Fact]
    public void A_retry_of_what_was_shown_asks_again_when_it_changed()
    {
        var story = Story.Of(Steps.List(
            """{ "id": "choose", "do": "artifacts.lastKnownGood", "with": { "model": "grading" } }""", Steps.Approve("restore"),
            """{ "id": "restore", "do": "artifacts.restore", "with": { "model": "grading", "version": "${ steps.choose.output.version }" }, "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": "${ steps.choose.output.current }" } } }"""), rto: "");

        story.Succeeds("choose", Version(3)).Orders(new Order.Retry("choose", Again: false)).Succeeds("choose", Version(4));

        Assert.Single(story.Events.OfType<RunEvent.ApprovalVoided>());
        Assert.Equal(2, story.Last<RunEvent.ApprovalOpened>().Round);
        static Core.Json.JsonData Version(int number) => Core.Json.JsonData.Object(("version", Core.Json.JsonData.Of(number)), ("current", Core.Json.JsonData.Of(5)));
    }

    [Fact]
    public void A_pause_holds_back_steps_and_not_polls()
    {
        var story = Story.Of(Steps.List(Steps.Get("one"), Steps.Get("two")), rto: "").Pends("one", "PT5S").Orders(new Order.Pause()).After("PT5S");
        Assert.Equal(["one~d.0.1.1"], story.Running());

        story.Succeeds("one");
        Assert.Empty(story.Running());

        Assert.Equal(["two~d.0.1.0"], story.Orders(new Order.Resume()).Running());
    }

    [Theory]
    [InlineData("approvers", "because")]
    [InlineData("commanders", " ")]
    public void An_order_needs_the_role_and_a_reason(string role, string reason)
    {
        var story = Story.Of(Steps.List(Steps.Get("one")), rto: "").Orders(new Order.Cancel(), role, reason: reason);

        Assert.Single(story.Events.OfType<RunEvent.OrderRefused>());
        Assert.False(story.Run.HasEnded);
    }

    [Fact]
    public void A_cancelled_run_waits_for_what_is_outstanding()
    {
        var story = Story.Of(Steps.List(Steps.Get("one")), rto: "").Orders(new Order.Cancel());
        Assert.True(story.Action("one").Stopping);

        Assert.Equal(RunOutcome.Cancelled, story.Succeeds("one").End().Outcome);
    }

    [Fact]
    public void Nobody_skips_an_approval_nor_a_block_around_one()
    {
        var block = $$"""{ "id": "both", "try": { "steps": {{Asked}}, "catch": [ { "on": ["not-found"], "steps": [ { "id": "no", "fail": "no" } ] } ] } }""";
        var story = Story.Of(Steps.List(Steps.Get("one"), block), rto: "").Orders(new Order.Skip("both", NoEffect: false));

        Assert.Equal("Nobody may skip this step.", story.Last<RunEvent.OrderRefused>().Why);
    }

    [Fact]
    public void Who_could_not_be_told_is_told_again_and_given_up_visibly()
    {
        var story = Story.Of(Steps.List(Steps.Notify("tell")), rto: "");
        story.Delivers = false;
        story.Fails("tell");
        for (var tries = 0; tries < Decider.TellTriesMax; tries++)
        {
            var tell = Assert.Single(story.Outstanding.OfType<Command.Tell>());
            story.When(new RunEvent.TellFailed(tell.Id, "nobody", story.Now));
            Assert.DoesNotContain(story.Outstanding, command => command is Command.Tell);
            story.After("PT30S");
        }

        Assert.DoesNotContain(story.Outstanding, command => command is Command.Tell);
        Assert.Equal(["order/tell"], story.Run.Untold);
    }

    [Fact]
    public void A_second_text_is_told_though_the_first_is_still_on_its_way()
    {
        var story = Story.Of(Steps.List(Steps.Notify("tell")), rto: "");
        story.Delivers = false;
        story.Fails("tell").Orders(new Order.Retry("tell", Again: false)).Fails("tell");

        Assert.Equal(2, story.Outstanding.OfType<Command.Tell>().Select(tell => tell.Id).Distinct().Count());
    }
}
