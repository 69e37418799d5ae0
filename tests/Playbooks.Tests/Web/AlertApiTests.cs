using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Playbooks.Core.Alerts;
using Playbooks.Tests.Alerts;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Web;

/// <summary>Who is let in by the door for alerts, what is turned away, and that nothing of that is kept.</summary>
public sealed class AlertApiTests : IAsyncLifetime
{
    private static readonly string Drift = AzurePayload.Of("Platform", "{}");

    private readonly MemoryAlerts inbox = new();
    private readonly TokenMint mint = new();
    private AlertDoor door = null!;

    public async ValueTask InitializeAsync() => door = await AlertDoor.OpenAsync(inbox, mint.Keys);

    public async ValueTask DisposeAsync()
    {
        await door.DisposeAsync();
        mint.Dispose();
    }

    [Fact]
    public async Task An_alert_is_kept_as_it_came_and_the_same_one_once()
    {
        var delivery = AzurePayload.Read(Drift).Delivery;
        Assert.Equal(new DoorAnswer(HttpStatusCode.Accepted, null, $$"""{"delivery":"{{delivery}}","new":true}"""), await door.SendAsync(Drift));
        Assert.Equal(new DoorAnswer(HttpStatusCode.Accepted, null, $$"""{"delivery":"{{delivery}}","new":false}"""), await door.SendAsync(Drift));
        Assert.Equal(new DoorAnswer(HttpStatusCode.Accepted, null, $$"""{"delivery":"{{delivery}}","new":false}"""), await door.SendAsync(Drift + " ", Signed(Drift + " ")));
        Assert.Equal([new ReceivedAlert(delivery, AzurePayload.Read(Drift).Id, Drift, AlertDoor.Now, "key of operator")], inbox.Kept.Select(kept => kept.Received));
        Assert.Equal(1, door.Woken);
    }

