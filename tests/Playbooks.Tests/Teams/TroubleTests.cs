using Playbooks.Connectors.Teams;
using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Teams;

/// <summary>What becomes of runs and notices when Teams, Graph and the rest misbehave.</summary>
public class TroubleTests
{
    [Theory]
    [InlineData(412)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_may_help_is_tried_again(int status)
    {
        await using var rig = await TeamsRig.StartAsync(teams => teams.Misbehaves(new Fault("bot", 2, "POST") { Status = status }));
        var run = await rig.StartRunAsync();

        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate && notice.Channel == "teams");

        Assert.Equal(2, rig.Teams.Messages.Count);
        Assert.Empty((await rig.EventsAsync(run)).OfType<RunEvent.NoticeFailed>());
    }

    [Fact]
    public async Task A_channel_is_left_alone_for_as_long_as_it_asks()
    {
        await using var rig = await TeamsRig.StartAsync(teams => teams.Misbehaves(new Fault("bot", 1, "POST") { Status = 429, RetryAfter = "7" }));
        var begun = rig.Time.GetUtcNow();
        var run = await rig.StartRunAsync();

        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Channel == "teams");

        Assert.True(rig.Time.GetUtcNow() - begun >= TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_channel_that_wants_to_be_left_alone_for_long_gives_way_to_the_next_at_once()
    {
        await using var rig = await TeamsRig.StartAsync(teams => teams.Misbehaves(new Fault("bot", Method: "POST") { Status = 429, RetryAfter = "600" }));
        var run = await rig.StartRunAsync();

        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate && notice.Channel == "activity feed");

        Assert.Equal("HTTP 429 Throttled.", (await rig.EventsAsync(run)).OfType<RunEvent.NoticeFailed>().First(notice => notice.Notice == TeamsRig.Gate).Message);
    }

    [Fact]
    public async Task A_card_whose_answer_was_lost_is_posted_again_and_the_later_one_counts()
    {
        await using var rig = await TeamsRig.StartAsync(teams => teams.Misbehaves(new Fault("bot", 1, "POST") { Applies = true }));
        var run = await rig.StartRunAsync();

        var asked = await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate && notice.Channel == "teams");

