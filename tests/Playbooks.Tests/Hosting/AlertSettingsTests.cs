using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Hosting;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Hosting;

/// <summary>Who may send alerts, by the environment variables of the host.</summary>
public class AlertSettingsTests
{
    private const string Id = "0a5c4cf7-1f5e-4b8e-9d25-0b8f7c2f10aa";
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Second = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr";
    private const string NotASecret = "A webhook secret is 'whsec_' and base64 of 24 to 64 random bytes.";

    [Theory]
    [InlineData("tenant", null, null, "PLAYBOOKS_ALERTS_TENANT is not the id of a tenant, which is a GUID.")]
    [InlineData("contoso.onmicrosoft.com", Id, null, "PLAYBOOKS_ALERTS_TENANT is not the id of a tenant, which is a GUID.")]
    [InlineData(" ", Id, null, "PLAYBOOKS_ALERTS_TENANT is not the id of a tenant, which is a GUID.")]
    [InlineData(Id, "api://" + Id, null, "PLAYBOOKS_ALERTS_AUDIENCE is not the id of an application, its client id, which is a GUID.")]
    [InlineData(Id, null, null, "PLAYBOOKS_ALERTS_TENANT and PLAYBOOKS_ALERTS_AUDIENCE go together: set both or neither.")]
    [InlineData(Id, "", null, "PLAYBOOKS_ALERTS_TENANT and PLAYBOOKS_ALERTS_AUDIENCE go together: set both or neither.")]
    [InlineData(null, Id, null, "PLAYBOOKS_ALERTS_TENANT and PLAYBOOKS_ALERTS_AUDIENCE go together: set both or neither.")]
    [InlineData(null, null, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "PLAYBOOKS_ALERTS_WEBHOOK_SECRETS: " + NotASecret)]
    [InlineData(null, null, "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "PLAYBOOKS_ALERTS_WEBHOOK_SECRETS: " + NotASecret)]
    [InlineData(null, null, "whsec_c2hvcnRzZWNyZXQ=", "PLAYBOOKS_ALERTS_WEBHOOK_SECRETS: " + NotASecret)]
    [InlineData(null, null, Secret + "," + Second, "PLAYBOOKS_ALERTS_WEBHOOK_SECRETS: " + NotASecret)]
    [InlineData(null, null, Secret + " whsec_!!!", "PLAYBOOKS_ALERTS_WEBHOOK_SECRETS: " + NotASecret)]
    public void A_wrong_setting_stops_the_host_with_what_to_do(string? tenant, string? audience, string? secrets, string message)
    {
        var wrong = Assert.Throws<HostSettingException>(() => Read(tenant, audience, secrets));
        Assert.Equal(message, wrong.Message);
        foreach (var secret in (secrets ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.DoesNotContain(secret, wrong.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void At_most_eight_secrets_are_valid_at_once()
    {
        Assert.Equal(8, Read(secrets: string.Join(' ', Enumerable.Repeat(Secret, 8))).Secrets.Count);
        var wrong = Assert.Throws<HostSettingException>(() => Read(secrets: string.Join(' ', Enumerable.Repeat(Secret, 9))));
        Assert.Equal("PLAYBOOKS_ALERTS_WEBHOOK_SECRETS has more than 8 secrets.", wrong.Message);
    }

    [Theory]
    [InlineData(null, null, null, false, 0)]
    [InlineData("", "", "", false, 0)]
    [InlineData(null, null, " \n", false, 0)]
    [InlineData(null, null, Secret, false, 1)]
    [InlineData(null, null, Secret + "\n", false, 1)]
    [InlineData(null, null, Secret + "  " + Second, false, 2)]
    [InlineData(null, null, Secret + "\r\n" + Second + "\t", false, 2)]
    [InlineData(Id, Id, null, true, 0)]
    [InlineData("0A5C4CF7-1F5E-4B8E-9D25-0B8F7C2F10AA", "{0a5c4cf7-1f5e-4b8e-9d25-0b8f7c2f10aa}", Secret, true, 1)]
    public void What_is_set_is_let_in(string? tenant, string? audience, string? secrets, bool tokens, int secretsCount)
    {
        var senders = Read(tenant, audience, secrets);
        Assert.Equal((tokens, secretsCount), (senders.Tokens is not null, senders.Secrets.Count));
        Assert.DoesNotContain("MfKQ9r8", senders.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nothing_set_the_hosts_own_key_is_all_that_opens()
    {
        var senders = Read();
        Assert.Equal(new SenderCheck.Known("key of local:operator"), await CheckAsync(senders, "key"));
        Assert.Equal(new SenderCheck.Unknown("The key is not this server's."), await CheckAsync(senders, "another"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void Without_subscriptions_nobody_is_asked(string? subscriptions) => Assert.Null(Reconciler(subscriptions));

    [Fact]
    public void Subscriptions_are_ids()
    {
        Assert.NotNull(Reconciler($"{Id}\n{Id}"));
        Assert.Equal("PLAYBOOKS_ALERTS_SUBSCRIPTIONS: number 2 is not the id of a subscription, which is a GUID.", Assert.Throws<HostSettingException>(() => Reconciler($"{Id} production")).Message);
    }

    private static AlertReconciler? Reconciler(string? subscriptions) =>
        AlertSettings.Reconciler(AlertSettings.Subscriptions(name => name == AlertSettings.SubscriptionsVariable ? subscriptions : null), new Web.MemoryAlerts(), () => { }, new FakeTimeProvider(), _ => { });

    private static AlertSenders Read(string? tenant = null, string? audience = null, string? secrets = null) => AlertSettings.Read(name => name switch
    {
        "PLAYBOOKS_ALERTS_TENANT" => tenant,
        "PLAYBOOKS_ALERTS_AUDIENCE" => audience,
        "PLAYBOOKS_ALERTS_WEBHOOK_SECRETS" => secrets,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    }, new FakeTimeProvider()) with { Caller = given => given == "key" ? new Caller("local:operator", "operator", "terminal") : null };

    private static Task<SenderCheck> CheckAsync(AlertSenders senders, string key) =>
        senders.CheckAsync(new HeaderDictionary { ["Authorization"] = $"Bearer {key}" }, ReadOnlyMemory<byte>.Empty, DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);
}
