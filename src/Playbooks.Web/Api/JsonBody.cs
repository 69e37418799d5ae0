using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Playbooks.Core.Renderings;

namespace Playbooks.Web.Api;

/// <summary>Reads the JSON of a request, and says where it is wrong.</summary>
internal static class JsonBody
{
    private const string Json = "application/json";
    private const int MessageMaxCharacters = 500;

    /// <summary>Gives the body to the handler; a body that is none is answered with how to mend it.</summary>
    public static async Task<IResult> ReadAsync<T>(HttpContext http, Func<T, Task<IResult>> handle) where T : class
    {
        if (http.Request.ContentType?.Split(';')[0].Trim().Equals(Json, StringComparison.OrdinalIgnoreCase) is not true)
            return ApiProblem.Of(http, StatusCodes.Status415UnsupportedMediaType, "not-json", "The body is not called JSON", $"Send {Json}.");
        T? body;
        try
        {
            body = await JsonSerializer.DeserializeAsync<T>(http.Request.Body, WireJson.Options, http.RequestAborted);
        }
        // Lone surrogates and values of the wrong kind surface as one of the other two.
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or NotSupportedException)
        {
            var message = Printable.Line(wrong.Message);
            return ApiProblem.Invalid(http, "The body is not what is expected here: " + message[..Math.Min(message.Length, MessageMaxCharacters)]);
        }
        catch (BadHttpRequestException bad)
        {
            return bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ApiProblem.Of(http, bad.StatusCode, "too-large", "The body is too large", "Send less.")
                : ApiProblem.Of(http, bad.StatusCode, "invalid-request", "The request is wrong", "The request broke off or is none.");
        }
        return body is null ? ApiProblem.Invalid(http, "The body is null.") : await handle(body);
    }
}