        Assert.Equal(3, rig.Teams.Messages.Count);
        Assert.True(rig.Teams.Messages.ContainsKey((asked.Card!.Conversation, asked.Card.Activity)));
    }

    [Theory]
    [InlineData("teams: HTTP 500 Throttled.", "activity feed", "bot")]
    [InlineData("teams: HTTP 500 Throttled.; activity feed: HTTP 500 Throttled: It says so.", "mail", "bot", "feed")]
    [InlineData("teams: HTTP 500 Throttled.; activity feed: HTTP 500 Throttled: It says so.; mail: HTTP 500 Throttled: It says so.", "sms", "bot", "feed", "mail")]
    public async Task Each_way_is_tried_when_the_one_before_did_not_work_and_the_journal_has_every_hop(string failed, string by, params string[] down)
    {
        await using var rig = await TeamsRig.StartAsync(teams => Array.ForEach(down, area => teams.Misbehaves(new Fault(area) { Status = 500 })));
        var run = await rig.StartRunAsync();

        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate && notice.Channel == by);

        Assert.Equal(failed, string.Join("; ", (await rig.EventsAsync(run)).OfType<RunEvent.NoticeFailed>().Where(notice => notice.Notice == TeamsRig.Gate).Select(notice => $"{notice.Channel}: {notice.Message}")));
        if (by == "sms")
            Assert.Equal($"https://recovery.university.example/runs/{run}#vote-4cd0e21a9a07-1", (string?)Assert.Single(rig.Teams.Texts)["link"]);
    }

    [Fact]
    public async Task A_run_goes_on_to_its_timeout_though_nothing_answers()
    {
        await using var rig = await TeamsRig.StartAsync(teams => Array.ForEach(["bot", "directory", "feed", "mail", "sms"], area => teams.Misbehaves(new Fault(area))));
        var run = await rig.StartRunAsync();

        var ended = await rig.UntilAsync<RunEvent.RunEnded>(run, _ => true, 2_000);

        Assert.Equal((RunOutcome.Failed, "expired"), (ended.Outcome, (await rig.EventsAsync(run)).OfType<RunEvent.ApprovalDecided>().Single().Result));
        var decided = (await rig.EventsAsync(run)).OfType<RunEvent.ApprovalDecided>().Single();
        // The engine's own delay to the next tick of the test's clock is all that lies between.
        Assert.InRange(decided.At - new DateTimeOffset(2026, 3, 1, 3, 30, 0, TimeSpan.Zero), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_card_that_could_not_be_posted_is_posted_when_Teams_is_back()
    {
        await using var rig = await TeamsRig.StartAsync(teams => teams.Misbehaves(new Fault("bot") { Status = 503 }));
        var run = await rig.StartRunAsync();
        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate && notice.Channel == "activity feed");
        rig.Teams.Heals();

        await rig.UntilAsync<RunEvent.NoticeDelivered>(run, notice => notice.Notice == TeamsRig.Gate && notice.Channel == "teams", 500);

        Assert.True(await rig.SaysAsync(run, TeamsRig.Gate, "Go on with grading?"));
    }

    [Fact]
    public async Task What_is_told_says_by_which_ways()
    {
        await using var rig = await TeamsRig.StartAsync(teams => Array.ForEach(["bot", "feed"], area => teams.Misbehaves(new Fault(area) { Status = 500 })));
        var run = await rig.StartRunAsync();
        await rig.VoteAsync(run, approves: false);

        var told = await rig.UntilAsync<RunEvent.Told>(run, told => told.Id == "run.ended");

        Assert.Equal("mail, after teams: HTTP 500 Throttled.; activity feed: HTTP 500 Throttled: It says so.", told.Via);
    }

    [Fact]
    public async Task A_channel_that_fails_too_often_is_left_alone_for_a_while_and_then_tried_again()
    {
        await using var rig = await TeamsRig.StartAsync(teams => teams.Misbehaves(new Fault("bot") { Status = 503 }));
        var message = BotMessage.Text("hello");
        for (var call = 0; call < 2; call++)
            await Assert.ThrowsAnyAsync<Exception>(() => rig.AfterAsync(rig.Bot.StartThreadAsync(TeamsStandIn.Channel, message, TestContext.Current.CancellationToken)));
        var requests = rig.Teams.Requests.Count;
        rig.Teams.Heals();

        var left = await Assert.ThrowsAsync<Polly.CircuitBreaker.BrokenCircuitException>(() => rig.Bot.StartThreadAsync(TeamsStandIn.Channel, message, TestContext.Current.CancellationToken));
        Assert.Equal(requests, rig.Teams.Requests.Count);
        Assert.Equal("failed too often and is left alone for a while", ChannelTrouble.Words(left));

        rig.Time.Advance(ResilientHandler.BreakTime + TimeSpan.FromSeconds(1));
        await rig.Bot.StartThreadAsync(TeamsStandIn.Channel, message, TestContext.Current.CancellationToken);
        Assert.Single(rig.Teams.Messages);
    }

    [Fact]
    public async Task A_slow_answer_is_waited_for()
    {
        var released = new TaskCompletionSource();
        await using var rig = await TeamsRig.StartAsync(teams => teams.Misbehaves(new Fault("bot", 1, "POST") { Until = released.Task }));
        var posting = rig.Bot.StartThreadAsync(TeamsStandIn.Channel, BotMessage.Text("hello"), TestContext.Current.CancellationToken);
        rig.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(posting.IsCompleted);
        released.SetResult();
        Assert.NotEmpty((await posting).Activity);
    }

    [Fact]
    public async Task A_member_a_message_and_its_end_go_over_the_described_calls_only()
    {
        await using var rig = await TeamsRig.StartAsync();
        var members = await rig.Bot.MembersAsync(TeamsStandIn.Channel, TestContext.Current.CancellationToken);
        var posted = await rig.Bot.TellPersonAsync(members[0].Id, BotMessage.Text("hello", new Uri("https://recovery.university.example/")), TestContext.Current.CancellationToken);
        await rig.Bot.UpdateAsync(posted.ServiceUrl, posted.Conversation, posted.Activity, BotMessage.Text("again"), TestContext.Current.CancellationToken);
        Assert.Equal("again", (string?)rig.Teams.Messages[(posted.Conversation, posted.Activity)]["text"]);
        await rig.Bot.DeleteAsync(posted.ServiceUrl, posted.Conversation, posted.Activity, TestContext.Current.CancellationToken);
        Assert.Empty(rig.Teams.Messages);
    }

    [Fact]
    public async Task A_journal_that_names_a_foreign_address_gets_nothing_sent_there()
    {
        using var bot = new BotConnector("tenant", null, new FakeTokens(), TimeProvider.System);
        await Assert.ThrowsAsync<ChannelException>(() => bot.ReplyAsync("https://evil.example/", "19:x", BotMessage.Text("hello"), TestContext.Current.CancellationToken));
        Assert.False(bot.Learn(new Uri("http://127.0.0.1:1/")));
        Assert.Throws<ArgumentException>(() => new BotConnector("tenant", new Uri("http://127.0.0.1:1/"), new FakeTokens(), TimeProvider.System));
    }

    [Theory]
    [InlineData("https://smba.trafficmanager.net/amer/", true)]
    [InlineData("https://europe.api.botframework.com/", false)]
    [InlineData("https://teams.microsoft.com/", false)]
    [InlineData("https://SMBA.trafficmanager.net/", true)]
    [InlineData("http://smba.trafficmanager.net/", false)]
    [InlineData("https://smba.trafficmanager.net:8443/", false)]
    [InlineData("https://evil.trafficmanager.net/", false)]
    [InlineData("https://smba.trafficmanager.net.evil.example/", false)]
    [InlineData("https://evil.example/smba.trafficmanager.net", false)]
    [InlineData("https://user@smba.trafficmanager.net/", false)]
    [InlineData("https://botframework.com/", false)]
    [InlineData("https://evilbotframework.com/", false)]
    [InlineData("https://127.0.0.1/", false)]
    public void A_token_goes_to_hosts_of_Teams_only(string url, bool allowed) => Assert.Equal(allowed, ServiceUrls.IsAllowed(new Uri(url)));
}
