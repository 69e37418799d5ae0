using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Playbooks.Tests.Alerts;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Web;

/// <summary>Trouble of ours at the door for alerts: whoever sends is asked to send again, and is never told that it was their fault.</summary>
public sealed class AlertApiTroubleTests
{
    private static readonly string Drift = AzurePayload.Of("Platform", "{}");
    private static readonly DoorAnswer Late = new(HttpStatusCode.ServiceUnavailable, "5", "It could not be stored in time. Send it again.");

    [Fact]
    public async Task Whatever_the_store_throws_is_sent_again_and_then_kept()
    {
        var inbox = new MemoryAlerts();
        await using var door = await AlertDoor.OpenAsync(inbox);
        foreach (var error in new Exception[] { new IOException("The disk is full: /secret/path"), new InvalidOperationException(), new TimeoutException(), new OperationCanceledException(), new NotSupportedException() })
        {
            inbox.FailsWith = error;
            Assert.Equal(Late, Short(await door.SendAsync(Drift)));
        }
        Assert.Equal((0, 0), (inbox.Kept.Count, door.Woken));
        Assert.Equal(HttpStatusCode.Accepted, (await door.SendAsync(Drift)).Status);
        Assert.Equal((1, 1), (inbox.Kept.Count, door.Woken));
    }

    [Fact]
    public async Task An_alert_that_is_stored_late_is_answered_in_time_and_handled_all_the_same()
    {
        var inbox = new SlowAlerts();
        await using var door = await AlertDoor.OpenAsync(inbox);
        var sent = door.SendAsync(Drift);
        await inbox.EnteredAsync(1);
        door.Time.Advance(AlertApi.AnswerWithin);
        Assert.Equal(Late, Short(await sent));
        Assert.Equal(0, door.Woken);

        inbox.Open();
        await door.WakesAsync();
        var again = await door.SendAsync(Drift);
        Assert.Equal((HttpStatusCode.Accepted, false), (again.Status, (bool)again.Json["new"]!));
        Assert.Equal((1, 1), (inbox.Within.Kept.Count, door.Woken));
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        var inbox = new MemoryAlerts();
        await using var door = await AlertDoor.OpenAsync(inbox);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", door.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {AlertApi.Path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {AlertDoor.Key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"),
            TestContext.Current.CancellationToken);
        // One for its turn, one for being stored.
        await door.Time.BegunAsync(2);
        door.Time.Advance(AlertApi.AnswerWithin);
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 503 Service Unavailable", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Empty(inbox.Kept);
    }

    [Fact]
    public async Task A_storm_waits_for_its_turn_and_is_kept_whole()
    {
        const int Waiting = 6;
        var inbox = new SlowAlerts();
        await using var door = await AlertDoor.OpenAsync(inbox);
        var sent = Enumerable.Range(0, AlertApi.InHandMax + Waiting).Select(i => door.SendAsync(Of(i))).ToList();
        await inbox.EnteredAsync(AlertApi.InHandMax);
        await door.Time.BegunAsync((2 * AlertApi.InHandMax) + Waiting);
        Assert.Equal(AlertApi.InHandMax, inbox.Inside);
        inbox.Open();
        Assert.All(await Task.WhenAll(sent), answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Equal((sent.Count, sent.Count), (inbox.Within.Kept.Count, door.Woken));
    }

    [Fact]
    public async Task While_the_store_stands_still_no_more_are_taken_in_than_wait_already()
    {
        var inbox = new SlowAlerts();
        await using var door = await AlertDoor.OpenAsync(inbox);
        var sent = Enumerable.Range(0, AlertApi.InHandMax).Select(i => door.SendAsync(Of(i))).ToList();
        await inbox.EnteredAsync(AlertApi.InHandMax);
        door.Time.Advance(AlertApi.AnswerWithin);
        Assert.All(await Task.WhenAll(sent), answer => Assert.Equal(Late, Short(answer)));
        await door.Time.BegunAsync(2 * AlertApi.InHandMax);

        var another = door.SendAsync(Of(AlertApi.InHandMax));
        await door.Time.BegunAsync(1);
        door.Time.Advance(AlertApi.AnswerWithin);
        Assert.Equal(Late with { Text = "More alerts arrive than can be stored in time. Send it again." }, Short(await another));
        Assert.Equal(AlertApi.InHandMax, inbox.Inside);

        inbox.Open();
        Assert.Equal(HttpStatusCode.Accepted, (await door.SendAsync(Of(AlertApi.InHandMax))).Status);
    }

    [Fact]
    public async Task While_the_tenants_keys_cannot_be_had_a_token_is_no_fault_of_its_sender()
    {
        using var mint = new TokenMint();
        var inbox = new MemoryAlerts();
        await using var door = await AlertDoor.OpenAsync(inbox, new TenantKeys { FailsWith = new HttpRequestException("no network") });
        var answer = await door.SendAsync(Drift, request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", mint.Sign(TokenMint.Claims(2, AlertDoor.Now))));
        Assert.Equal(Late with { Text = "The keys that sign such tokens cannot be had. Send it again." }, Short(answer));
        Assert.Empty(inbox.Kept);
        Assert.Equal(HttpStatusCode.Accepted, (await door.SendAsync(Drift)).Status);
    }

    private static string Of(int id) => AzurePayload.Of("Platform", "{}", $$"""{ "alertId": "a-{{id}}" }""");

    private static DoorAnswer Short(DoorAnswer answer) => answer with { Text = answer.Detail };
}
