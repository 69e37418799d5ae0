using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Playbooks.Web.Teams;

namespace Playbooks.Tests.Web.Teams;

/// <summary>The bot's door as a host maps it, without the network in front of it.</summary>
internal sealed class Doorway : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly RequestDelegate door;

    public Doorway(Bot bot, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        application = builder.Build();
        application.MapBotApi(bot, time);
        door = ((IEndpointRouteBuilder)application).DataSources.SelectMany(source => source.Endpoints).Single().RequestDelegate!;
    }

    public async Task<BotAnswer> SendAsync(string body, string? token, string? contentType = "application/json")
    {
        var http = new DefaultHttpContext { RequestServices = application.Services };
        var (text, answer) = (Encoding.UTF8.GetBytes(body), new MemoryStream());
        (http.Request.Method, http.Request.Body, http.Request.ContentType, http.Request.ContentLength, http.Response.Body) = ("POST", new MemoryStream(text), contentType, text.Length, answer);
        if (token is not null)
            http.Request.Headers.Authorization = "Bearer " + token;
        await door(http);
        return new BotAnswer((HttpStatusCode)http.Response.StatusCode, http.Response.Headers.RetryAfter.ToString(), Encoding.UTF8.GetString(answer.ToArray()));
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}

/// <param name="Text">The body, as it was sent.</param>
internal sealed record BotAnswer(HttpStatusCode Status, string RetryAfter, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>Of the answer within the answer; 0 where there is none.</summary>
    public int Code => Status == HttpStatusCode.OK && Text.Length > 0 ? (int)Json["statusCode"]! : 0;

    public bool IsCard => Code == 200 && (string)Json["type"]! == "application/vnd.microsoft.card.adaptive";

    /// <summary>All words of the card that is answered.</summary>
    public string Words => IsCard ? string.Join(' ', Texts(Json["value"]!)) : Text;

    /// <summary>Verbs of the buttons that are left on it.</summary>
    public IEnumerable<string> Buttons => IsCard ? Json["value"]!["body"]!.AsArray().Where(part => (string)part!["type"]! == "ActionSet").SelectMany(set => set!["actions"]!.AsArray()).Select(action => (string?)action!["verb"]).OfType<string>() : [];

    private static IEnumerable<string> Texts(JsonNode node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => field is { Key: "text", Value: JsonValue value } ? [(string)value!] : field.Value is null ? [] : Texts(field.Value)),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Texts),
        _ => [],
    };
}
