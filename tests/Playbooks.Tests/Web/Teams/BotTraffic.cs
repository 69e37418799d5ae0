using System.Text.Json.Nodes;
using Playbooks.Core.Json;
using Playbooks.Web.Teams;

namespace Playbooks.Tests.Web.Teams;

/// <summary>What Bot Service sends: its tokens, and activities in the shape of a real one that was captured.</summary>
internal static class BotTraffic
{
    public static readonly Guid Tenant = TokenMint.Tenant;
    public static readonly Guid AppId = TokenMint.Audience;
    public static readonly string ServiceUrl = $"https://smba.trafficmanager.net/amer/{Tenant}/";
    public const string Channel = "19:incidents@thread.tacv2";
    public const string Thread = Channel + ";messageid=1767765488332";
    public const string Message = "1767765490001";

    public static BotIdentity Identity { get; } = new(AppId, Tenant, ServiceHosts.OfTeams);

    public static JsonObject Claims(DateTimeOffset now) => new()
    {
        ["serviceurl"] = ServiceUrl,
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        ["iss"] = BotTokens.Issuer,
        ["aud"] = $"{AppId}",
    };

    /// <summary>Somebody uses a button.</summary>
    public static JsonObject Invoke(string id, string verb, JsonObject data, string objectId) => new()
    {
        ["type"] = "invoke",
        ["channelId"] = "msteams",
        ["id"] = id,
        ["serviceUrl"] = ServiceUrl,
        ["channelData"] = new JsonObject { ["tenant"] = new JsonObject { ["id"] = $"{Tenant}" }, ["source"] = new JsonObject { ["name"] = "message" }, ["team"] = new JsonObject { ["id"] = "19:team@thread.tacv2" } },
        ["from"] = new JsonObject { ["id"] = $"29:{objectId[..8]}", ["name"] = "An approver", ["aadObjectId"] = objectId },
        ["recipient"] = new JsonObject { ["id"] = $"28:{AppId}", ["name"] = "playbooks" },
        ["conversation"] = new JsonObject { ["id"] = Thread, ["conversationType"] = "channel", ["isGroup"] = true, ["tenantId"] = $"{Tenant}" },
        ["entities"] = new JsonArray(new JsonObject { ["locale"] = "en-US", ["type"] = "clientInfo" }),
        ["value"] = new JsonObject
        {
            ["action"] = new JsonObject { ["type"] = "Action.Execute", ["title"] = "Approve", ["verb"] = verb, ["data"] = data },
            ["trigger"] = "manual",
        },
        ["name"] = "adaptiveCard/action",
        ["timestamp"] = "2026-03-01T03:00:00.89Z",
        ["replyToId"] = Message,
        ["locale"] = "en-US",
    };

    public static JsonObject Invoke() => Invoke("f:1", "approval.approve", new JsonObject { ["approval"] = "run-1/go/1", ["nonce"] = "n" }, "c5e99701-2a32-49c1-a660-4629ceeb8c61");

    /// <summary>Anything but an invoke.</summary>
    public static JsonObject Event(string type, params (string Name, JsonNode? Value)[] fields)
    {
        var activity = Invoke();
        activity["type"] = type;
        foreach (var gone in new[] { "value", "name", "replyToId" })
            activity.Remove(gone);
        foreach (var (name, value) in fields)
            activity[name] = value;
        return activity;
    }

    public static BotActivity Read(JsonObject activity) => Assert.IsType<BotReading.Accepted>(BotActivity.Read(System.Text.Encoding.UTF8.GetBytes(activity.ToJsonString()))).Activity;

    /// <summary>A change of one value by its path; null as JSON takes it away.</summary>
    public static JsonObject With(this JsonObject activity, string path, string? json)
    {
        activity = activity.DeepClone().AsObject();
        var (names, at) = (path.Split('/'), (JsonNode)activity);
        foreach (var name in names[..^1])
            at = at[name]!;
        at.AsObject().Remove(names[^1]);
        if (json is not null)
            at[names[^1]] = JsonNode.Parse(json);
        return activity;
    }

    public static string Quoted(string text) => JsonData.Of(text).Text;
}
