using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
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
    private readonly ApiLimits limits;

    private ApiWorld(WebApplication application, TokenMint mint, DoorWorld door, ApiLimits limits) => (this.application, this.mint, World, this.limits) = (application, mint, door, limits);

    public DoorWorld World { get; }
    public HttpClient Http { get; private set; } = null!;
    public Uri Url => Http.BaseAddress!;
    public EndpointDataSource Endpoints => application.Services.GetRequiredService<EndpointDataSource>();
    public MemoryAlerts Alerts { get; } = new();
    public Func<EngineHealth> Health { get; set; } = () => EngineHealth.Well;

    public static async Task<ApiWorld> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(options => WireJson.Make(options.SerializerOptions));
        builder.Services.AddApiDescription();
        var application = builder.Build();
        var (mint, door) = (new TokenMint(), new DoorWorld());
        var world = new ApiWorld(application, mint, door, new ApiLimits());
        var key = new ServerKey(Key, new Caller("local:holder", "Holder", "terminal", CallerKind.KeyHolder));
        var tokens = new PersonTokens(new TenantTokens(TokenMint.Tenant, TokenMint.Audience, mint.Keys, door.Time));
        application.MapRunApi(door.Runs, world.Alerts, door.Door, new Callers(key, tokens, sessions: null), () => world.Health(), world.limits, door.Time);
        application.MapApiSignIn(tokens);
        application.MapApiDescription();
        await application.StartAsync(TestContext.Current.CancellationToken);
        world.Http = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };
        return world;
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

    public string TokenOf(AccessRole role) => mint.Sign(Claims(role));

    public Task<ApiAnswer> SendAsync(AccessRole role, HttpMethod method, string path, object? body = null, Action<HttpRequestMessage>? change = null) => SendAsync(TokenOf(role), method, path, body, change);

    public Task<ApiAnswer> SendAsync(JsonObject claims, HttpMethod method, string path, object? body = null) => SendAsync(mint.Sign(claims), method, path, body);

    public async Task<ApiAnswer> SendAsync(string? bearer, HttpMethod method, string path, object? body = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, RunApi.Prefix + path);
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body, body.GetType(), options: WireJson.Options);
        change?.Invoke(request);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.RetryAfter?.ToString(), response.Headers.ETag?.Tag, response.Headers.TryGetValues("Link", out var links) ? links.Single() : null);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await application.DisposeAsync();
        limits.Dispose();
        mint.Dispose();
    }
}

internal sealed record ApiAnswer(HttpStatusCode Status, string? Type, string Text, string? RetryAfter, string? Tag, string? Link)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>The kind of problem, without what all of them begin with.</summary>
    public string? Problem => Type == "application/problem+json" ? ((string)Json["type"]!)[ApiProblem.TypePrefix.Length..] : null;
}
