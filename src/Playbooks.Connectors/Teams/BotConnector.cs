using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Playbooks.Core.Cards;
using Playbooks.Core.Json;
using Playbooks.Core.Renderings;

namespace Playbooks.Connectors.Teams;

/// <summary>
/// The few calls of the Bot Connector protocol that a bot of one tenant needs: a thread in a channel, replies, updates, messages to one person.
/// Posting again after no answer may post twice; everything else may be repeated.
/// </summary>
public sealed class BotConnector : IDisposable
{
    private const int MembersPerPage = 200;
    private const int PagesMax = 10;
    private const int CodeMaxCharacters = 64;
    private static readonly string[] Scopes = ["https://api.botframework.com/.default"];
    private static readonly Patience PatienceOfTeams = new(TimeSpan.FromSeconds(6), 3);

    private readonly ConversationPace pace = new();
    private readonly TokenCredential credential;
    private readonly HttpClient http;
    private readonly Func<Uri, bool> isAllowed;
    private readonly string tenant;

    /// <param name="tenant">Id of the one tenant that the bot serves.</param>
    public BotConnector(string tenant, Uri? coldStart, TokenCredential credential, TimeProvider time)
        : this(tenant, coldStart ?? ServiceUrls.ColdStart, credential, time, ServiceUrls.IsAllowed) { }

    /// <param name="isAllowed">Which addresses may be sent the token. Only tests say otherwise than <see cref="ServiceUrls"/>; nothing that is configured can.</param>
    /// <param name="network">What carries the requests; null for the network.</param>
    internal BotConnector(string tenant, Uri coldStart, TokenCredential credential, TimeProvider time, Func<Uri, bool> isAllowed, HttpMessageHandler? network = null)
    {
        (this.tenant, this.credential, this.isAllowed) = (tenant, credential, isAllowed);
        ServiceUrl = isAllowed(coldStart) ? coldStart : throw new ArgumentException($"{coldStart} is no address of the Bot Connector.", nameof(coldStart));
        http = ResilientHandler.Client(time, PatienceOfTeams, network: network);
    }

    /// <summary>Where new conversations are begun.</summary>
    public Uri ServiceUrl { get; private set; }

    /// <summary>Takes the address that an activity from Teams names, once its sender is known to be Teams.</summary>
    /// <returns>False for an address that is not allowed; nothing is changed.</returns>
    public bool Learn(Uri serviceUrl)
    {
        if (!isAllowed(serviceUrl))
            return false;
        ServiceUrl = serviceUrl;
        return true;
    }

    /// <summary>Begins a thread in a channel.</summary>
    /// <param name="channel">As Teams names it: <c>19:…@thread.tacv2</c>.</param>
    internal async Task<Posted> StartThreadAsync(string channel, JsonData activity, CancellationToken cancellationToken)
    {
        var url = ServiceUrl;
        var answer = await SendAsync(HttpMethod.Post, url, "v3/conversations", channel, JsonData.Object(
            ("isGroup", JsonData.True), ("activity", activity), ("tenantId", JsonData.Of(tenant)),
            ("channelData", JsonData.Object(("channel", JsonData.Object(("id", JsonData.Of(channel)))), ("tenant", JsonData.Object(("id", JsonData.Of(tenant))))))), cancellationToken).ConfigureAwait(false);
        return new Posted(url.AbsoluteUri, Needed(answer, "id"), Needed(answer, "activityId"));
    }

    /// <summary>The conversation with one person, whatever number of times it is asked for.</summary>
    /// <param name="member">As Teams names the person: <c>29:…</c>.</param>
    internal async Task<Posted> TellPersonAsync(string member, JsonData activity, CancellationToken cancellationToken)
    {
        var url = ServiceUrl;
        var answer = await SendAsync(HttpMethod.Post, url, "v3/conversations", member, JsonData.Object(
            ("isGroup", JsonData.False), ("members", JsonData.Array([JsonData.Object(("id", JsonData.Of(member)))])), ("tenantId", JsonData.Of(tenant))), cancellationToken).ConfigureAwait(false);
        return await ReplyAsync(url.AbsoluteUri, Needed(answer, "id"), activity, cancellationToken).ConfigureAwait(false);
    }

