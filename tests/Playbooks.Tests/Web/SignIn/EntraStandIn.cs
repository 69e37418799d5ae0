using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Playbooks.Tests.Web.SignIn;

/// <summary>An OpenID provider on this machine that speaks as Entra does, with a signing key of its own, for one person. Each code is good once.</summary>
internal sealed class EntraStandIn : IAsyncDisposable
{
    public const string Secret = "a secret of the application";
    public const string Assertion = "a token of a managed identity";
    public const string Person = "aaaaaaaa-0000-0000-0000-000000000001";

    private readonly WebApplication application;
    private readonly TokenMint mint = new();
    private readonly Dictionary<string, (string Nonce, string RedirectUri, string Challenge)> codes = [];
    private readonly TimeProvider time;

    private EntraStandIn(WebApplication application, TimeProvider time) => (this.application, this.time) = (application, time);

    public Uri Url { get; private set; } = null!;

    /// <summary>Changes what the next tokens say.</summary>
    public Action<JsonObject> Change { get; set; } = _ => { };

    /// <summary>Forms that came to the token endpoint.</summary>
    public List<Dictionary<string, string>> Asked { get; } = [];

    public static async Task<EntraStandIn> OpenAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        var entra = new EntraStandIn(application, time);
        application.MapGet($"/{TokenMint.Tenant}/v2.0/.well-known/openid-configuration", () => Results.Text(entra.Document().ToJsonString(), "application/json"));
        application.MapGet($"/{TokenMint.Tenant}/keys", () => Results.Text(entra.Keys().ToJsonString(), "application/json"));
        application.MapPost($"/{TokenMint.Tenant}/token", async (HttpRequest request) => entra.Token(await request.ReadFormAsync()));
        await application.StartAsync(TestContext.Current.CancellationToken);
        entra.Url = new Uri(application.Urls.First() + "/");
        return entra;
    }

    /// <summary>The person signs in there: what a browser that was sent here is sent back to.</summary>
    public Uri SignIn(Uri asked)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(asked.Query);
        Assert.Equal(("code", "query", $"{TokenMint.Audience}", "S256"), ($"{query["response_type"]}", $"{query.GetValueOrDefault("response_mode", "query")}", $"{query["client_id"]}", $"{query["code_challenge_method"]}"));
        var code = Guid.NewGuid().ToString("N");
        codes[code] = ($"{query["nonce"]}", $"{query["redirect_uri"]}", $"{query["code_challenge"]}");
        return new Uri($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString($"{query["state"]}")}");
    }

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        mint.Dispose();
    }

    private IResult Token(IFormCollection form)
    {
        Asked.Add(form.ToDictionary(field => field.Key, field => $"{field.Value}"));
        var known = codes.Remove($"{form["code"]}", out var code);
        var challenge = Base64UrlEncoder.Encode(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes($"{form["code_verifier"]}")));
        if (!known || !IsTrusted(form) || form["redirect_uri"] != code.RedirectUri || challenge != code.Challenge)
            return Results.Json(new { error = "invalid_grant", error_description = "The code is none." }, statusCode: 400);
        var now = time.GetUtcNow();
        var claims = new JsonObject
        {
            ["aud"] = $"{TokenMint.Audience}",
            ["iss"] = $"{Url}{TokenMint.Tenant}/v2.0",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
            ["sub"] = "pairwise",
            ["tid"] = $"{TokenMint.Tenant}",
            ["oid"] = Person,
            ["name"] = "An approver",
            ["preferred_username"] = "approver@university.example",
            ["nonce"] = code.Nonce,
            ["ver"] = "2.0",
        };
        Change(claims);
        return Results.Json(new { token_type = "Bearer", expires_in = 3600, access_token = "opaque", id_token = mint.Sign(claims) });
    }

    /// <summary>By the secret of the application, or by a token of an identity that it trusts; never by both.</summary>
    private static bool IsTrusted(IFormCollection form) => form.ContainsKey("client_assertion")
        ? form["client_assertion"] == Assertion && form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" && !form.ContainsKey("client_secret")
        : form["client_secret"] == Secret;

    private JsonObject Document() => new()
    {
        ["issuer"] = $"{Url}{TokenMint.Tenant}/v2.0",
        ["authorization_endpoint"] = $"{Url}{TokenMint.Tenant}/authorize",
        ["token_endpoint"] = $"{Url}{TokenMint.Tenant}/token",
        ["jwks_uri"] = $"{Url}{TokenMint.Tenant}/keys",
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("pairwise"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    };

    private JsonObject Keys()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(mint.Public);
        return new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = key.Kid, ["n"] = key.N, ["e"] = key.E }) };
    }
}
