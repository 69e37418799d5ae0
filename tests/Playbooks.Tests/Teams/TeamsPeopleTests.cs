using Playbooks.Core;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Tests.Cards;

namespace Playbooks.Tests.Teams;

public class TeamsPeopleTests
{
    [Fact]
    public async Task An_approval_is_asked_below_the_card_of_its_run_and_the_journal_remembers_both()
    {
        await using var rig = await TeamsRig.StartAsync();
        var run = await rig.StartRunAsync();

        var root = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == Notices.Run);
        var asked = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate);

        Assert.Equal((root.Card!.Conversation, "teams"), (asked.Card!.Conversation, asked.Channel));
        Assert.StartsWith(TeamsStandIn.Channel + ";messageid=", root.Card.Conversation, StringComparison.Ordinal);
        var card = (await rig.CardAsync(run, TeamsRig.Gate))!;
        CardSchema.Check(card);
        Assert.Contains("Go on with grading?", CardSchema.Words(card), StringComparison.Ordinal);
        Assert.Contains("⚠ DRILL", CardSchema.Words(card), StringComparison.Ordinal);
        Assert.Equal(CardSubject.Digest(TeamsRig.Nonce(card)), asked.Card.NonceDigest);
        Assert.Equal(["29:" + TeamsRig.Approver, "29:" + TeamsRig.OtherApprover], card["refresh"]!["userIds"]!.Elements.Select(id => id.AsString()));
        var journal = string.Concat((await rig.Engine.ReadAsync(run, 1, TestContext.Current.CancellationToken)).Select(stored => System.Text.Encoding.UTF8.GetString(stored.Json.Span)));
        Assert.DoesNotContain(TeamsRig.Nonce(card), journal, StringComparison.Ordinal);
        Assert.Empty(rig.Teams.Nudges);
    }

    [Fact]
    public async Task A_decision_brings_the_card_up_to_date_for_everybody_and_the_end_the_root_card()
    {
        await using var rig = await TeamsRig.StartAsync();
        var run = await rig.StartRunAsync();
        await rig.UntilAsync(() => rig.SaysAsync(run, Notices.Run, "Awaited: ml-approvers to decide on go"), "an awaited decision on the root card");

        await rig.VoteAsync(run);

        await rig.UntilAsync(() => rig.SaysAsync(run, TeamsRig.Gate, "✔ APPROVED"), "a decided card");
        await rig.UntilAsync(() => rig.SaysAsync(run, Notices.Run, "✔ Ended: completed"), "an ended root card");
        Assert.Empty(CardSchema.OfType((await rig.CardAsync(run, TeamsRig.Gate))!, "Action.Execute"));
        var told = await rig.UntilAsync<RunEvent.Told>(run, told => told.Id == "run.ended");
        Assert.Equal("teams", told.Via);
    }

    [Fact]
    public async Task A_run_that_asks_nobody_has_its_card_and_the_card_follows_its_steps()
    {
        await using var rig = await TeamsRig.StartAsync(follows: true);
        var run = await rig.StartRunAsync("""{ "id": "say", "title": "Say it", "do": "notify", "with": { "channel": "incidents", "text": "done" } }""");

        await rig.UntilAsync(() => rig.SaysAsync(run, Notices.Run, "✔ Ended: completed"), "an ended root card");

        Assert.True(await rig.SaysAsync(run, Notices.Run, "Say it (say): ✔ done at 03:00:0"));
    }

    [Fact]
    public async Task A_vote_from_elsewhere_stands_on_the_card_while_others_are_awaited()
    {
        await using var rig = await TeamsRig.StartAsync(follows: true);
        var run = await rig.StartRunAsync(TeamsRig.Approve.Replace("\"onTimeout\"", "\"quorum\": 2, \"onTimeout\"", StringComparison.Ordinal));
        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate);

        await rig.VoteAsync(run);

        await rig.UntilAsync(() => rig.SaysAsync(run, TeamsRig.Gate, "✔ yes by entra:" + TeamsRig.Approver), "a vote on the card");
        Assert.NotEmpty(CardSchema.OfType((await rig.CardAsync(run, TeamsRig.Gate))!, "Input.Text"));
    }

    [Fact]
    public async Task Many_changes_are_one_update_of_the_root_card()
    {
        await using var rig = await TeamsRig.StartAsync();
        var run = await rig.StartRunAsync();
        await rig.UntilAsync(() => rig.SaysAsync(run, Notices.Run, "Awaited"), "a root card");
        var before = rig.Teams.Count("bot PUT");
        var card = (await rig.Engine.FindAsync(run, TestContext.Current.CancellationToken))!.Cards[Notices.Run];

        for (var change = 0; change < 20; change++)
            await rig.People.RefreshAsync(run, TeamsRig.Gate, TestContext.Current.CancellationToken);
        await rig.VoteAsync(run);
        await rig.UntilAsync(() => rig.SaysAsync(run, Notices.Run, "✔ Ended"), "an ended root card");

        Assert.InRange(rig.Teams.Requests.Skip(before).Count(request => request.StartsWith("bot PUT", StringComparison.Ordinal) && request.EndsWith(card.Activity, StringComparison.Ordinal)), 1, 5);
    }

    [Fact]
    public async Task A_card_is_posted_again_after_a_crash_between_posting_and_remembering()
    {
        await using var rig = await TeamsRig.StartAsync();
        rig.Remembering = runs => new Forgetful(runs);
        var run = await rig.StartRunAsync();
        await rig.UntilAsync(() => rig.Teams.Messages.Count >= 2, "two posted cards");
        Assert.Empty((await rig.Engine.FindAsync(run, TestContext.Current.CancellationToken))!.Cards);
        var lost = rig.Teams.Messages.Keys.ToHashSet();

        await rig.CloseAsync();
        rig.Remembering = runs => runs;
        await rig.OpenAsync();

        var asked = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate);
        Assert.DoesNotContain((asked.Card!.Conversation, asked.Card.Activity), lost);
        Assert.Equal(CardSubject.Digest(TeamsRig.Nonce((await rig.CardAsync(run, TeamsRig.Gate))!)), asked.Card.NonceDigest);
    }

    [Fact]
    public async Task After_a_restart_the_card_that_is_remembered_is_the_one_that_is_used_with_a_new_secret()
    {
        await using var rig = await TeamsRig.StartAsync();
        var run = await rig.StartRunAsync();
        var first = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate);
        await rig.CloseAsync();
        var posts = rig.Teams.Count("bot POST");
        await rig.OpenAsync();
        await rig.People.SweepAsync(TestContext.Current.CancellationToken);

        var second = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate && notice.Card != first.Card);

        Assert.Equal(first.Card! with { NonceDigest = second.Card!.NonceDigest }, second.Card);
        Assert.Equal(posts, rig.Teams.Count("bot POST"));
        await rig.UntilAsync(async () => CardSubject.Digest(TeamsRig.Nonce((await rig.CardAsync(run, TeamsRig.Gate))!)) == second.Card.NonceDigest, "the new secret on the card");
    }

    [Fact]
    public async Task A_card_that_somebody_deleted_is_posted_again()
    {
        await using var rig = await TeamsRig.StartAsync();
        var run = await rig.StartRunAsync();
        var first = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate);
        Assert.True(rig.Teams.Messages.TryRemove((first.Card!.Conversation, first.Card.Activity), out _));
        await rig.CloseAsync();
        await rig.OpenAsync();

        var second = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate && notice.Card!.Activity != first.Card.Activity);
        Assert.True(await rig.SaysAsync(run, TeamsRig.Gate, "Go on"), second.Card!.Activity);
    }

    [Fact]
    public async Task Half_of_the_time_without_a_vote_brings_a_reminder_to_everybody_who_may_decide()
    {
        await using var rig = await TeamsRig.StartAsync();
        var run = await rig.StartRunAsync();
        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate);

        await rig.PassAsync(run, TimeSpan.FromMinutes(14.9));
        Assert.Empty(rig.Teams.Nudges);
        await rig.UntilAsync(() => rig.Teams.Nudges.Count == 2, "two reminders");

        var reminded = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Channel == "activity feed, reminder");
        Assert.True(reminded.At >= new DateTimeOffset(2026, 3, 1, 3, 15, 0, TimeSpan.Zero));
        Assert.Equal([TeamsRig.Approver, TeamsRig.OtherApprover], rig.Teams.Nudges.Select(nudge => nudge.Person));
        Assert.All(rig.Teams.Nudges, nudge => Assert.Equal("approvalRequired", (string?)nudge.Body["activityType"]));
        Assert.All(rig.Teams.Nudges, nudge => Assert.StartsWith("https://teams.microsoft.com/l/message/", (string?)nudge.Body["topic"]!["webUrl"], StringComparison.Ordinal));
        Assert.Single(rig.Teams.Nudges.Select(nudge => (long)nudge.Body["chainId"]!).Distinct());
    }

    [Fact]
    public async Task Who_has_the_card_is_reminded_though_the_engine_has_given_up_on_showing_it()
    {
        await using var rig = await TeamsRig.StartAsync();
        var answers = new TaskCompletionSource();
        rig.Remembering = runs => new Slow(runs, happened => happened is RunEvent.NoticeDelivered delivered && delivered.Notice == TeamsRig.Gate ? answers.Task : Task.CompletedTask);
        var run = await rig.StartRunAsync();
        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate);

        // In one leap, so that the engine's patience ends before any other way of reaching people is tried.
        rig.Time.Advance(TimeSpan.FromMinutes(14.9));
        await rig.UntilAsync<RunEvent.TellFailed>(run, failed => failed.Message.StartsWith("No answer within", StringComparison.Ordinal));
        answers.SetResult();

        var reminded = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Channel == "activity feed, reminder");
        Assert.True(reminded.At >= new DateTimeOffset(2026, 3, 1, 3, 15, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_reminder_goes_to_each_as_a_message_where_the_activity_feed_does_not_work()
    {
        await using var rig = await TeamsRig.StartAsync(teams => teams.Misbehaves(new Fault("feed") { Status = 403, Code = "Forbidden" }));
        var run = await rig.StartRunAsync();
        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate);

        await rig.PassAsync(run, TimeSpan.FromMinutes(14.9));
        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Channel == "personal message, reminder");

        var failed = await rig.UntilAsync<RunEvent.NoticeFailed>(run, notice => notice.Channel == "activity feed, reminder");
        Assert.Equal("HTTP 403 Forbidden: It says so.", failed.Message);
        Assert.Contains("https://recovery.university.example/runs/", (string?)rig.Teams.Messages.Single(message => message.Key.Conversation == "a:29:" + TeamsRig.Approver).Value["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_asked_later_as_well_is_told_of_it()
    {
        await using var rig = await TeamsRig.StartAsync();
        var run = await rig.StartRunAsync(TeamsRig.Approve.Replace("\"onTimeout\"", "\"escalate\": [ { \"after\": \"PT5M\", \"role\": \"commander\" } ], \"onTimeout\"", StringComparison.Ordinal));
        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate);

        await rig.PassAsync(run, TimeSpan.FromMinutes(4.9));
        var told = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Channel == "activity feed, reminder");

        Assert.True(told.At < new DateTimeOffset(2026, 3, 1, 3, 15, 0, TimeSpan.Zero));
        Assert.Contains(rig.Teams.Nudges, nudge => nudge.Person == TeamsRig.OtherApprover);
        await rig.UntilAsync(() => rig.SaysAsync(run, TeamsRig.Gate, "1 of ml-approvers or incident-commanders"), "both groups on the card");
    }

    [Fact]
    public async Task Of_those_who_may_decide_the_ones_on_call_are_told()
    {
        await using var rig = await TeamsRig.StartAsync(teams =>
        {
            teams.OnCall[TeamsRig.OtherApprover] = true;
            teams.Misbehaves(new Fault("bot") { Status = 403, Code = "BotNotInConversationRoster" });
        }, onCall: ", \"onCall\": \"eeeeeeee-0000-4000-8000-000000000001\"");
        var run = await rig.StartRunAsync();

        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Channel == "activity feed" && notice.Notice == TeamsRig.Gate);

        var failed = await rig.UntilAsync<RunEvent.NoticeFailed>(run, notice => notice.Notice == TeamsRig.Gate);
        Assert.Equal("HTTP 403 BotNotInConversationRoster. Add the app to the team that has the channel.", failed.Message);
        Assert.Equal(TeamsRig.OtherApprover, Assert.Single(rig.Teams.Nudges).Person);
    }

    [Fact]
    public async Task Words_from_outside_are_no_markup_in_messages_feeds_and_mails()
    {
        const string Hostile = "<at>All</at> [press](https://evil.example) ![x](https://evil.example/x.png)";
        await using var rig = await TeamsRig.StartAsync(teams =>
        {
            teams.Misbehaves(new Fault("bot") { Status = 403, Code = "<at>x</at>" });
            teams.Misbehaves(new Fault("feed") { Status = 403, Code = "Forbidden" });
        });
        var run = await rig.StartRunAsync(model: Hostile);

        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Channel == "mail");

        var mail = rig.Teams.Mails.First();
        var text = (string)(mail["Message"] ?? mail["message"])!["body"]!["content"]!;
        Assert.Contains("‹at>All‹/at> [press] (https: //evil.example)", text, StringComparison.Ordinal);
        Assert.Equal("text", (string?)(mail["Message"] ?? mail["message"])!["body"]!["contentType"]);
        Assert.Contains($"https://recovery.university.example/runs/{run}#vote-4cd0e21a9a07-1", text, StringComparison.Ordinal);
    }

    /// <summary>What was signalled is durable, and whoever signalled waits.</summary>
    private sealed class Slow(IRuns runs, Func<RunEvent, Task> until) : IRuns
    {
        public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken) => runs.StartAsync(request, cancellationToken);

        public async Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken)
        {
            var known = await runs.SignalAsync(runId, happened, cancellationToken);
            await until(happened);
            return known;
        }

        public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) => runs.ListAsync(cancellationToken);

        public Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) => runs.FindAsync(runId, cancellationToken);

        public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) => runs.ReadAsync(runId, fromSequence, cancellationToken);
    }

    /// <summary>Dies before it remembers.</summary>
    private sealed class Forgetful(IRuns runs) : IRuns
    {
        public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken) => runs.StartAsync(request, cancellationToken);

        public Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken) =>
            happened is RunEvent.NoticeDelivered ? Task.FromResult(true) : runs.SignalAsync(runId, happened, cancellationToken);

        public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) => runs.ListAsync(cancellationToken);

        public Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) => runs.FindAsync(runId, cancellationToken);

        public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) => runs.ReadAsync(runId, fromSequence, cancellationToken);
    }
}
