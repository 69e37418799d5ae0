using System.Net;
using System.Text.Json.Nodes;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Web.Teams;

namespace Playbooks.Tests.Web.Teams;

/// <summary>Forgeries by hand: each differs from a vote that would count in one thing, and is refused for that.</summary>
public sealed class CardForgeryTests : IAsyncDisposable
{
    private const string AtTheDoor = "request.refused", ByTheDecider = "vote.refused", Nowhere = "";
    private const string NotOurCard = "That is no button of a card of this bot.";

    private readonly BotRig rig = new();

    /// <summary>What is wrong with it → the activity, the reason that is answered, and the event that keeps it.</summary>
    private static readonly Dictionary<string, (Func<JsonObject, JsonObject> Forge, string Reason, string Kept)> Forgeries = new()
    {
        ["a client's own refresh with the verb of a vote"] = (vote => vote.With("value/trigger", "\"automatic\""), "What a client sends by itself decides nothing.", AtTheDoor),
        ["a trigger that nobody knows"] = (vote => vote.With("value/trigger", "\"Manual\""), "What a client sends by itself decides nothing.", AtTheDoor),
        ["a trigger that is no text"] = (vote => vote.With("value/trigger", "[\"manual\"]"), "What a client sends by itself decides nothing.", AtTheDoor),
        ["a bot by its id"] = (vote => vote.With("from/id", "\"28:00000000-0000-0000-0000-000000000001\""), "Only people of the directory decide.", AtTheDoor),
        ["a bot by its role"] = (vote => vote.With("from/role", "\"bot\""), "Only people of the directory decide.", AtTheDoor),
        ["nobody"] = (vote => vote.With("from/aadObjectId", null), "Only people of the directory decide.", AtTheDoor),
        ["somebody by another kind of id"] = (vote => vote.With("from/aadObjectId", "\"local:root\""), "Only people of the directory decide.", AtTheDoor),
        ["a card that was never posted"] = (vote => Data(vote, "approval", "run-1/go/2"), "The run has posted no such card.", AtTheDoor),
        ["a step that does not exist"] = (vote => Data(vote, "approval", "run-1/else/1"), "The run has posted no such card.", AtTheDoor),
        ["a guessed secret"] = (vote => Data(vote, "nonce", "guessed"), "The secret is not the one", AtTheDoor),
        ["the digest in place of the secret"] = (vote => Data(vote, "nonce", CardSubject.Digest(BotRig.Nonce)), "The secret is not the one", AtTheDoor),
        ["the secret of another run's card"] = (vote => Data(vote, "nonce", "nonce-of-run-2"), "The secret is not the one", AtTheDoor),
        ["a card that was forwarded"] = (vote => vote.With("conversation/id", "\"a:private\""), "The card was posted to another conversation; this is a copy.", AtTheDoor),
        ["a card of another thread"] = (vote => vote.With("conversation/id", $"\"{BotTraffic.Channel};messageid=1\""), "The card was posted to another conversation; this is a copy.", AtTheDoor),
        ["the channel without the thread"] = (vote => vote.With("conversation/id", $"\"{BotTraffic.Channel}\""), "The card was posted to another conversation; this is a copy.", AtTheDoor),
        ["a copy in the same thread"] = (vote => vote.With("replyToId", "\"1767765499999\""), "This is not the message that was posted", AtTheDoor),
        ["no message"] = (vote => vote.With("replyToId", null), "This is not the message that was posted", AtTheDoor),
        ["a comment without end"] = (vote => Data(vote, "comment", new string('x', CardPress.TextMaxCharacters + 1)), "At most 1000 characters can be kept; shorten it.", AtTheDoor),
        ["an order on the card of an approval"] = (vote => vote.With("value/action/verb", $"\"{CardVerbs.Cancel}\""), "The card has no such button.", AtTheDoor),
        ["a confirmation on the card of an approval"] = (vote => vote.With("value/action/verb", $"\"{CardVerbs.Done}\""), "The card has no such button.", AtTheDoor),
        ["a verb that nobody knows"] = (vote => vote.With("value/action/verb", "\"approval.approve \""), "The card has no such button.", AtTheDoor),
        ["a verb of Object's prototype"] = (vote => vote.With("value/action/verb", "\"__proto__\""), "The card has no such button.", AtTheDoor),
        ["somebody without the right"] = (vote => By(vote, BotRig.Reader), "this takes the access role approver", AtTheDoor),
        ["a stranger of the tenant"] = (vote => By(vote, BotRig.Unknown), "knows nobody called", AtTheDoor),
        ["a guest"] = (vote => By(vote, BotRig.Guest), "Guests hold no rights here.", AtTheDoor),
        ["an account that is switched off"] = (vote => By(vote, BotRig.SwitchedOff), "This account is switched off.", AtTheDoor),
        ["who started the run"] = (vote => By(vote, BotRig.Starter), "Nobody decides on a run that they started.", ByTheDecider),
        ["who made the playbook"] = (vote => By(vote, BotRig.Editor), "Nobody decides on a run of a playbook that they edited.", ByTheDecider),
        ["a round that is written otherwise"] = (vote => Data(vote, "approval", "run-1/go/01"), NotOurCard, Nowhere),
        ["a round that is no number"] = (vote => Data(vote, "approval", "run-1/go/1e0"), NotOurCard, Nowhere),
        ["a round beyond numbers"] = (vote => Data(vote, "approval", "run-1/go/99999999999999999999"), NotOurCard, Nowhere),
        ["a path of the way out"] = (vote => Data(vote, "approval", "run-1/../go/1"), "The run has posted no such card.", AtTheDoor),
        ["no secret"] = (vote => vote.With("value/action/data/nonce", null), NotOurCard, Nowhere),
        ["a secret that is a list"] = (vote => vote.With("value/action/data/nonce", $"[\"{BotRig.Nonce}\"]"), NotOurCard, Nowhere),
        ["two verbs that differ"] = (vote => Data(vote, "verb", CardVerbs.Reject), NotOurCard, Nowhere),
        ["a comment that is no text"] = (vote => vote.With("value/action/data/comment", "{\"text\":\"x\"}"), NotOurCard, Nowhere),
        ["another kind of action"] = (vote => vote.With("value/action/type", "\"Action.Submit\""), NotOurCard, Nowhere),
        ["no action"] = (vote => vote.With("value/action", null), NotOurCard, Nowhere),
        ["data in the prototype"] = (vote => vote.With("value/action/data", $"{{\"__proto__\":{{\"approval\":\"run-1/go/1\",\"nonce\":\"{BotRig.Nonce}\"}}}}"), NotOurCard, Nowhere),
        ["a run that does not exist"] = (vote => Data(vote, "approval", "run-9/go/1"), "There is no such run here.", Nowhere),
    };

