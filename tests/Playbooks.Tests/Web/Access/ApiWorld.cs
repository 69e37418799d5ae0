using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Web;
using Playbooks.Web.Access;
using Playbooks.Web.Api;
using Playbooks.Web.Tokens;

namespace Playbooks.Tests.Web.Access;

/// <summary>The API over real HTTP, with people who come with tokens of a tenant.</summary>
internal sealed class ApiWorld : IAsyncDisposable
{
    public const string Key = "key";

    private readonly WebApplication application;
    private readonly TokenMint mint;

    private ApiWorld(WebApplication application, TokenMint mint, DoorWorld door, HttpClient http) => (this.application, this.mint, World, Http) = (application, mint, door, http);

    public DoorWorld World { get; }
    public HttpClient Http { get; }
    public MemoryAlerts Alerts { get; } = new();

    public static async Task<ApiWorld> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(options => WireJson.Make(options.SerializerOptions));
        var application = builder.Build();
        var (mint, door) = (new TokenMint(), new DoorWorld());
        var key = new ServerKey(Key, new Caller("local:holder", "Holder", "terminal", CallerKind.KeyHolder));
        application.MapRunApi(door.Runs, new MemoryAlerts(), door.Door, new Callers(key, new PersonTokens(new TenantTokens(TokenMint.Tenant, TokenMint.Audience, mint.Keys, door.Time)), sessions: null), () => EngineHealth.Well);
        await application.StartAsync(TestContext.Current.CancellationToken);
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new ApiWorld(application, mint, door, new HttpClient { BaseAddress = new Uri(address) });
    }

    /// <summary>As Entra issues them to a program that speaks for a person.</summary>
    public JsonObject Claims(AccessRole role)
    {
        var claims = TokenMint.Claims(2, World.Time.GetUtcNow());
        claims["azp"] = $"{TokenMint.Elsewhere}";
        claims.Remove("roles");
        claims["scp"] = $"openid {PersonTokens.Scope}";
        claims["oid"] = DoorWorld.IdOf(role)["entra:".Length..];
        claims["name"] = $"{role}";
        return claims;
    }

    public Task<ApiAnswer> SendAsync(AccessRole role, HttpMethod method, string path, object? body = null) => SendAsync(Claims(role), method, path, body);

    public Task<ApiAnswer> SendAsync(JsonObject claims, HttpMethod method, string path, object? body = null) => SendAsync(mint.Sign(claims), method, path, body);

    public async Task<ApiAnswer> SendAsync(string? bearer, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, RunApi.Prefix + path);
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body, body.GetType(), options: WireJson.Options);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.RetryAfter?.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await application.DisposeAsync();
        mint.Dispose();
    }
}

internal sealed record ApiAnswer(HttpStatusCode Status, string? Type, string Text, string? RetryAfter)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>The kind of problem, without what all of them begin with.</summary>
    public string? Problem => Type == "application/problem+json" ? ((string)Json["type"]!)[ApiProblem.TypePrefix.Length..] : null;
}
