using System.Text;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Web;

/// <summary>Signatures of webhooks: the specification's own example, and every forgery that we know.</summary>
public class StandardWebhookTests
{
    // The example that the specification publishes for implementations to compare with.
    private const string PublishedId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string PublishedTimestamp = "1614265330";
    private const string PublishedSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly byte[] PublishedBody = "{\"test\": 2432232314}"u8.ToArray();

    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
    private static readonly WebhookSecret Published = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static readonly WebhookSecret Other = WebhookSecret.Parse("whsec_" + Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('k', WebhookSecret.MinBytes))));

    [Fact]
    public void The_published_example_is_accepted_and_made() =>
        Assert.Equal((new WebhookCheck.Accepted(PublishedId, Then, 0), PublishedSignature), (Check(), StandardWebhook.Sign(PublishedId, Then, PublishedBody, Published)));

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void Clocks_may_be_five_minutes_apart_either_way(int seconds, bool accepted) => Assert.Equal(accepted, Check(seconds: seconds) is WebhookCheck.Accepted);

    [Fact]
    public void While_secrets_are_changed_either_side_may_have_both()
    {
        Assert.Equal(1, Assert.IsType<WebhookCheck.Accepted>(Check(secrets: [Other, Published])).Secret);
        Assert.Equal(0, Assert.IsType<WebhookCheck.Accepted>(Check(signatures: $"{StandardWebhook.Sign(PublishedId, Then, PublishedBody, Other)} {PublishedSignature}")).Secret);
        Assert.IsType<WebhookCheck.Accepted>(Check(signatures: $"v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== {PublishedSignature}"));
    }

    [Theory]
    [InlineData(null, PublishedTimestamp, PublishedSignature, "webhook-id is missing")]
    [InlineData("", PublishedTimestamp, PublishedSignature, "webhook-id is missing")]
    [InlineData("msg.p5j", PublishedTimestamp, PublishedSignature, "other characters than")]
    [InlineData("msg_1,msg_2", PublishedTimestamp, PublishedSignature, "other characters than")]
    [InlineData("msg_\n", PublishedTimestamp, PublishedSignature, "other characters than")]
    [InlineData("msg_é", PublishedTimestamp, PublishedSignature, "other characters than")]
    [InlineData("msg_another", PublishedTimestamp, PublishedSignature, "No signature was made by a known secret")]
    [InlineData(PublishedId, null, PublishedSignature, "webhook-timestamp is missing or no whole number")]
    [InlineData(PublishedId, "", PublishedSignature, "webhook-timestamp is missing or no whole number")]
    [InlineData(PublishedId, "-1614265330", PublishedSignature, "webhook-timestamp is missing or no whole number")]
    [InlineData(PublishedId, "+1614265330", PublishedSignature, "webhook-timestamp is missing or no whole number")]
    [InlineData(PublishedId, "1614265330.0", PublishedSignature, "webhook-timestamp is missing or no whole number")]
    [InlineData(PublishedId, " 1614265330", PublishedSignature, "webhook-timestamp is missing or no whole number")]
    [InlineData(PublishedId, "1614265330,1614265330", PublishedSignature, "webhook-timestamp is missing or no whole number")]
    [InlineData(PublishedId, "９９", PublishedSignature, "webhook-timestamp is missing or no whole number")]
    [InlineData(PublishedId, "99999999999999999999", PublishedSignature, "webhook-timestamp is missing or no whole number")]
    [InlineData(PublishedId, "1614265331", PublishedSignature, "No signature was made by a known secret")]
    [InlineData(PublishedId, "01614265330", PublishedSignature, "No signature was made by a known secret")]
    [InlineData(PublishedId, "0", PublishedSignature, "It was sent more than 5 minutes ago.")]
    [InlineData(PublishedId, "1893456000", PublishedSignature, "It was sent more than 5 minutes ahead of our clock.")]
    [InlineData(PublishedId, PublishedTimestamp, null, "webhook-signature is missing")]
    [InlineData(PublishedId, PublishedTimestamp, "", "webhook-signature is missing")]
    [InlineData(PublishedId, PublishedTimestamp, " ", "webhook-signature has no signature of the form")]
    [InlineData(PublishedId, PublishedTimestamp, "v1,", "webhook-signature has no signature of the form")]
    [InlineData(PublishedId, PublishedTimestamp, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "webhook-signature has no signature of the form")]
    [InlineData(PublishedId, PublishedTimestamp, "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "webhook-signature has no signature of the form")]
    [InlineData(PublishedId, PublishedTimestamp, "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "webhook-signature has no signature of the form")]
    [InlineData(PublishedId, PublishedTimestamp, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=,v1,x", "webhook-signature has no signature of the form")]
    [InlineData(PublishedId, PublishedTimestamp, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1O==", "webhook-signature has no signature of the form")]
    [InlineData(PublishedId, PublishedTimestamp, "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "No signature was made by a known secret")]
    [InlineData(PublishedId, PublishedTimestamp, "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "No signature was made by a known secret")]
    [InlineData(PublishedId, PublishedTimestamp, "v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "webhook-signature has more than 8 signatures")]
    public void A_forgery_is_refused_with_its_reason(string? id, string? timestamp, string? signatures, string reason) => Assert.Contains(reason,
        Assert.IsType<WebhookCheck.Refused>(StandardWebhook.Verify(id, timestamp, signatures, PublishedBody, [Published], Then)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Headers_that_are_too_long_are_refused()
    {
        Assert.Contains("longer than 128", Assert.IsType<WebhookCheck.Refused>(Check(id: new string('a', StandardWebhook.IdMaxCharacters + 1))).Reason, StringComparison.Ordinal);
        Assert.Contains("longer than 2048", Assert.IsType<WebhookCheck.Refused>(Check(signatures: PublishedSignature + new string(' ', 2_048))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"test\":2432232314}")]
    [InlineData("{\"test\": 2432232314}\n")]
    [InlineData("{\"test\": 2432232315}")]
    public void Any_other_body_is_refused(string body) => Assert.IsType<WebhookCheck.Refused>(Check(body: Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Another_secret_and_no_secret_accept_nothing()
    {
        Assert.IsType<WebhookCheck.Refused>(Check(secrets: [Other]));
        Assert.IsType<WebhookCheck.Refused>(Check(secrets: []));
    }

    [Fact]
    public void One_signature_cannot_be_read_as_that_of_an_older_message()
    {
        // Signed as id "a.1614265330": without the rule for ids it would fit id "a" and this timestamp, with the true timestamp moved into the body.
        var signed = StandardWebhook.Sign("a.1614265330", Then.AddDays(1), "x"u8, Published);
        Assert.IsType<WebhookCheck.Accepted>(StandardWebhook.Verify("a", PublishedTimestamp, signed, Encoding.ASCII.GetBytes($"{Then.AddDays(1).ToUnixTimeSeconds()}.x"), [Published], Then));
        Assert.IsType<WebhookCheck.Refused>(StandardWebhook.Verify("a.1614265330", $"{Then.AddDays(1).ToUnixTimeSeconds()}", signed, "x"u8, [Published], Then.AddDays(1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base64 at all")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void A_secret_that_is_none_is_refused_without_being_repeated(string text)
    {
        var wrong = Assert.Throws<FormatException>(() => WebhookSecret.Parse(text));
        Assert.Equal("A webhook secret is 'whsec_' and base64 of 24 to 64 random bytes.", wrong.Message);
    }

    [Fact]
    public void A_secret_of_more_than_64_bytes_is_refused_and_none_is_shown()
    {
        Assert.Throws<FormatException>(() => WebhookSecret.Parse("whsec_" + Convert.ToBase64String(new byte[WebhookSecret.MaxBytes + 1])));
        Assert.NotNull(WebhookSecret.Parse("whsec_" + Convert.ToBase64String(new byte[WebhookSecret.MaxBytes])));
        Assert.Equal("WebhookSecret", $"{Published}");
    }

    private static WebhookCheck Check(string? id = PublishedId, string? signatures = PublishedSignature, byte[]? body = null, WebhookSecret[]? secrets = null, int seconds = 0) =>
        StandardWebhook.Verify(id, PublishedTimestamp, signatures, body ?? PublishedBody, secrets ?? [Published], Then.AddSeconds(seconds));
}
