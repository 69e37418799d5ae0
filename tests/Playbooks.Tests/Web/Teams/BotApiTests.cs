using System.Net;
using System.Text.Json.Nodes;
using Playbooks.Core.Cards;
using Playbooks.Web.Teams;

namespace Playbooks.Tests.Web.Teams;

/// <summary>Who gets in at the bot's door, and what becomes of what is no use of a card.</summary>
public sealed class BotApiTests : IAsyncDisposable
{
    private readonly BotRig rig = new();

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task A_press_with_everything_right_is_answered_with_the_card_and_counts()
    {
        rig.Ask();
        var answer = await rig.SendAsync(BotRig.Press("f:1"));
        Assert.Equal((HttpStatusCode.OK, true, 1), (answer.Status, answer.IsCard, rig.Runs.Taken));
        Assert.Contains("Your yes counts.", answer.Words, StringComparison.Ordinal);
    }

    /// <summary>Token, content type, body, and the status.</summary>
    public static TheoryData<string, string?, string, int> Doors => new()
    {
        { "good", "application/json", "{", 400 },
        { "good", "application/json", "{}", 400 },
        { "good", "application/json; charset=utf-8", "", 200 },
        { "good", "text/plain", "", 415 },
        { "good", null, "", 415 },
        { "none", "application/json", "", 401 },
        { "junk", "application/json", "", 401 },
        { "other audience", "application/json", "", 401 },
        { "entra", "application/json", "", 401 },
        { "expired", "application/json", "", 401 },
        { "no address", "application/json", "", 401 },
        { "other address", "application/json", "", 403 },
    };

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Only_Bot_Service_gets_in(string token, string? contentType, string body, int status)
    {
        rig.Ask();
        var claims = BotTraffic.Claims(BotRig.Now);
        var answer = await rig.SendAsync(body.Length > 0 ? body : BotRig.Press("f:1").ToJsonString(), token switch
        {
            "none" => null,
            "junk" => "a.b.c",
            "other audience" => rig.Mint.Sign(claims.With("aud", $"\"{TokenMint.Elsewhere}\"")),
            "entra" => rig.Mint.Sign(claims.With("iss", $"\"https://login.microsoftonline.com/{BotTraffic.Tenant}/v2.0\"")),
            "expired" => rig.Mint.Sign(BotTraffic.Claims(BotRig.Now.AddHours(-2))),
            "no address" => rig.Mint.Sign(claims.With("serviceurl", null)),
            "other address" => rig.Mint.Sign(claims.With("serviceurl", "\"https://evil.example/\"")),
            _ => rig.Token,
        }, contentType);
        Assert.Equal((status, status == 200 ? 1 : 0), ((int)answer.Status, rig.Runs.Taken));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read_to_its_end()
    {
        var answer = await rig.SendAsync(new string(' ', BotActivity.MaxBytes + 1), rig.Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
    }

    [Fact]
    public async Task Keys_that_cannot_be_had_are_no_verdict()
    {
        await using var closed = new BotRig(keys: new TenantKeys { FailsWith = new HttpRequestException("no network") });
        closed.Ask();
        var answer = await closed.SendAsync(BotRig.Press("f:1"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5", 0), (answer.Status, answer.RetryAfter, closed.Runs.Taken));
    }

    [Theory]
    [InlineData("typing")]
    [InlineData("messageReaction")]
    [InlineData("endOfConversation")]
    [InlineData("trace")]
    [InlineData("somethingNew")]
    public async Task What_the_bot_does_not_know_is_answered_and_ignored(string type)
    {
        rig.Ask();
        var answer = await rig.SendAsync(BotTraffic.Event(type));
        Assert.Equal((HttpStatusCode.OK, "", 0), (answer.Status, answer.Text, rig.Runs.Taken + rig.Runs.Refused));
    }

    [Fact]
    public async Task An_invoke_of_something_else_is_answered_and_ignored()
    {
        rig.Ask();
        foreach (var name in new[] { "task/fetch", "composeExtension/query", "adaptiveCard/action ", "AdaptiveCard/Action" })
            Assert.Equal("", (await rig.SendAsync(BotRig.Press("f:1").With("name", BotTraffic.Quoted(name)))).Text);
        Assert.Equal(0, rig.Runs.Taken + rig.Runs.Refused);
    }

    [Fact]
    public async Task Who_writes_to_the_bot_hears_who_it_is_and_decides_nothing()
    {
        rig.Ask();
        foreach (var text in new[] { "hello", "approve run-1/go/1", "<at>playbooks</at> approve" })
        {
            Assert.Equal(HttpStatusCode.OK, (await rig.SendAsync(BotTraffic.Event("message", ("text", text)))).Status);
            await rig.SomethingSaid.WaitAsync(TestContext.Current.CancellationToken);
        }
        Assert.All(rig.Said, said => Assert.Equal((BotTraffic.Thread, true, true), (said.Conversation, said.Text.Contains("nothing that is written to me decides", StringComparison.Ordinal), said.Text.Contains(BotRig.Pages.AbsoluteUri, StringComparison.Ordinal))));
        Assert.Equal((3, 0), (rig.Said.Count, rig.Runs.Taken + rig.Runs.Refused));
    }

    [Fact]
    public async Task The_message_that_old_clients_send_of_a_button_is_judged_the_same_and_answered_in_words()
    {
        rig.Ask();
        JsonObject Old(string id, string nonce) => BotTraffic.Event("message", ("id", id), ("replyToId", BotTraffic.Message),
            ("value", new JsonObject { ["approval"] = "run-1/go/1", ["nonce"] = nonce, ["verb"] = CardVerbs.Approve })).With("from/aadObjectId", $"\"{BotRig.Approvers[0]}\"");
        Assert.Equal(HttpStatusCode.OK, (await rig.SendAsync(Old("1", "another"))).Status);
        await rig.SomethingSaid.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, rig.Runs.Taken);
        Assert.Equal(HttpStatusCode.OK, (await rig.SendAsync(Old("2", BotRig.Nonce))).Status);
        await rig.SomethingSaid.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, "Your yes counts."), (rig.Runs.Taken, rig.Said.Last().Text));
    }

    [Fact]
    public async Task Where_the_bot_is_put_is_remembered_until_it_is_taken_away()
    {
        JsonArray Bot() => new(new JsonObject { ["id"] = $"28:{BotTraffic.AppId}" }, new JsonObject { ["id"] = "29:x" });
        Assert.Equal(HttpStatusCode.OK, (await rig.SendAsync(BotTraffic.Event("installationUpdate", ("action", "add")))).Status);
        Assert.Equal(BotTraffic.ServiceUrl, rig.Learned.Single().AbsoluteUri);
        Assert.Equal((BotTraffic.ServiceUrl, "19:team@thread.tacv2"), (rig.Places.ServiceUrlOf(BotTraffic.Channel), rig.Places.All.Single().Team));
        await rig.SendAsync(BotTraffic.Event("installationUpdate", ("action", "remove")));
        Assert.Empty(rig.Places.All);
        await rig.SendAsync(BotTraffic.Event("conversationUpdate", ("membersAdded", new JsonArray(new JsonObject { ["id"] = "29:x" }))));
        Assert.Empty(rig.Places.All);
        await rig.SendAsync(BotTraffic.Event("conversationUpdate", ("membersAdded", Bot())));
        Assert.Single(rig.Places.All);
        await rig.SendAsync(BotTraffic.Event("conversationUpdate", ("membersRemoved", Bot())));
        Assert.Empty(rig.Places.All);
        Assert.Equal(HttpStatusCode.Forbidden, (await rig.SendAsync(BotTraffic.Event("installationUpdate", ("action", "add")).With("serviceUrl", "\"https://evil.example/\""))).Status);
        Assert.Empty(rig.Places.All);
        Assert.Equal([BotTraffic.ServiceUrl], rig.Learned.Select(address => address.AbsoluteUri).Distinct());
    }
}
