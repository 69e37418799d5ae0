using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Web.Teams;
using Playbooks.Web.Tokens;

namespace Playbooks.Tests.Web.Teams;

/// <summary>Tokens of Bot Service: the good one, and every one that differs from it in one thing.</summary>
public sealed class BotTokenTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly BotTokenCheck Good = new BotTokenCheck.Known(BotTraffic.ServiceUrl);
    private static readonly BotTokenCheck Invalid = new BotTokenCheck.Unknown("The token is not one that Bot Service issued for this bot and that is valid now.");
    private static readonly BotTokenCheck NoAddress = new BotTokenCheck.Unknown("The token does not say from which address of Bot Service it comes.");
    private static readonly BotTokenCheck NotForTeams = new BotTokenCheck.Unknown("The key that signed the token does not sign for Teams.");

    private readonly TokenMint mint = new();
    private readonly FakeTimeProvider time = new(Now);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => mint.Dispose();

    /// <summary>Claim, its value as JSON (null takes it away), and the verdict.</summary>
    public static TheoryData<string, string?, BotTokenCheck> Changes => new()
    {
        { "exp", "253402300799", Good },
        { "iss", "\"https://api.botframework.us\"", Invalid },
        { "iss", "\"https://api.botframework.com/\"", Invalid },
        { "iss", "\"https://api.botframework.com.example\"", Invalid },
        { "iss", "\"http://api.botframework.com\"", Invalid },
        { "iss", $"\"https://login.microsoftonline.com/{TokenMint.Tenant}/v2.0\"", Invalid },
        { "iss", $"\"https://sts.windows.net/{TokenMint.Tenant}/\"", Invalid },
        { "iss", "\"https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/\"", Invalid },
        { "iss", null, Invalid },
        { "aud", $"\"{TokenMint.Elsewhere}\"", Invalid },
        { "aud", $"\"api://{TokenMint.Audience}\"", Invalid },
        { "aud", $"\"api://botid-{TokenMint.Audience}\"", Invalid },
        { "aud", "\"https://api.botframework.com\"", Invalid },
        { "aud", "[]", Invalid },
        { "aud", null, Invalid },
        { "exp", null, Invalid },
        { "exp", "0", Invalid },
        { "nbf", "9223372036854775807", Invalid },
        { "serviceurl", null, NoAddress },
        { "serviceurl", "[\"https://smba.trafficmanager.net/amer/\",\"https://evil.example/\"]", NoAddress },
        { "serviceurl", "\"https://evil.example/\"", new BotTokenCheck.Known("https://evil.example/") },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_token_that_differs_in_one_claim_gets_its_verdict(string claim, string? value, BotTokenCheck verdict) =>
        Assert.Equal(verdict, await CheckAsync(mint.Sign(BotTraffic.Claims(Now).With(claim, value))));

    [Theory]
    [InlineData("exp", -300, false)]
    [InlineData("exp", -299, true)]
    [InlineData("nbf", 300, true)]
    [InlineData("nbf", 301, false)]
    public async Task Clocks_may_be_five_minutes_apart(string claim, int seconds, bool good) =>
        Assert.Equal(good ? Good : Invalid, await CheckAsync(mint.Sign(BotTraffic.Claims(Now).With(claim, $"{Now.ToUnixTimeSeconds() + seconds}"))));

    [Fact]
    public async Task Only_Bot_Services_key_and_RS256_sign()
    {
        var claims = BotTraffic.Claims(Now);
        using var other = RSA.Create(2048);
        Assert.Equal(Good, await CheckAsync(mint.Sign(claims)));
        foreach (var forged in new[]
        {
            TokenMint.Join("none", TokenMint.Kid, claims, _ => []),
            TokenMint.Join("HS256", TokenMint.Kid, claims, bytes => HMACSHA256.HashData(mint.Rsa.ExportSubjectPublicKeyInfo(), bytes)),
            TokenMint.Join("RS256", TokenMint.Kid, claims, bytes => other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            TokenMint.Join("RS384", TokenMint.Kid, claims, bytes => mint.Rsa.SignData(bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)),
        })
            Assert.Equal(Invalid, await CheckAsync(forged));
    }

    [Theory]
    [InlineData("[\"msteams\"]", true)]
    [InlineData("[\"webchat\",\"msteams\",\"skype\"]", true)]
    [InlineData("[\"webchat\",\"skype\"]", false)]
    [InlineData("[\"MSTEAMS\"]", false)]
    [InlineData("[]", false)]
    [InlineData("\"msteams\"", false)]
    [InlineData("null", true)]
    [InlineData(null, true)]
    public async Task A_key_that_says_for_which_channels_it_signs_must_sign_for_Teams(string? endorsements, bool good)
    {
        var tokens = new BotTokens(BotTraffic.AppId, BotTokens.Keys(new Documents(mint, endorsements)), time);
        Assert.Equal(good ? Good : NotForTeams, await tokens.CheckAsync(mint.Sign(BotTraffic.Claims(Now)), Cancelled));
    }

    [Fact]
    public async Task Keys_are_had_from_Bot_Services_metadata_and_its_lack_is_no_verdict()
    {
        var documents = new Documents(mint, "[\"msteams\"]") { Fail = true };
        var tokens = new BotTokens(BotTraffic.AppId, BotTokens.Keys(documents), time);
        await Assert.ThrowsAsync<KeysUnavailableException>(() => tokens.CheckAsync(mint.Sign(BotTraffic.Claims(Now)), Cancelled));
        Assert.Equal("https://login.botframework.com/v1/.well-known/openidconfiguration", documents.Asked[0]);
    }

    [Fact]
    public async Task A_token_that_is_sent_again_after_its_time_is_unknown()
    {
        var token = mint.Sign(BotTraffic.Claims(Now));
        Assert.Equal(Good, await CheckAsync(token));
        time.Advance(TimeSpan.FromMinutes(66));
        Assert.Equal(Invalid, await CheckAsync(token));
    }

    private Task<BotTokenCheck> CheckAsync(string token) => new BotTokens(BotTraffic.AppId, mint.Keys, time).CheckAsync(token, Cancelled);

    /// <summary>The two documents that Bot Service publishes.</summary>
    private sealed class Documents(TokenMint mint, string? endorsements) : IDocumentRetriever
    {
        public List<string> Asked { get; } = [];
        public bool Fail { get; init; }

        public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            Asked.Add(address);
            if (Fail)
                return Task.FromException<string>(new IOException("IDX20804"));
            var key = mint.Rsa.ExportParameters(includePrivateParameters: false);
            var jwk = new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = TokenMint.Kid, ["n"] = Base64UrlEncoder.Encode(key.Modulus!), ["e"] = Base64UrlEncoder.Encode(key.Exponent!) };
            if (endorsements is not null)
                jwk["endorsements"] = JsonNode.Parse(endorsements);
            return Task.FromResult(address == BotTokens.Metadata
                ? new JsonObject { ["issuer"] = BotTokens.Issuer, ["jwks_uri"] = "https://login.botframework.com/v1/.well-known/keys", ["id_token_signing_alg_values_supported"] = new JsonArray("RS256") }.ToJsonString()
                : new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString());
        }
    }
}
