using System.Text;
using Playbooks.Web.Teams;

namespace Playbooks.Tests.Web.Teams;

public sealed class BotActivityTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_captured_invoke_is_read()
    {
        var captured = File.ReadAllBytes(Path.Combine(SharedData.FolderOrSkip("contracts"), "teams-invoke-adaptiveCard-action.sample.json"));
        var activity = Assert.IsType<BotReading.Accepted>(BotActivity.Read(captured)).Activity;
        Assert.Equal(("invoke", "adaptiveCard/action", "f:17b96347-e8b4-f340-10bc-eb52fc1a6ad4", "1767765488332"), (activity.Type, activity.Name, activity.Id, activity.ReplyTo));
        Assert.Equal("entra:c5e99701-2a32-49c1-a660-4629ceeb8c61", activity.From.Person);
        Assert.Null(new BotIdentity(new Guid("aabdbd62-bc97-4afb-83ee-575594577de5"), new Guid("56653e9d-2158-46ee-90d7-675c39642038"), ServiceHosts.OfTeams).Refusal(activity, activity.ServiceUrl));
    }

    /// <summary>What is changed (null takes it away), and what is said of it.</summary>
    public static TheoryData<string, string?, string> Broken => new()
    {
        { "type", null, "The activity's type is missing." },
        { "id", "7", "The activity's id is no text." },
        { "id", "\"\"", "The activity's id is missing." },
        { "id", $"\"{new string('x', 1025)}\"", "The activity's id is longer than 1024 characters." },
        { "serviceUrl", "null", "The activity's serviceUrl is missing." },
        { "conversation/id", "{}", "The activity's id is no text." },
        { "conversation/tenantId", null, "The activity's tenantId is missing." },
        { "channelData/tenant", null, "The activity's id is missing." },
        { "channelData", "[]", "The activity's id is missing." },
        { "from", "\"somebody\"", "The activity's id is missing." },
        { "from/aadObjectId", "[\"a\"]", "The activity's aadObjectId is no text." },
        { "membersAdded", "[{}]", "The activity's id is missing." },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void An_activity_that_lacks_what_each_has_is_refused(string path, string? json, string reason) =>
        Assert.Equal(reason, Assert.IsType<BotReading.Refused>(Read(BotTraffic.Invoke().With(path, json).ToJsonString())).Reason);

    [Fact]
    public void Text_that_is_no_plain_JSON_is_refused()
    {
        var good = BotTraffic.Invoke().ToJsonString();
        Assert.IsType<BotReading.Accepted>(Read(good));
        foreach (var bad in new[]
        {
            "", "null", "[]", "7", good[..^1], good + "x", "\uFEFF" + good, good.Insert(1, "\"type\":\"message\","), good.Insert(1, "\"x\":\"\\ud800\","), good.Insert(1, "\"x\":1e999999999,"),
            good.Insert(1, "/* x */"), good.Insert(1, $"\"x\":{new string('[', 40)}{new string(']', 40)},"), good.Insert(1, $"\"x\":\"{new string('x', BotActivity.MaxBytes)}\","),
        })
            Assert.IsType<BotReading.Refused>(Read(bad));
        Assert.IsType<BotReading.Refused>(BotActivity.Read([0xFF, 0xFE, 0x7B]));
    }

    /// <summary>What is changed, and why it is not for this bot; null where it is.</summary>
    public static TheoryData<string, string, string?> Elsewhere => new()
    {
        { "serviceUrl", "\"https://smba.trafficmanager.net/emea/\"", null },
        { "channelData/tenant/id", $"\"{BotTraffic.Tenant.ToString().ToUpperInvariant()}\"", null },
        { "serviceUrl", "\"https://evil.example/\"", "The activity names an address that is not Bot Service's." },
        { "serviceUrl", "\"https://smba.trafficmanager.net.evil.example/\"", "The activity names an address that is not Bot Service's." },
        { "serviceUrl", "\"https://smba.trafficmanager.net@evil.example/\"", "The activity names an address that is not Bot Service's." },
        { "serviceUrl", "\"https://evil.trafficmanager.net/\"", "The activity names an address that is not Bot Service's." },
        { "serviceUrl", "\"http://smba.trafficmanager.net/\"", "The activity names an address that is not Bot Service's." },
        { "serviceUrl", "\"https://smba.trafficmanager.net:8443/\"", "The activity names an address that is not Bot Service's." },
        { "serviceUrl", "\"https://x:y@smba.trafficmanager.net/\"", "The activity names an address that is not Bot Service's." },
        { "serviceUrl", "\"https://smba.trafficmanager.net/?u=https://evil.example\"", "The activity names an address that is not Bot Service's." },
        { "serviceUrl", "\"//smba.trafficmanager.net/\"", "The activity names an address that is not Bot Service's." },
        { "serviceUrl", "\"https://127.0.0.1/\"", "The activity names an address that is not Bot Service's." },
        { "channelId", "\"webchat\"", "The activity is not from Teams." },
        { "channelId", "\"msteams \"", "The activity is not from Teams." },
        { "channelData/tenant/id", $"\"{TokenMint.Elsewhere}\"", "The activity is from another tenant." },
        { "conversation/tenantId", $"\"{TokenMint.Elsewhere}\"", "The activity is from another tenant." },
        { "conversation/tenantId", $"\"{{{BotTraffic.Tenant}}}\"", "The activity is from another tenant." },
        { "recipient/id", $"\"28:{TokenMint.Elsewhere}\"", "The activity is for another bot." },
        { "recipient/id", $"\"{BotTraffic.AppId}\"", "The activity is for another bot." },
        { "recipient/id", $"\"29:{BotTraffic.AppId}\"", "The activity is for another bot." },
    };

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public void An_activity_that_is_not_for_this_bot_is_refused(string path, string json, string? reason) =>
        Assert.Equal(reason, BotTraffic.Identity.Refusal(BotTraffic.Read(BotTraffic.Invoke().With(path, json)), BotTraffic.ServiceUrl));

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("https://smba.trafficmanager.net.evil.example/")]
    [InlineData("smba.trafficmanager.net")]
    [InlineData("")]
    public void An_activity_whose_token_names_another_address_is_refused(string claimed) =>
        Assert.Equal("The activity names another address than its token.", BotTraffic.Identity.Refusal(BotTraffic.Read(BotTraffic.Invoke()), claimed));

    [Fact]
    public void A_stand_in_on_this_machine_needs_no_TLS_and_is_known_only_where_it_is_named()
    {
        Assert.Null(ServiceHosts.OfTeams.Read("http://127.0.0.1:5000/"));
        Assert.NotNull(new ServiceHosts(["127.0.0.1"]).Read("http://127.0.0.1:5000/"));
        Assert.False(new ServiceHosts(["127.0.0.1"]).Same("http://127.0.0.1:5000/", "http://127.0.0.1:5001/"));
        Assert.Null(new ServiceHosts(["stand-in.example"]).Read("http://stand-in.example/"));
    }

    /// <summary>Id, role, object id, and the person.</summary>
    public static TheoryData<string, string?, string?, string?> People => new()
    {
        { "29:1uMVvhoA", null, "C5E99701-2a32-49c1-a660-4629ceeb8c61", "entra:c5e99701-2a32-49c1-a660-4629ceeb8c61" },
        { "29:1uMVvhoA", "user", "c5e99701-2a32-49c1-a660-4629ceeb8c61", "entra:c5e99701-2a32-49c1-a660-4629ceeb8c61" },
        { "29:1uMVvhoA", "bot", "c5e99701-2a32-49c1-a660-4629ceeb8c61", null },
        { "28:c5e99701-2a32-49c1-a660-4629ceeb8c61", null, "c5e99701-2a32-49c1-a660-4629ceeb8c61", null },
        { "29:1uMVvhoA", null, null, null },
        { "29:1uMVvhoA", null, "c5e99701", null },
        { "29:1uMVvhoA", null, "{c5e99701-2a32-49c1-a660-4629ceeb8c61}", null },
        { "29:1uMVvhoA", null, "00000000-0000-0000-0000-000000000000", null },
        { "29:1uMVvhoA", null, "dev:operator", null },
    };

    [Theory]
    [MemberData(nameof(People))]
    public void Only_people_of_the_directory_are_somebody(string id, string? role, string? objectId, string? person) => Assert.Equal(person, new BotPerson(id, null, objectId, role).Person);

    [Fact]
    public void Places_are_known_to_the_next_host_and_broken_ones_are_learned_again()
    {
        using var folder = new Sqlite.TempFolder();
        var file = folder.File("places.json");
        var places = BotPlaces.Open(file);
        places.Remember(BotPlace.Of(BotTraffic.Read(BotTraffic.Invoke()), Now));
        places.Remember(new BotPlace("a:chat", "https://smba.trafficmanager.net/emea/", null, Now));
        Assert.Equal(BotTraffic.ServiceUrl, BotPlaces.Open(file).ServiceUrlOf(BotTraffic.Channel));
        Assert.Equal(BotTraffic.ServiceUrl, BotPlaces.Open(file).ServiceUrlOf("19:another@thread.tacv2", "19:team@thread.tacv2"));
        Assert.Null(BotPlaces.Open(file).ServiceUrlOf("19:another@thread.tacv2"));
        places.Forget(BotTraffic.Thread);
        Assert.Equal(["a:chat"], BotPlaces.Open(file).All.Select(place => place.Conversation));
        foreach (var broken in new[] { "", "{", "[null]", "[{}]", "7" })
        {
            File.WriteAllText(file, broken);
            Assert.Empty(BotPlaces.Open(file).All);
        }
    }

    [Fact]
    public void The_oldest_place_makes_room()
    {
        using var folder = new Sqlite.TempFolder();
        var places = BotPlaces.Open(folder.File("places.json"));
        for (var i = 0; i <= BotPlaces.PlacesMax; i++)
            places.Remember(new BotPlace($"a:{i}", BotTraffic.ServiceUrl, null, Now.AddSeconds(i)));
        Assert.Equal((BotPlaces.PlacesMax, null, BotTraffic.ServiceUrl), (places.All.Count, places.ServiceUrlOf("a:0"), places.ServiceUrlOf("a:1")));
    }

    private static BotReading Read(string json) => BotActivity.Read(Encoding.UTF8.GetBytes(json));
}