    internal async Task<Posted> ReplyAsync(string serviceUrl, string conversation, JsonData activity, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Post, new Uri(serviceUrl), $"v3/conversations/{Uri.EscapeDataString(conversation)}/activities", conversation, activity, cancellationToken).ConfigureAwait(false);
        return new Posted(serviceUrl, conversation, Needed(answer, "id"));
    }

    internal Task UpdateAsync(string serviceUrl, string conversation, string activityId, JsonData activity, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, new Uri(serviceUrl), Activity(conversation, activityId), conversation, activity, cancellationToken);

    internal Task DeleteAsync(string serviceUrl, string conversation, string activityId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, new Uri(serviceUrl), Activity(conversation, activityId), conversation, null, cancellationToken);

    /// <summary>Who is in a conversation, with the ids that Teams and the directory have for them.</summary>
    internal async Task<IReadOnlyList<Member>> MembersAsync(string conversation, CancellationToken cancellationToken)
    {
        var members = new List<Member>();
        string? next = null;
        for (var page = 0; page < PagesMax; page++)
        {
            var more = next is null ? "" : "&continuationToken=" + Uri.EscapeDataString(next);
            var answer = await SendAsync(HttpMethod.Get, ServiceUrl, FormattableString.Invariant($"v3/conversations/{Uri.EscapeDataString(conversation)}/pagedmembers?pageSize={MembersPerPage}{more}"), conversation, null, cancellationToken).ConfigureAwait(false);
            members.AddRange((answer["members"]?.Elements ?? []).Select(member => new Member(member["id"]?.AsString() ?? "", (member["aadObjectId"] ?? member["objectId"])?.AsString() ?? "")).Where(member => member.Id.Length > 0));
            if ((next = answer["continuationToken"]?.AsString()) is not { Length: > 0 })
                break;
        }
        return members;
    }

    public void Dispose()
    {
        http.Dispose();
        pace.Dispose();
    }

    private static string Activity(string conversation, string activityId) => $"v3/conversations/{Uri.EscapeDataString(conversation)}/activities/{Uri.EscapeDataString(activityId)}";

    private async Task<JsonData> SendAsync(HttpMethod method, Uri serviceUrl, string path, string conversation, JsonData? body, CancellationToken cancellationToken)
    {
        if (!isAllowed(serviceUrl))
            throw new ChannelException("The journal names an address that is none of Teams'; nothing is sent there.");
        await pace.WaitAsync(conversation, cancellationToken).ConfigureAwait(false);
        var token = await credential.GetTokenAsync(new TokenRequestContext(Scopes, tenantId: tenant), cancellationToken).ConfigureAwait(false);
        using var request = new HttpRequestMessage(method, new Uri(new Uri(serviceUrl.AbsoluteUri.TrimEnd('/') + "/"), path)) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token.Token) } };
        if (body is not null)
            request.Content = new StringContent(body.Text, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var read = Read(text);
        return answer.IsSuccessStatusCode ? read : throw Refused(answer, read);
    }

    private static ChannelException Refused(HttpResponseMessage answer, JsonData body)
    {
        var code = CardText.Short(Printable.Line(body["error"]?["code"]?.AsString() ?? ""), CodeMaxCharacters);
        var advice = code switch
        {
            "BotNotInConversationRoster" or "ConversationNotFound" => " Add the app to the team that has the channel.",
            "MessageSizeTooBig" => " This is a defect of ours.",
            _ => "",
        };
        return new ChannelException($"HTTP {(int)answer.StatusCode}{(code.Length > 0 ? " " + code : "")}.{advice}") { Status = answer.StatusCode };
    }

    private static JsonData Read(string text)
    {
        try
        {
            return text.Length == 0 ? JsonData.EmptyObject : JsonData.Parse(text);
        }
        catch (JsonException)
        {
            return JsonData.EmptyObject;
        }
    }

    private static string Needed(JsonData answer, string field) =>
        answer[field]?.AsString() is { Length: > 0 } value ? value : throw new ChannelException($"It answered without {field}.");
}

/// <summary>Where a message lies.</summary>
internal sealed record Posted(string ServiceUrl, string Conversation, string Activity);

/// <param name="Id">As Teams names the person.</param>
/// <param name="ObjectId">As the directory does; empty where Teams does not say.</param>
internal sealed record Member(string Id, string ObjectId);