    [Fact]
    public async Task A_signature_a_token_and_the_hosts_key_each_open()
    {
        Assert.Equal(HttpStatusCode.Accepted, (await door.SendAsync(Of("a"), Signed(Of("a")))).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await door.SendAsync(Of("b"), Bearer(mint.Sign(TokenMint.Claims(2, AlertDoor.Now))))).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await door.SendAsync(Of("c"), request => request.Headers.Authorization = new AuthenticationHeaderValue("bearer", AlertDoor.Key))).Status);
        Assert.Equal(["signed webhook", "Azure Monitor", "key of operator"], inbox.Kept.Select(kept => kept.Received.Via));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task JSON_is_called_so_in_several_ways(string type) =>
        Assert.Equal(HttpStatusCode.Accepted, (await door.SendAsync(Drift, request => request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type))).Status);

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/jsonx")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task What_is_not_called_JSON_is_refused(string? type) => await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "Send application/json.", Drift,
        request => request.Content!.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type));

    [Theory]
    [InlineData(null, "Sign the webhook, or send a token or the key of this server as 'Authorization: Bearer …'.")]
    [InlineData("Basic a2V5OmtleQ==", "Sign the webhook, or send a token or the key of this server as 'Authorization: Bearer …'.")]
    [InlineData("key", "Sign the webhook, or send a token or the key of this server as 'Authorization: Bearer …'.")]
    [InlineData("Bearer", "Sign the webhook, or send a token or the key of this server as 'Authorization: Bearer …'.")]
    [InlineData("Bearer another", "The token is not one that Microsoft Entra issued for this server in our tenant and that is valid now.")]
    [InlineData("Bearer key, Bearer key", "The token is not one that Microsoft Entra issued for this server in our tenant and that is valid now.")]
    public async Task Whoever_shows_nothing_good_is_unknown(string? authorization, string reason) => await RefusedAsync(HttpStatusCode.Unauthorized, reason, Drift, request =>
    {
        request.Headers.Authorization = null;
        if (authorization is not null)
            Assert.True(request.Headers.TryAddWithoutValidation("Authorization", authorization));
    });

    [Fact]
    public async Task A_wrong_signature_is_refused_even_beside_a_good_key()
    {
        await RefusedAsync(HttpStatusCode.Unauthorized, "No signature was made by a known secret over this id, timestamp and body.", Drift, request =>
        {
            Signed(Drift + " ")(request);
            Bearer(AlertDoor.Key)(request);
        });
        await RefusedAsync(HttpStatusCode.Unauthorized, "webhook-id is missing, longer than 128 characters, or has other characters than letters, digits, '_', '-' and ':'.", Drift,
            request => request.Headers.Add(StandardWebhook.SignatureHeader, "v1,x"));
        door.Time.Advance(TimeSpan.FromMinutes(6));
        await RefusedAsync(HttpStatusCode.Unauthorized, "It was sent more than 5 minutes ago.", Drift, Signed(Drift));
    }

    [Fact]
    public async Task Another_application_of_our_tenant_may_not()
    {
        var claims = TokenMint.Claims(2, AlertDoor.Now);
        claims["roles"] = "Recovery.Approve";
        await RefusedAsync(HttpStatusCode.Forbidden, "The caller lacks the role ActionGroupsSecureWebhook.", Drift, Bearer(mint.Sign(claims)));
    }

    [Theory]
    [InlineData(AlertLimits.TextMaxBytes, false, HttpStatusCode.Accepted)]
    [InlineData(AlertLimits.TextMaxBytes, true, HttpStatusCode.Accepted)]
    [InlineData(AlertLimits.TextMaxBytes + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(AlertLimits.TextMaxBytes + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(AlertLimits.TextMaxBytes + 2, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(AlertLimits.TextMaxBytes * 2, true, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_text_has_its_limit_with_and_without_its_length(int bytes, bool chunked, HttpStatusCode status)
    {
        var answer = await door.SendAsync(Drift + new string(' ', bytes - Drift.Length), request => request.Headers.TransferEncodingChunked = chunked);
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == HttpStatusCode.Accepted ? 1 : 0, inbox.Kept.Count);
        if (status != HttpStatusCode.Accepted)
            Assert.Equal("An alert has at most 262144 bytes.", answer.Detail);
    }

    [Theory]
    [InlineData("", "$: ")]
    [InlineData("nothing", "$: ")]
    [InlineData("\uFEFF{}", "$: The text starts with a byte order mark. Save it as UTF-8 without one.")]
    [InlineData("{}", "$: This is no alert: it has neither schemaId nor type. Send the common alert schema of Azure Monitor, or { \"type\": \"alert.fired\", \"timestamp\": …, \"data\": { … } }.")]
    [InlineData("""{ "schemaId": "AzureMonitorMetricAlert", "data": {} }""", "$.schemaId: This alert has another schema than the common one. Switch the common alert schema on in the action group.")]
    [InlineData("""{ "type": "alert.fired", "timestamp": "now", "data": { "id": "a", "rule": "r" } }""", "$.timestamp: timestamp must say when this was sent. Write an instant such as \"2026-01-12T03:00:00Z\".")]
    public async Task What_is_no_alert_is_refused_with_where_and_how_to_mend_it(string text, string begins)
    {
        var answer = await door.SendAsync(text);
        Assert.Equal((HttpStatusCode.BadRequest, true), (answer.Status, answer.Detail.StartsWith(begins, StringComparison.Ordinal)));
        Assert.Empty(inbox.Kept);
    }

    [Fact]
    public async Task What_a_stranger_wrote_comes_back_short_and_harmless()
    {
        var evil = "<script>\u001b[2J\u202E\u0007é" + new string('x', 1000);
        var name = System.Text.Json.JsonSerializer.Serialize(evil);
        var answer = await door.SendAsync($$"""{ "type": "alert.fired", {{name}}: 1, "data": { {{string.Join(',', Enumerable.Range(0, 90).Select(i => $"{name[..^1]}{i}\": 1"))}} } }""");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.DoesNotContain(answer.Text, letter => char.IsControl(letter) || letter == '\u202E');
        Assert.DoesNotContain(answer.Detail, letter => letter != '\n' && (char.IsControl(letter) || letter == '\u202E'));
        Assert.InRange(answer.Text.Length, 1, 16 * 1024);
        Assert.Empty(inbox.Kept);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Nothing_but_POST_is_taken(string method)
    {
        var answer = await door.SendAsync(Drift, request => request.Method = new HttpMethod(method));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, 0), (answer.Status, inbox.Kept.Count));
    }

    private async Task RefusedAsync(HttpStatusCode status, string reason, string text, Action<HttpRequestMessage> change)
    {
        var answer = await door.SendAsync(text, change);
        Assert.Equal((status, null, reason), (answer.Status, answer.RetryAfter, answer.Detail));
        Assert.Equal((0, 0), (inbox.Kept.Count, door.Woken));
    }

    private static string Of(string id) => AzurePayload.Of("Platform", "{}", $$"""{ "alertId": "{{id}}" }""");

    private static Action<HttpRequestMessage> Bearer(string token) => request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private static Action<HttpRequestMessage> Signed(string text) => request =>
    {
        request.Headers.Authorization = null;
        request.Headers.Add(StandardWebhook.IdHeader, "msg_1");
        request.Headers.Add(StandardWebhook.TimestampHeader, $"{AlertDoor.Now.ToUnixTimeSeconds()}");
        request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Sign("msg_1", AlertDoor.Now, Encoding.UTF8.GetBytes(text), AlertDoor.Secret));
    };
}
