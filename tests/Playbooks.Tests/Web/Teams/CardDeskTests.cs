using System.Net;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Web.Teams;

namespace Playbooks.Tests.Web.Teams;

/// <summary>What people do with cards, and what they are answered.</summary>
public sealed class CardDeskTests : IAsyncDisposable
{
    private readonly BotRig rig = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Theory]
    [InlineData(CardVerbs.Approve, true)]
    [InlineData(CardVerbs.Reject, false)]
    public async Task A_vote_counts_with_what_was_written_and_who_wrote_it(string verb, bool approves)
    {
        rig.Ask();
        var answer = await rig.SendAsync(BotRig.Press("f:1", verb, wrote: (CardInputs.Comment, "  looked\nat \u202Eit ")));
        var vote = rig.Runs.Events("run-1").OfType<RunEvent.VoteCast>().Single();
        Assert.Equal(("entra:" + BotRig.Approvers[0], approves, "looked at  it", "teams"), (vote.Person, vote.Approves, vote.Comment, vote.Via));
        Assert.Equal([approves ? "approved" : "denied"], rig.Runs.Events("run-1").OfType<RunEvent.ApprovalDecided>().Select(decided => decided.Result));
        Assert.Contains(approves ? "APPROVED" : "REJECTED", answer.Words, StringComparison.Ordinal);
        Assert.Empty(answer.Buttons);
        Assert.Equal(["run-1: approval/go/1"], rig.Changed);
    }

    [Fact]
    public async Task What_is_refused_changes_nobody_elses_card()
    {
        rig.Ask();
        await rig.SendAsync(BotRig.Press("f:1", nonce: "guessed"));
        await rig.SendAsync(BotRig.Press("f:2", CardVerbs.Refresh));
        await rig.SendAsync(BotRig.Press("f:3", person: BotRig.Starter));
        Assert.Empty(rig.Changed);
    }

    [Fact]
    public async Task Each_voter_gets_the_card_as_it_is_then_and_the_others_keep_their_buttons()
    {
        rig.Ask(quorum: 2);
        var first = await rig.SendAsync(BotRig.Press("f:1"));
        Assert.Contains("Your yes counts.", first.Words, StringComparison.Ordinal);
        Assert.Empty(first.Buttons);
        Assert.Equal([CardVerbs.Approve, CardVerbs.Reject], (await rig.SendAsync(BotRig.Press("f:2", CardVerbs.Refresh, BotRig.Approvers[1]))).Buttons);
        Assert.Contains("APPROVED", (await rig.SendAsync(BotRig.Press("f:3", person: BotRig.Approvers[1]))).Words, StringComparison.Ordinal);
        Assert.Contains("APPROVED", (await rig.SendAsync(BotRig.Press("f:4", CardVerbs.Refresh))).Words, StringComparison.Ordinal);
    }

    /// <summary>Who refreshes, and what the card says to them; null where it has its buttons.</summary>
    public static TheoryData<string, string?> Lookers => new()
    {
        { BotRig.Approvers[0], null },
        { BotRig.Unreachable, null },
        { BotRig.Starter, "You started this run, so you have no vote." },
        { BotRig.Editor, "You made this version of the playbook, so you have no vote." },
        { BotRig.Reader, "Only holders of ml-approvers may vote." },
        { BotRig.Commander, "Only holders of ml-approvers may vote." },
        { BotRig.Guest, "Guests hold no rights here." },
        { BotRig.SwitchedOff, "This account is switched off." },
        { BotRig.Unknown, $"live knows nobody called entra:{BotRig.Unknown}." },
    };

    [Theory]
    [MemberData(nameof(Lookers))]
    public async Task A_refresh_shows_each_their_own_card_and_decides_nothing(string person, string? says)
    {
        rig.Ask();
        var before = rig.Runs["run-1"].Sequence;
        var answer = await rig.SendAsync(BotRig.Press("f:1", CardVerbs.Refresh, person).With("value/trigger", "\"automatic\""));
        Assert.Equal(says is null ? [CardVerbs.Approve, CardVerbs.Reject] : [], answer.Buttons);
        Assert.Contains(says ?? "", answer.Words, StringComparison.Ordinal);
        Assert.Equal(before, rig.Runs["run-1"].Sequence);
        Assert.Equal([$"29:{person[..8]}"], answer.Json["value"]!["refresh"]!["userIds"]!.AsArray().Select(id => (string)id!));
    }

    [Fact]
    public async Task The_same_activity_again_is_the_same_vote_and_gets_the_same_answer()
    {
        rig.Ask(quorum: 2);
        var first = await rig.SendAsync(BotRig.Press("f:1"));
        var sequence = rig.Runs["run-1"].Sequence;
        var second = await rig.SendAsync(BotRig.Press("f:1"));
        Assert.Equal((first.Text, sequence, 1), (second.Text, rig.Runs["run-1"].Sequence, rig.Runs.Taken));
    }

    [Fact]
    public async Task A_refused_activity_again_is_refused_again_also_where_rights_have_been_given_since()
    {
        rig.Ask();
        var first = await rig.SendAsync(BotRig.Press("f:1", person: BotRig.Reader));
        Assert.Contains("this takes the access role approver", first.Words, StringComparison.Ordinal);
        Assert.Equal((1, 0), (rig.Runs.Refused, rig.Runs.Taken));
        Assert.Equal(first.Text, (await rig.SendAsync(BotRig.Press("f:1", person: BotRig.Reader))).Text);
        Assert.Equal((1, 0), (rig.Runs.Refused, rig.Runs.Taken));
    }

    [Fact]
    public async Task A_directory_that_does_not_answer_lets_the_person_try_again()
    {
        rig.Ask();
        var answer = await rig.SendAsync(BotRig.Press("f:1", person: BotRig.Unreachable));
        Assert.Contains("Nobody can tell now what you may do", answer.Words, StringComparison.Ordinal);
        Assert.Equal([CardVerbs.Approve, CardVerbs.Reject], answer.Buttons);
        Assert.Equal((0, 0), (rig.Runs.Taken, rig.Runs.Refused));
    }

    [Fact]
    public async Task What_is_decided_on_the_page_only_is_refused_with_the_way_there()
    {
        rig.Ask(more: """, "decideOn": "page" """);
        var answer = await rig.SendAsync(BotRig.Press("f:1"));
        Assert.Contains("This is decided on the signed-in page only.", answer.Words, StringComparison.Ordinal);
        Assert.Contains(PageLinks.Approval(new Uri("https://playbooks.university.example/"), "run-1", "go", 1).AbsoluteUri, answer.Text, StringComparison.Ordinal);
        Assert.Equal("This is decided on the signed-in page only.", rig.Runs.Events("run-1").OfType<RunEvent.VoteRefused>().Single().Reason);
    }

    [Fact]
    public async Task A_task_is_confirmed_with_a_note()
    {
        rig.AskByHand();
        var without = await rig.SendAsync(BotRig.Press("f:1", CardVerbs.Done, BotRig.Operator, "run-1/call/confirmation", kind: "ask"));
        Assert.Contains("A note is needed", without.Words, StringComparison.Ordinal);
        var done = await rig.SendAsync(BotRig.Press("f:2", CardVerbs.Done, BotRig.Operator, "run-1/call/confirmation", kind: "ask", wrote: (CardInputs.Note, "called at 3:10")));
        Assert.Contains("It is recorded that you have done it.", done.Words, StringComparison.Ordinal);
        Assert.Equal(1, rig.Runs.Taken);
        var again = await rig.SendAsync(BotRig.Press("f:2", CardVerbs.Done, BotRig.Operator, "run-1/call/confirmation", kind: "ask", wrote: (CardInputs.Note, "called at 3:10")));
        Assert.Equal((done.Text, 1), (again.Text, rig.Runs.Taken));
    }

    [Theory]
    [InlineData(CardVerbs.Retry, "attempt.started")]
    [InlineData(CardVerbs.Skip, "step.skipped")]
    [InlineData(CardVerbs.Cancel, "run.stopping")]
    public async Task An_order_needs_a_reason_and_is_carried_out(string verb, string becomes)
    {
        rig.AskForOrder();
        Assert.Contains("An order needs a reason.", (await rig.SendAsync(BotRig.Press("f:1", verb, BotRig.Commander, "run-1/promote/order", kind: "ask"))).Words, StringComparison.Ordinal);
        var before = rig.Runs.Events("run-1").Count();
        var taken = await rig.SendAsync(BotRig.Press("f:2", verb, BotRig.Commander, "run-1/promote/order", kind: "ask", wrote: (CardInputs.Reason, "seen and understood")));
        Assert.Contains("Your order is taken.", taken.Words, StringComparison.Ordinal);
        Assert.Contains(becomes, rig.Runs.Events("run-1").Skip(before).Select(EventNames.Of));
    }

    [Fact]
    public async Task A_late_press_is_refused_recorded_and_answered_with_what_became_of_it()
    {
        rig.Ask();
        rig.Time.Advance(TimeSpan.FromMinutes(30));
        // The timer has not fired yet: the decider's clock refuses, not the engine's.
        Assert.Contains("had to be decided until", (await rig.SendAsync(BotRig.Press("f:1"))).Words, StringComparison.Ordinal);
        rig.Runs.Tick("run-1");
        Assert.Contains("EXPIRED", (await rig.SendAsync(BotRig.Press("f:2", person: BotRig.Approvers[1]))).Words, StringComparison.Ordinal);
        Assert.Equal((0, 2), (rig.Runs.Taken, rig.Runs.Events("run-1").OfType<RunEvent.VoteRefused>().Count()));
    }

    [Fact]
    public async Task A_journal_that_is_slow_is_answered_in_time_and_the_vote_counts_all_the_same()
    {
        rig.Ask();
        var (entered, opened) = (new TaskCompletionSource(), new TaskCompletionSource());
        rig.Runs.Slow = () =>
        {
            entered.TrySetResult();
            return opened.Task;
        };
        var answering = rig.SendAsync(BotRig.Press("f:1"));
        await entered.Task.WaitAsync(Cancelled);
        rig.Time.Advance(CardDesk.AnswerWithin);
        var answer = await answering;
        Assert.Contains("It is being recorded.", answer.Words, StringComparison.Ordinal);
        Assert.Empty(answer.Buttons);
        Assert.Equal(0, rig.Runs.Taken);
        opened.SetResult();
        // The same activity again waits for the same judgement, and counts no second time.
        Assert.Contains("Your yes counts.", (await rig.SendAsync(BotRig.Press("f:1"))).Words, StringComparison.Ordinal);
        Assert.Equal(1, rig.Runs.Taken);
    }

    [Fact]
    public async Task A_journal_that_fails_is_not_called_a_refusal()
    {
        rig.Ask();
        rig.Runs.Slow = () => Task.FromException(new IOException("the disk is gone"));
        var answer = await rig.SendAsync(BotRig.Press("f:1"));
        Assert.Equal((HttpStatusCode.OK, 500), (answer.Status, answer.Code));
        Assert.Contains("Nobody knows whether that was recorded.", answer.Text, StringComparison.Ordinal);
        Assert.Contains(rig.Logged, line => line.Contains("the disk is gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_many_at_once_are_turned_away_and_nothing_of_theirs_is_recorded()
    {
        rig.Ask();
        var opened = new TaskCompletionSource();
        rig.Directory.Slow = () => opened.Task;
        var activity = BotTraffic.Read(BotRig.Press("f:1"));
        var waiting = Enumerable.Range(0, CardDesk.UnderWayMax).Select(_ => rig.Desk.TakeAsync(activity, CardPress.Of(activity), CardDesk.AnswerWithin)).ToList();
        Assert.Contains("Too much is asked at once.", (await rig.SendAsync(BotRig.Press("f:2"))).Text, StringComparison.Ordinal);
        opened.SetResult();
        await Task.WhenAll(waiting);
        Assert.Equal(1, rig.Runs.Taken);
        Assert.True((await rig.SendAsync(BotRig.Press("f:3", CardVerbs.Refresh))).IsCard);
    }

    [Fact]
    public async Task Cards_of_runs_that_do_not_exist_are_counted_and_logged_and_kept_nowhere()
    {
        rig.Ask();
        for (var i = 0; i < 9; i++)
            Assert.Equal((400, true), ((await rig.SendAsync(BotRig.Press($"f:{i}", about: $"run-{i + 2}/go/1"))) is var answer ? (answer.Code, answer.Text.Contains("There is no such run here.", StringComparison.Ordinal)) : default));
        Assert.Equal((9, 4, 0), (rig.Desk.Strangers, rig.Logged.Count, rig.Runs.Refused));
    }

    [Fact]
    public async Task A_card_that_was_posted_twice_decides_by_the_newer_one_and_the_older_one_shows_how_it_stands()
    {
        rig.Ask();
        rig.Runs.Posted("run-1", "approval/go/1", BotTraffic.Thread, "1767765490002", BotRig.Nonce);
        var refreshed = await rig.SendAsync(BotRig.Press("f:1", CardVerbs.Refresh));
        Assert.Contains("This is not the newest card", refreshed.Words, StringComparison.Ordinal);
        Assert.Empty(refreshed.Buttons);
        Assert.Contains("there is a newer one", (await rig.SendAsync(BotRig.Press("f:2"))).Words, StringComparison.Ordinal);
        Assert.Equal(0, rig.Runs.Taken);
        await rig.SendAsync(BotRig.Press("f:3").With("replyToId", "\"1767765490002\""));
        Assert.Equal(1, rig.Runs.Taken);
        Assert.Contains("APPROVED", (await rig.SendAsync(BotRig.Press("f:4", CardVerbs.Refresh))).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_that_was_renewed_says_so_to_who_still_has_the_old_one()
    {
        rig.Ask();
        rig.Runs.Posted("run-1", "approval/go/1", BotTraffic.Thread, BotTraffic.Message, "nonce-after-the-restart");
        foreach (var verb in new[] { CardVerbs.Approve, CardVerbs.Refresh })
        {
            var answer = await rig.SendAsync(BotRig.Press("f:" + verb, verb));
            Assert.Contains("This card has been renewed since", answer.Words, StringComparison.Ordinal);
            Assert.Empty(answer.Buttons);
        }
        await rig.SendAsync(BotRig.Press("f:3", nonce: "nonce-after-the-restart"));
        Assert.Equal((1, 1), (rig.Runs.Taken, rig.Runs.Refused));
        Assert.DoesNotContain("renewed", (await rig.SendAsync(BotRig.Press("f:4", CardVerbs.Refresh))).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vote_that_was_taken_and_never_answered_counts_when_it_is_sent_again_after_the_card_was_renewed()
    {
        rig.Ask(quorum: 2);
        await rig.SendAsync(BotRig.Press("f:1"));
        rig.Runs.Posted("run-1", "approval/go/1", BotTraffic.Thread, BotTraffic.Message, "nonce-after-the-restart");

        Assert.Contains("Your yes counts.", (await rig.SendAsync(BotRig.Press("f:1"))).Words, StringComparison.Ordinal);
        Assert.Equal((1, 0), (rig.Runs.Taken, rig.Runs.Refused));
        // Whoever brings it as somebody else's, or for something else, is refused as before.
        Assert.DoesNotContain("counts", (await rig.SendAsync(BotRig.Press("f:1", person: BotRig.Approvers[1]))).Words, StringComparison.Ordinal);
        Assert.DoesNotContain("Your no counts", (await rig.SendAsync(BotRig.Press("f:1", CardVerbs.Reject))).Words, StringComparison.Ordinal);
        Assert.Equal(1, rig.Runs.Taken);
    }

    [Fact]
    public async Task A_forwarded_card_shows_nothing_of_the_run()
    {
        rig.Ask();
        foreach (var verb in new[] { CardVerbs.Refresh, CardVerbs.Approve })
        {
            var answer = await rig.SendAsync(BotRig.Press("f:" + verb, verb).With("conversation/id", "\"a:somewhere\""));
            Assert.Contains("This is a copy.", answer.Words, StringComparison.Ordinal);
            Assert.DoesNotContain("Promote", answer.Text, StringComparison.Ordinal);
        }
        Assert.Equal((0, 1), (rig.Runs.Taken, rig.Runs.Refused));
    }
}