    public static TheoryData<string> Names => [.. Forgeries.Keys];

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_forgery_is_refused_for_its_own_reason_and_kept_where_a_run_can_keep_it(string name)
    {
        rig.Ask();
        rig.Ask("run-2", "nonce-of-run-2", $"{BotTraffic.Channel};messageid=2", "2");
        var (forge, reason, kept) = Forgeries[name];
        var answer = await rig.SendAsync(forge(BotRig.Press("f:1")));
        var refused = rig.Runs.Events("run-1").Where(happened => happened is RunEvent.RequestRefused or RunEvent.VoteRefused).ToList();
        Assert.Equal((HttpStatusCode.OK, 0), (answer.Status, rig.Runs.Taken));
        Assert.Contains(reason, kept == Nowhere ? answer.Text : $"{Reason(refused.Single())}", StringComparison.Ordinal);
        Assert.Equal(kept, refused.Count == 0 ? Nowhere : EventNames.Of(refused.Single()));
        // The card is as it was: the vote from which the forgery was made counts.
        await rig.SendAsync(BotRig.Press("f:2"));
        Assert.Equal(1, rig.Runs.Taken);
    }

    /// <summary>What is wrong, by its path in the activity, and the status.</summary>
    public static TheoryData<string, string, int> Strangers => new()
    {
        { "recipient/id", $"\"28:{TokenMint.Elsewhere}\"", 403 },
        { "channelId", "\"emulator\"", 403 },
        { "serviceUrl", "\"https://evil.example/\"", 403 },
        { "serviceUrl", "\"https://smba.trafficmanager.net.evil.example/\"", 403 },
        { "channelData/tenant/id", $"\"{TokenMint.Elsewhere}\"", 403 },
        { "conversation/tenantId", $"\"{TokenMint.Elsewhere}\"", 403 },
        { "conversation/tenantId", "null", 400 },
        { "id", "null", 400 },
        { "from/id", "17", 400 },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task What_is_not_for_this_bot_is_turned_away_at_the_door(string path, string json, int status)
    {
        rig.Ask();
        var answer = await rig.SendAsync(BotRig.Press("f:1").With(path, json));
        Assert.Equal((status, 0, 0), ((int)answer.Status, rig.Runs.Taken, rig.Runs.Refused));
    }

    [Theory]
    [InlineData("\"approval\":\"run-1/go/1\",")]
    [InlineData("\"nonce\":\"another\",")]
    [InlineData("\"x\":\"\\ud800\",")]
    [InlineData("\"x\":1e400000,")]
    public async Task Data_that_two_readers_would_read_differently_is_turned_away(string planted)
    {
        rig.Ask();
        var vote = BotRig.Press("f:1").ToJsonString();
        var answer = await rig.SendAsync(vote.Replace("\"data\":{", "\"data\":{" + planted, StringComparison.Ordinal), rig.Token);
        Assert.Equal((HttpStatusCode.BadRequest, 0), (answer.Status, rig.Runs.Taken));
    }

    [Fact]
    public async Task One_activity_is_one_vote_whoever_and_whatever_else_it_is_brought_for()
    {
        rig.Ask(quorum: 2);
        await rig.SendAsync(BotRig.Press("f:1"));
        Assert.Contains("The same id was used before for something else.", (await rig.SendAsync(BotRig.Press("f:1", CardVerbs.Reject))).Words, StringComparison.Ordinal);
        foreach (var other in new[] { BotRig.Press("f:1", person: BotRig.Approvers[1]), BotRig.Press("f:1", person: BotRig.Approvers[1], verb: CardVerbs.Reject) })
            Assert.Contains("The same message was used before, for something else.", (await rig.SendAsync(other)).Words, StringComparison.Ordinal);
        // Nobody takes the answer from whoever sent it first.
        Assert.Contains("Your yes counts.", (await rig.SendAsync(BotRig.Press("f:1"))).Words, StringComparison.Ordinal);
        Assert.Equal(1, rig.Runs.Taken);
    }

    [Fact]
    public async Task Who_has_voted_cannot_vote_again_nor_otherwise()
    {
        rig.Ask(quorum: 2);
        await rig.SendAsync(BotRig.Press("f:1"));
        foreach (var verb in new[] { CardVerbs.Approve, CardVerbs.Reject })
            Assert.Contains("One person, one vote.", (await rig.SendAsync(BotRig.Press("f:" + verb, verb))).Words, StringComparison.Ordinal);
        Assert.Equal((1, 2), (rig.Runs.Taken, rig.Runs.Events("run-1").OfType<RunEvent.VoteRefused>().Count()));
    }

    [Fact]
    public async Task The_card_of_a_drill_decides_nothing_live()
    {
        rig.Ask();
        rig.Ask("drill-1", "nonce-of-the-drill", $"{BotTraffic.Channel};messageid=9", "9", environment: BotRig.Drill);
        JsonObject Drill(string about) => BotRig.Press("f:" + about, about: about, nonce: "nonce-of-the-drill").With("conversation/id", $"\"{BotTraffic.Channel};messageid=9\"").With("replyToId", "\"9\"");
        Assert.Contains("The secret is not the one", (await rig.SendAsync(Drill("run-1/go/1"))).Text + string.Concat(rig.Runs.Events("run-1").OfType<RunEvent.RequestRefused>().Select(refused => refused.Reason)), StringComparison.Ordinal);
        Assert.Equal(0, rig.Runs.Taken);
        await rig.SendAsync(Drill("drill-1/go/1"));
        Assert.Equal((1, 1), (rig.Runs.Taken, rig.Runs.Events("drill-1").OfType<RunEvent.VoteCounted>().Count()));
    }

    [Fact]
    public async Task The_card_of_a_round_that_is_void_decides_nothing()
    {
        rig.Ask();
        var round = ((StepState.Voting)rig.Runs["run-1"].StateOf("go")!).Approval.Round;
        rig.Runs.Hear("run-1", new RunEvent.ApprovalVoided("go", round, "it changed", default));
        Assert.Equal(2, ((StepState.Voting)rig.Runs["run-1"].StateOf("go")!).Approval.Round);
        rig.Runs.Posted("run-1", "approval/go/2", BotTraffic.Thread, "1767765490002", "nonce-of-round-2");
        await rig.SendAsync(BotRig.Press("f:1"));
        await rig.SendAsync(BotRig.Press("f:2", about: "run-1/go/2").With("replyToId", "\"1767765490002\""));
        Assert.Equal((0, "What is asked has changed since; look at it again."), (rig.Runs.Taken, rig.Runs.Events("run-1").OfType<RunEvent.VoteRefused>().Single().Reason));
        await rig.SendAsync(BotRig.Press("f:3", about: "run-1/go/2", nonce: "nonce-of-round-2").With("replyToId", "\"1767765490002\""));
        Assert.Equal(1, rig.Runs.Taken);
    }

    [Fact]
    public async Task What_strangers_want_fills_no_journal()
    {
        rig.Ask();
        for (var i = 0; i < Core.Definitions.Limits.RefusalsMax + 50; i++)
            await rig.SendAsync(BotRig.Press($"f:{i}", nonce: "guessed"));
        Assert.Equal(Core.Definitions.Limits.RefusalsMax, rig.Runs.Events("run-1").OfType<RunEvent.RequestRefused>().Count());
        await rig.SendAsync(BotRig.Press("f:good"));
        Assert.Equal(1, rig.Runs.Taken);
    }

    private static string Reason(RunEvent refused) => refused switch
    {
        RunEvent.RequestRefused e => e.Reason,
        RunEvent.VoteRefused e => e.Reason,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject Data(JsonObject vote, string name, string text) => vote.With("value/action/data/" + name, BotTraffic.Quoted(text));

    private static JsonObject By(JsonObject vote, string person) => vote.With("from/aadObjectId", BotTraffic.Quoted(person));
}
