using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Playbooks.Tests.Teams;

/// <summary>
/// Bot Connector, Microsoft Graph and a webhook for text messages in one server. Every request is held against the official descriptions and the rules
/// that they do not say; what was wrong is told when it is disposed. It keeps what it is given and misbehaves as it is told.
/// </summary>
internal sealed class TeamsStandIn : IAsyncDisposable
{
    public const string Channel = "19:incidents@thread.tacv2";
    public const string BotToken = "token-for-api.botframework.com";
    public const string GraphToken = "token-for-graph.microsoft.com";
    private const int CardMaxBytes = 28 * 1024;

    private readonly WebApplication application;
    private readonly ApiJudge? bot, graph;
    private readonly List<Fault> faults = [];
    private readonly ConcurrentQueue<string> violations = new();
    private readonly CancellationTokenSource closing = new();
    private int messages = 1_770_000_000, inFlight;

    private TeamsStandIn(WebApplication application, ApiJudge? bot, ApiJudge? graph) => (this.application, this.bot, this.graph) = (application, bot, graph);

    public Uri Url { get; private set; } = null!;
    public Uri Bot => new(Url, "bot/amer/");
    public Uri Graph => new(Url, "v1.0");
    public Uri Sms => new(Url, "sms");

    /// <summary>All requests, in the order of their arrival: <c>bot POST v3/conversations</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();
    /// <summary>Messages as they lie in their conversations now, by conversation and id.</summary>
    public ConcurrentDictionary<(string Conversation, string Id), JsonObject> Messages { get; } = new();
    public ConcurrentQueue<(string Person, JsonObject Body)> Nudges { get; } = new();
    public ConcurrentQueue<JsonObject> Mails { get; } = new();
    public ConcurrentQueue<JsonObject> Texts { get; } = new();
    /// <summary>People of the directory by id.</summary>
    public ConcurrentDictionary<string, JsonObject> People { get; } = new();
    /// <summary>Members of groups.</summary>
    public ConcurrentDictionary<string, string[]> Groups { get; } = new();
    /// <summary>Who has a shift now.</summary>
    public ConcurrentDictionary<string, bool> OnCall { get; } = new();

    /// <summary>Told of every message as it lies there now, before its sender is answered.</summary>
    public Action<string, string, JsonObject> Kept { get; set; } = (_, _, _) => { };

    /// <summary>No request is being worked on, except those that are to get no answer.</summary>
    public bool IsIdle => Volatile.Read(ref inFlight) == 0;

