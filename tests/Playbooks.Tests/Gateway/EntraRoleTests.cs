using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Playbooks.Tests.Gateway;

/// <summary>Tokens of a tenant that stands on loopback with a key of its own; Entra itself cannot be had in a test.</summary>
public sealed class EntraRoleTests : IDisposable
{
    private const string Audience = "api://playbooks-gateway";
    private readonly RSA _tenantKey = RSA.Create(2048);
    private readonly RSA _foreignKey = RSA.Create(2048);

    public void Dispose()
    {
        _tenantKey.Dispose();
        _foreignKey.Dispose();
    }

    [Fact]
    public async Task A_holder_of_the_role_gives_orders_under_the_own_name()
    {
        await using var tenant = await TenantAsync();
        await using var rig = await RigAsync(tenant);
        var replica = await rig.ReplicaAsync("a");
        var (status, body, _) = await replica.OrderAsync(
            HttpMethod.Put, "/state/grading", new { mode = "off", reason = "wrong grades", onBehalfOf = "run 7" }, Token(tenant));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("entra:11111111-2222 for run 7", body.GetProperty("current").GetProperty("changedBy").GetString());
    }

    [Fact]
    public async Task Any_other_token_is_refused()
    {
        await using var tenant = await TenantAsync();
        await using var rig = await RigAsync(tenant);
        var replica = await rig.ReplicaAsync("a");
        var refused = new Dictionary<string, string>
        {
            ["no role"] = Token(tenant, role: null),
            ["another role"] = Token(tenant, role: "Gateway.Reader"),
            ["another audience"] = Token(tenant, audience: "api://shop"),
            ["another issuer"] = Token(tenant, issuer: "https://elsewhere.example/v2.0"),
            ["another key"] = Token(tenant, key: _foreignKey),
            ["expired"] = Token(tenant, expires: DateTime.UtcNow.AddMinutes(-10)),
            ["not yet valid"] = Token(tenant, notBefore: DateTime.UtcNow.AddMinutes(10), expires: DateTime.UtcNow.AddMinutes(20)),
            ["unsigned"] = Unsigned(tenant),
            ["no token"] = "e30.e30.e30",
        };
        foreach (var (what, token) in refused)
        {
            var (status, _, _) = await replica.OrderAsync(HttpMethod.Get, "/state", key: token);
            Assert.True(status is HttpStatusCode.Unauthorized, what);
        }
    }

    [Fact]
    public async Task Where_the_tenant_cannot_be_asked_tokens_are_refused_and_keys_still_work()
    {
        var tenant = await TenantAsync();
        await using var rig = await RigAsync(tenant);
        var replica = await rig.ReplicaAsync("a");
        var token = Token(tenant);
        await tenant.DisposeAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await replica.OrderAsync(HttpMethod.Get, "/state", key: token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await replica.OrderAsync(HttpMethod.Get, "/state")).Status);
    }

    private static async Task<GatewayRig> RigAsync(StubUpstream tenant)
    {
        var rig = await GatewayRig.StartAsync();
        var keysOnly = rig.Control;
        rig.Control = keyFile =>
        {
            var control = keysOnly(keyFile);
            control["entra"] = new JsonObject { ["authority"] = Authority(tenant), ["audience"] = Audience, ["role"] = "Gateway.Operator" };
            return control;
        };
        return rig;
    }

    private static string Authority(StubUpstream tenant) => new Uri(tenant.Address, "/tenant/v2.0").ToString();

    private async Task<StubUpstream> TenantAsync()
    {
        var tenant = await StubUpstream.StartAsync("tenant");
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_tenantKey.ExportParameters(false)) { KeyId = "1" });
        tenant.Answer = http => http.Request.Path.Value switch
        {
            "/tenant/v2.0/.well-known/openid-configuration" => http.Response.WriteAsync(JsonSerializer.Serialize(
                new { issuer = Authority(tenant), jwks_uri = new Uri(tenant.Address, "/keys").ToString() })),
            "/keys" => http.Response.WriteAsync(JsonSerializer.Serialize(
                new { keys = new[] { new { kty = "RSA", use = "sig", kid = key.Kid, n = key.N, e = key.E } } })),
            _ => Task.CompletedTask,
        };
        return tenant;
    }

    private string Token(
        StubUpstream tenant, string? role = "Gateway.Operator", string audience = Audience, string? issuer = null, RSA? key = null,
        DateTime? notBefore = null, DateTime? expires = null)
    {
        var claims = new Dictionary<string, object> { ["oid"] = "11111111-2222" };
        if (role is not null) claims["roles"] = new[] { "Something.Else", role };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Authority(tenant),
            Audience = audience,
            Claims = claims,
            NotBefore = notBefore ?? DateTime.UtcNow.AddMinutes(-30),
            Expires = expires ?? DateTime.UtcNow.AddMinutes(10),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key ?? _tenantKey) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
        });
    }

    private string Unsigned(StubUpstream tenant)
    {
        var parts = Token(tenant).Split('.');
        return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.";
    }
}
