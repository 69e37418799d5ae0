using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Web;

/// <summary>Issues tokens as Entra does for Azure Monitor, byte by byte, so that a test can also make what no library would.</summary>
internal sealed class TokenMint(string kid = TokenMint.Kid) : IDisposable
{
    public const string Kid = "key-1";
    public static readonly Guid Tenant = new("0a5c4cf7-1f5e-4b8e-9d25-0b8f7c2f10aa");
    public static readonly Guid Audience = new("5f3d1c9e-6b8a-4f0c-8f2b-3a1d2e4c5b6a");
    public static readonly Guid Elsewhere = new("11111111-2222-3333-4444-555555555555");

    /// <summary>Of the usual key, made once: making one takes longer than most tests.</summary>
    private static readonly Lazy<RSAParameters> Usual = new(() =>
    {
        using var made = RSA.Create(2048);
        return made.ExportParameters(includePrivateParameters: true);
    });

    public RSA Rsa { get; } = kid == Kid ? RSA.Create(Usual.Value) : RSA.Create(2048);

    public RsaSecurityKey Public => new(Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = kid };

    public BaseConfigurationManager Keys => new StaticConfigurationManager<OpenIdConnectConfiguration>(new OpenIdConnectConfiguration { SigningKeys = { Public } });

    /// <param name="version">2 names the caller azp, 1 appid.</param>
    public static JsonObject Claims(int version, DateTimeOffset now) => new()
    {
        ["aud"] = version == 2 ? $"{Audience}" : $"api://{Audience}",
        ["iss"] = version == 2 ? $"https://login.microsoftonline.com/{Tenant}/v2.0" : $"https://sts.windows.net/{Tenant}/",
        ["iat"] = now.ToUnixTimeSeconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        [version == 2 ? "azp" : "appid"] = AlertTokens.AzureMonitor,
        ["roles"] = new JsonArray(AlertTokens.Role),
        ["tid"] = $"{Tenant}",
        ["ver"] = version == 2 ? "2.0" : "1.0",
    };

    public string Sign(JsonObject claims) => Join("RS256", kid, claims, bytes => Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Join(string algorithm, string? kid, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = algorithm };
        if (kid is not null)
            header["kid"] = kid;
        var signed = $"{Text(header)}.{Text(claims)}";
        return $"{signed}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public void Dispose() => Rsa.Dispose();

    private static string Text(JsonObject json) => Base64UrlEncoder.Encode(json.ToJsonString());
}

/// <summary>The keys that a tenant publishes, as a test wants them to be had.</summary>
internal sealed class TenantKeys : BaseConfigurationManager
{
    private BaseConfiguration now = new OpenIdConnectConfiguration();

    public TenantKeys(params TokenMint[] mints) => Are(mints);

    public Exception? FailsWith { get; init; }

    /// <summary>Given instead of the keys.</summary>
    public Task<BaseConfiguration>? Answer { get; init; }

    public int AskedAgain { get; private set; }

    public void Are(params TokenMint[] mints)
    {
        var configuration = new OpenIdConnectConfiguration();
        foreach (var mint in mints)
            configuration.SigningKeys.Add(mint.Public);
        now = configuration;
    }

    public override Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) =>
        FailsWith is { } error ? Task.FromException<BaseConfiguration>(error) : Answer ?? Task.FromResult(now);

    public override void RequestRefresh() => AskedAgain++;
}