    public static async Task<TeamsStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var contracts = SharedData.Find("contracts");
        var standIn = new TeamsStandIn(builder.Build(), contracts is null ? null : ApiJudge.OfBotConnector(contracts), contracts is null ? null : ApiJudge.OfGraph(contracts));
        standIn.application.Run(standIn.AnswerAsync);
        await standIn.application.StartAsync();
        standIn.Url = new Uri(standIn.application.Urls.First());
        return standIn;
    }

    public void Add(string person, string name = "Somebody", string? mail = null, string type = "Member", bool enabled = true) => People[person] = new JsonObject
        { ["id"] = person, ["displayName"] = name, ["mail"] = mail ?? $"{name.ToLowerInvariant()}@university.example", ["accountEnabled"] = enabled, ["userType"] = type };

    public Fault Misbehaves(Fault fault)
    {
        lock (faults)
            faults.Add(fault);
        return fault;
    }

    public void Heals()
    {
        lock (faults)
            faults.Clear();
    }

    public int Count(string request) => Requests.Count(known => known.StartsWith(request, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await application.StopAsync(CancellationToken.None);
        await application.DisposeAsync();
        closing.Dispose();
        Assert.Empty(violations);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.TrimStart('/');
        var (area, rest) = path switch
        {
            _ when path.StartsWith("bot/amer/", StringComparison.Ordinal) => ("bot", path["bot/amer/".Length..]),
            "sms" => ("sms", ""),
            _ when path.StartsWith("v1.0/", StringComparison.Ordinal) => (path.EndsWith("/sendMail", StringComparison.Ordinal) ? "mail" : path.EndsWith("/sendActivityNotification", StringComparison.Ordinal) ? "feed" : "directory", path["v1.0/".Length..]),
            _ => ("", path),
        };
        Interlocked.Increment(ref inFlight);
        var counted = true;
        try
        {
            using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
            var text = await reader.ReadToEndAsync(http.RequestAborted);
            Judge(http, area, rest, text);
            var fault = Next(area, http.Request.Method);
            if (fault is null or { Applies: true } or { Until: not null })
            {
                if (fault?.Until is { } until)
                    await until.WaitAsync(closing.Token);
                var (status, body) = Apply(http.Request.Method, area, rest, text);
                if (fault?.Applies != true)
                {
                    Requests.Enqueue($"{area} {http.Request.Method} {rest}");
                    await WriteAsync(http, status, body);
                    return;
                }
            }
            Requests.Enqueue($"{area} {http.Request.Method} {rest}");
            if (fault!.Status is { } wrong)
            {
                if (fault.RetryAfter is { } after)
                    http.Response.Headers.RetryAfter = after;
                await WriteAsync(http, wrong, new JsonObject { ["error"] = new JsonObject { ["code"] = fault.Code, ["message"] = "It says so." } });
                return;
            }
            Interlocked.Decrement(ref inFlight);
            counted = false;
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing.Token);
            await Task.Delay(Timeout.Infinite, gone.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            http.Abort();
        }
#pragma warning disable CA1031 // A defect of the stand-in is to be seen in the test, not as an answer.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            violations.Enqueue(defect.ToString());
            http.Abort();
        }
        finally
        {
            if (counted)
                Interlocked.Decrement(ref inFlight);
        }
    }

    private void Judge(HttpContext http, string area, string path, string text)
    {
        var body = text.Length == 0 ? null : text;
        var expected = area == "bot" ? BotToken : GraphToken;
        if (area != "sms" && http.Request.Headers.Authorization != $"Bearer {expected}")
            violations.Enqueue($"{http.Request.Method} {path} came with another token: {http.Request.Headers.Authorization}");
        if (area == "sms" && http.Request.Headers.Authorization.Count > 0)
            violations.Enqueue("The webhook got a token.");
        foreach (var wrong in (area == "bot" ? bot : area is "sms" ? null : graph)?.Check(http.Request.Method, path, http.Request.Query.Keys, body) ?? [])
            violations.Enqueue(wrong);
        if (area.Length == 0)
            violations.Enqueue($"Nobody is at {path}.");
        if (path.EndsWith("transitiveMembers/graph.user", StringComparison.Ordinal) && (http.Request.Headers["ConsistencyLevel"] != "eventual" || http.Request.Query["$count"] != "true"))
            violations.Enqueue("Members are filtered by kind only with ConsistencyLevel and $count.");
    }

    private Fault? Next(string area, string method)
    {
        lock (faults)
        {
            var index = faults.FindIndex(fault => fault.Area == area && fault.Times > 0 && (fault.Method ?? method) == method);
            if (index < 0)
                return null;
            var fault = faults[index];
            faults[index] = fault with { Times = fault.Times - 1 };
            return fault;
        }
    }

    private (int Status, JsonNode? Body) Apply(string method, string area, string path, string text)
    {
        var body = text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject();
        var parts = path.Split('/');
        switch (area, method)
        {
            case ("bot", "POST") when parts.Length == 2:
                return Begin(body!);
            case ("bot", "POST"):
                return (201, new JsonObject { ["id"] = Keep(parts[2], body!) });
            case ("bot", "PUT"):
                return Messages.ContainsKey((parts[2], parts[4])) ? (200, new JsonObject { ["id"] = Keep(parts[2], body!, parts[4]) }) : Refused(404, "ConversationNotFound");
            case ("bot", "DELETE"):
                return Messages.TryRemove((parts[2], parts[4]), out _) ? (200, null) : Refused(404, "ConversationNotFound");
            case ("bot", "GET"):
                return (200, new JsonObject { ["members"] = new JsonArray([.. People.Keys.Order(StringComparer.Ordinal).Select(id => new JsonObject { ["id"] = "29:" + id, ["aadObjectId"] = id, ["name"] = "Somebody" })]) });
            case ("sms", "POST"):
                Texts.Enqueue(body!);
                return (202, null);
            case ("mail", "POST"):
                Mails.Enqueue(body!);
                return (202, null);
            case ("feed", "POST"):
                Nudges.Enqueue((parts[1], body!));
                return (204, null);
            case ("directory", "GET") when parts is ["users", var id]:
                return People.TryGetValue(id, out var person) ? (200, person.DeepClone()) : Refused(404, "Request_ResourceNotFound");
            case ("directory", "POST") when parts is ["users", var id, "checkMemberGroups"]:
                return People.ContainsKey(id) ? (200, new JsonObject { ["value"] = new JsonArray([.. body!["groupIds"]!.AsArray().Select(group => (string)group!).Where(group => Groups.GetValueOrDefault(group, []).Contains(id)).Select(group => JsonValue.Create(group))]) })
                    : Refused(404, "Request_ResourceNotFound");
            case ("directory", "GET") when parts is ["groups", var id, ..]:
                return (200, new JsonObject { ["value"] = new JsonArray([.. Groups.GetValueOrDefault(id, []).Select(member => People[member].DeepClone())]) });
            case ("directory", "GET") when parts is ["teams", _, "schedule", "shifts"]:
                return (200, new JsonObject { ["value"] = new JsonArray([.. OnCall.Keys.Select(id => new JsonObject { ["userId"] = id, ["sharedShift"] = new JsonObject { ["startDateTime"] = "2026-01-01T00:00:00Z", ["endDateTime"] = "2026-12-31T00:00:00Z" } })]) });
            default:
                violations.Enqueue($"{method} {path} is not expected here.");
                return Refused(400, "BadSyntax");
        }
    }

    /// <summary>The rules that the description does not say: see the protocol's answers in Teams.</summary>
    private (int Status, JsonNode? Body) Begin(JsonObject body)
    {
        var members = body["members"]?.AsArray() ?? [];
        if ((bool?)body["isGroup"] == true)
        {
            if (body["activity"] is not JsonObject activity || (string?)body["channelData"]?["channel"]?["id"] != Channel || members.Count > 0)
                return Broken("A thread needs its first activity and its channel, and has no members.");
            var id = Interlocked.Increment(ref messages).ToString(System.Globalization.CultureInfo.InvariantCulture);
            var conversation = $"{Channel};messageid={id}";
            Keep(conversation, activity, id);
            return (201, new JsonObject { ["id"] = conversation, ["activityId"] = id });
        }
        return members.Count == 1 ? (201, new JsonObject { ["id"] = "a:" + (string)members[0]!["id"]! }) : Broken("A personal conversation has exactly one member.");
    }

    private string Keep(string conversation, JsonObject activity, string? id = null)
    {
        foreach (var attachment in activity["attachments"]?.AsArray() ?? [])
        {
            if (Encoding.UTF8.GetByteCount(attachment!["content"]!.ToJsonString()) > CardMaxBytes)
                violations.Enqueue("A card is larger than a webhook takes.");
        }
        id ??= Interlocked.Increment(ref messages).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Messages[(Uri.UnescapeDataString(conversation), id)] = activity.DeepClone().AsObject();
        Kept(Uri.UnescapeDataString(conversation), id, activity);
        return id;
    }

    private (int, JsonNode?) Broken(string rule)
    {
        violations.Enqueue(rule);
        return Refused(400, "BadSyntax");
    }

    private static (int, JsonNode?) Refused(int status, string code) => (status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = "It says so." } });

    private static async Task WriteAsync(HttpContext http, int status, JsonNode? body)
    {
        http.Response.StatusCode = status;
        if (body is not null)
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(body.ToJsonString(), CancellationToken.None);
        }
    }
}
