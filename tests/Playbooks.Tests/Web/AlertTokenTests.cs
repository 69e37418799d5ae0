using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Web.Alerts;
using Playbooks.Web.Tokens;

namespace Playbooks.Tests.Web;

/// <summary>Tokens of Azure Monitor's secure webhook: the two that are good, and every one that differs from them in one thing.</summary>
public sealed class AlertTokenTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly SenderCheck Good = new SenderCheck.Known("Azure Monitor");
    private static readonly SenderCheck Invalid = new SenderCheck.Unknown("The token is not one that Microsoft Entra issued for this server in our tenant and that is valid now.");
    private static readonly SenderCheck ForeignTenant = new SenderCheck.Unknown("The token is of another tenant.");
    private static readonly SenderCheck ForeignCaller = new SenderCheck.Forbidden("The token was not issued to Azure Monitor.");
    private static readonly SenderCheck Person = new SenderCheck.Forbidden("The token speaks for a person and not for an application.");
    private static readonly SenderCheck NoRole = new SenderCheck.Forbidden("The caller lacks the role ActionGroupsSecureWebhook.");

    private readonly TokenMint mint = new();
    private readonly FakeTimeProvider time = new(Now);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => mint.Dispose();

    [Fact]
    public async Task Tokens_of_both_versions_are_known()
    {
        Assert.Equal(Good, await CheckAsync(mint.Sign(TokenMint.Claims(2, Now))));
        Assert.Equal(Good, await CheckAsync(mint.Sign(TokenMint.Claims(1, Now))));
        Assert.Equal(Good, await CheckAsync(mint.Sign(With(TokenMint.Claims(1, Now), "idtyp", "\"app\""))));
        Assert.Equal(Good, await CheckAsync(mint.Sign(With(TokenMint.Claims(2, Now), "roles", "[\"Other\",\"ActionGroupsSecureWebhook\"]"))));
    }

    /// <summary>Claim, its value as JSON (null takes it away), and the verdict.</summary>
    public static TheoryData<string, string?, SenderCheck> Changes => new()
    {
        { "iss", $"\"https://login.microsoftonline.com/{TokenMint.Elsewhere}/v2.0\"", Invalid },
        { "iss", $"\"https://sts.windows.net/{TokenMint.Elsewhere}/\"", Invalid },
        { "iss", $"\"https://login.microsoftonline.com/{TokenMint.Tenant}/v2.0/\"", Invalid },
        { "iss", $"\"https://login.microsoftonline.com.example/{TokenMint.Tenant}/v2.0\"", Invalid },
        { "iss", "\"https://login.microsoftonline.com/common/v2.0\"", Invalid },
        { "iss", "\"\"", Invalid },
        { "iss", null, Invalid },
        { "aud", $"\"{TokenMint.Elsewhere}\"", Invalid },
        { "aud", $"\"api://{TokenMint.Elsewhere}\"", Invalid },
        { "aud", $"\"{TokenMint.Audience}/\"", Good },
        { "aud", $"\"{TokenMint.Audience}x\"", Invalid },
        { "aud", "\"\"", Invalid },
        { "aud", "[]", Invalid },
        { "aud", null, Invalid },
        { "tid", $"\"{TokenMint.Elsewhere}\"", ForeignTenant },
        { "tid", $"[\"{TokenMint.Tenant}\",\"{TokenMint.Elsewhere}\"]", ForeignTenant },
        { "tid", "\"\"", ForeignTenant },
        { "tid", null, ForeignTenant },
        { "azp", $"\"{TokenMint.Elsewhere}\"", ForeignCaller },
        { "azp", $"\"{AlertTokens.AzureMonitor} \"", ForeignCaller },
        { "azp", null, ForeignCaller },
        { "appid", $"\"{TokenMint.Elsewhere}\"", ForeignCaller },
        { "appid", $"\"{AlertTokens.AzureMonitor}\"", Good },
        { "roles", "[\"Recovery.Approve\"]", NoRole },
        { "roles", "[\"actiongroupssecurewebhook\"]", NoRole },
        { "roles", "[\"ActionGroupsSecureWebhook,Recovery.Approve\"]", NoRole },
        { "roles", "[[\"ActionGroupsSecureWebhook\"]]", NoRole },
        { "roles", "{\"a\":\"ActionGroupsSecureWebhook\"}", NoRole },
        { "roles", "[]", NoRole },
        { "roles", null, NoRole },
        { "scp", "\"user_impersonation\"", Person },
        { "scp", "\"\"", Person },
        { "idtyp", "\"user\"", Person },
        { "idtyp", "\"device\"", Person },
        { "exp", null, Invalid },
        { "exp", "0", Invalid },
        { "exp", "\"soon\"", Invalid },
        { "exp", "253402300799", Good },
        { "exp", "9223372036854775807", Good },
        { "nbf", "9223372036854775807", Invalid },
        { "nbf", null, Good },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_token_that_differs_in_one_claim_gets_its_verdict(string claim, string? value, SenderCheck verdict) =>
        Assert.Equal(verdict, await CheckAsync(mint.Sign(With(TokenMint.Claims(2, Now), claim, value))));

    [Fact]
    public async Task The_role_counts_in_its_own_claim_only()
    {
        var claims = With(TokenMint.Claims(2, Now), "roles", null);
        foreach (var elsewhere in new[] { "role", "groups", "wids", "Roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role" })
            Assert.Equal(NoRole, await CheckAsync(mint.Sign(With(claims, elsewhere, "[\"ActionGroupsSecureWebhook\"]"))));
    }

    [Theory]
    [InlineData("exp", -301, false)]
    [InlineData("exp", -300, false)]
    [InlineData("exp", -299, true)]
    [InlineData("exp", 1, true)]
    [InlineData("nbf", 299, true)]
    [InlineData("nbf", 300, true)]
    [InlineData("nbf", 301, false)]
    public async Task Clocks_may_be_five_minutes_apart(string claim, int seconds, bool good) =>
        Assert.Equal(good ? Good : Invalid, await CheckAsync(mint.Sign(With(TokenMint.Claims(2, Now), claim, $"{Now.ToUnixTimeSeconds() + seconds}"))));

    [Fact]
    public async Task A_good_token_that_is_sent_again_after_its_time_is_unknown()
    {
        var token = mint.Sign(TokenMint.Claims(2, Now));
        var tokens = Tokens(mint.Keys);
        Assert.Equal(Good, await tokens.CheckAsync(token, Cancelled));
        time.Advance(TimeSpan.FromMinutes(66));
        Assert.Equal(Invalid, await tokens.CheckAsync(token, Cancelled));
    }

    [Fact]
    public async Task Only_the_tenants_key_and_RS256_sign()
    {
        var claims = TokenMint.Claims(2, Now);
        using var other = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = Encoding.UTF8.GetBytes(mint.Rsa.ExportSubjectPublicKeyInfoPem());
        var spki = mint.Rsa.ExportSubjectPublicKeyInfo();
        Assert.Equal(Good, await CheckAsync(TokenMint.Join("RS256", TokenMint.Kid, claims, bytes => mint.Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))));
        foreach (var forged in new[]
        {
            TokenMint.Join("none", TokenMint.Kid, claims, _ => []),
            TokenMint.Join("none", null, claims, _ => []),
            TokenMint.Join("None", TokenMint.Kid, claims, bytes => mint.Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            TokenMint.Join("RS256", TokenMint.Kid, claims, _ => []),
            TokenMint.Join("HS256", TokenMint.Kid, claims, bytes => HMACSHA256.HashData(pem, bytes)),
            TokenMint.Join("HS256", TokenMint.Kid, claims, bytes => HMACSHA256.HashData(spki, bytes)),
            TokenMint.Join("HS256", null, claims, bytes => HMACSHA256.HashData(mint.Rsa.ExportParameters(false).Modulus!, bytes)),
            TokenMint.Join("RS256", TokenMint.Kid, claims, bytes => other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            TokenMint.Join("RS256", null, claims, bytes => other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            TokenMint.Join("RS384", TokenMint.Kid, claims, bytes => mint.Rsa.SignData(bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)),
            TokenMint.Join("PS256", TokenMint.Kid, claims, bytes => mint.Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            TokenMint.Join("ES256", TokenMint.Kid, claims, bytes => curve.SignData(bytes, HashAlgorithmName.SHA256)),
        })
            Assert.Equal(Invalid, await CheckAsync(forged));
    }

    [Fact]
    public async Task What_is_no_token_is_unknown()
    {
        var good = mint.Sign(TokenMint.Claims(2, Now));
        foreach (var text in new[] { "", " ", ".", "..", "...", "....", "a.b.c", "e30.e30.", "e30.e30.e30", "bnVsbA.bnVsbA.bnVsbA", "W10.W10.W10", good + ".", good + " ", good[..^1], good[1..],
            good.Replace('.', ','), good[..good.LastIndexOf('.')], good + "." + good, new string('a', 100_000), new string('.', 100_000), string.Join('.', Enumerable.Repeat(new string('A', 40_000), 3)), "\0", "é.é.é" })
            Assert.Equal(Invalid, await CheckAsync(text));
    }

    [Fact]
    public async Task Keys_that_cannot_be_had_are_no_verdict()
    {
        var good = mint.Sign(TokenMint.Claims(2, Now));
        foreach (var error in new Exception[] { new InvalidOperationException("IDX20803"), new HttpRequestException("no network"), new IOException("IDX20804") })
            await Assert.ThrowsAsync<KeysUnavailableException>(() => Tokens(new TenantKeys { FailsWith = error }).CheckAsync(good, Cancelled));
        await Assert.ThrowsAsync<KeysUnavailableException>(() => Tokens(new TenantKeys()).CheckAsync(good, Cancelled));
    }

    [Fact]
    public async Task Nobody_waits_for_keys_longer_than_they_want()
    {
        using var late = new CancellationTokenSource();
        var check = Tokens(new TenantKeys { Answer = new TaskCompletionSource<BaseConfiguration>().Task }).CheckAsync(mint.Sign(TokenMint.Claims(2, Now)), late.Token);
        Assert.False(check.IsCompleted);
        await late.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
    }

    [Fact]
    public async Task A_key_that_the_tenant_has_just_begun_to_use_is_asked_for_and_not_called_a_forgery()
    {
        using var next = new TokenMint("key-2");
        var keys = new TenantKeys(mint);
        var tokens = Tokens(keys);
        var token = next.Sign(TokenMint.Claims(2, Now));
        await Assert.ThrowsAsync<KeysUnavailableException>(() => tokens.CheckAsync(token, Cancelled));
        Assert.True(keys.AskedAgain > 0);
        keys.Are(mint, next);
        Assert.Equal(Good, await tokens.CheckAsync(token, Cancelled));
    }

    [Fact]
    public async Task An_unknown_key_of_another_tenant_is_a_stranger()
    {
        using var stranger = new TokenMint("key-2");
        Assert.Equal(Invalid, await CheckAsync(stranger.Sign(With(TokenMint.Claims(2, Now), "iss", $"\"https://login.microsoftonline.com/{TokenMint.Elsewhere}/v2.0\""))));
    }

    private AlertTokens Tokens(BaseConfigurationManager keys) => new(TokenMint.Tenant, TokenMint.Audience, keys, time);

    private Task<SenderCheck> CheckAsync(string token) => Tokens(mint.Keys).CheckAsync(token, Cancelled);

    private static JsonObject With(JsonObject claims, string name, string? json)
    {
        claims = claims.DeepClone().AsObject();
        claims.Remove(name);
        if (json is not null)
            claims[name] = JsonNode.Parse(json);
        return claims;
    }
}
