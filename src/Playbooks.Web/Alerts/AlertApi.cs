using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Playbooks.Core;
using Playbooks.Core.Alerts;

namespace Playbooks.Web.Alerts;

/// <summary>
/// The door for alerts. What is answered with 202 is durable. Trouble of ours is always 503: Azure Monitor sends again after 408, 429, 503 and 504, and
/// after anything else the alert is lost.
/// </summary>
public static class AlertApi
{
    public const string Path = "/api/alerts";

    /// <summary>Deliveries in hand at a time; one more waits, and is asked to come again when it is not its turn in time.</summary>
    public const int InHandMax = 64;
    private const int AgainAfterSeconds = 5;
    private const string Json = "application/json";

    /// <summary>For its turn, and then for being stored: a sender is answered within two seconds, and the rest is for the way.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(0.9);

    /// <param name="wake">There is something new in the inbox.</param>
    public static void MapAlertApi(this IEndpointRouteBuilder endpoints, IAlertInbox inbox, AlertSenders senders, Action wake, TimeProvider time)
    {
        var inHand = new SemaphoreSlim(InHandMax);
        endpoints.MapPost(Path, async (HttpContext http) =>
        {
            // Who waits here holds a connection and nothing of the body.
            if (!await inHand.WaitAsync(AnswerWithin, http.RequestAborted))
                return Again(http, "More alerts arrive than can be stored in time.");
            try
            {
                return await TakeAsync(http, inbox, senders, wake, time);
            }
            finally
            {
                inHand.Release();
            }
        }).WithMetadata(new RequestSizeLimitAttribute(AlertLimits.TextMaxBytes + 1));
    }

    private static async Task<IResult> TakeAsync(HttpContext http, IAlertInbox inbox, AlertSenders senders, Action wake, TimeProvider time)
    {
        using var late = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            if (http.Request.ContentType?.Split(';')[0].Trim().Equals(Json, StringComparison.OrdinalIgnoreCase) is not true)
                return Results.Problem($"Send {Json}.", statusCode: StatusCodes.Status415UnsupportedMediaType);
            if (await BodyAsync(http.Request, either.Token) is not { } body)
                return Results.Problem($"An alert has at most {AlertLimits.TextMaxBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
            var now = time.GetUtcNow();
            switch (await senders.CheckAsync(http.Request.Headers, body, now, either.Token))
            {
                case SenderCheck.Unknown unknown:
                    return Results.Problem(unknown.Reason, statusCode: StatusCodes.Status401Unauthorized);
                case SenderCheck.Forbidden forbidden:
                    return Results.Problem(forbidden.Reason, statusCode: StatusCodes.Status403Forbidden);
                case SenderCheck.Known known:
                    switch (AlertReader.Read(body.Span))
                    {
                        case AlertReading.Refused refused:
                            return Results.Problem(string.Join('\n', refused.Errors.Select(error => $"{error.Path}: {error.Message} {error.Remedy}")), statusCode: StatusCodes.Status400BadRequest);
                        case AlertReading.Accepted { Alert: var alert }:
                            var isNew = await inbox.KeepAsync(new ReceivedAlert(alert.Delivery, alert.Id, Encoding.UTF8.GetString(body.Span), now, known.Via), either.Token);
                            if (isNew)
                                wake();
                            return Results.Json(new AlertAnswer(alert.Delivery, isNew), WireJson.Options, statusCode: StatusCodes.Status202Accepted);
                    }
                    break;
            }
            throw new System.Diagnostics.UnreachableException();
        }
        catch (BadHttpRequestException bad)
        {
            return Results.Problem("The request broke off or is none.", statusCode: bad.StatusCode);
        }
#pragma warning disable CA1031 // Whatever it is, it is ours, and any other answer would lose the alert.
        catch (Exception)
#pragma warning restore CA1031
        {
            return Again(http, "It could not be stored in time.");
        }
    }

    private static IResult Again(HttpContext http, string why)
    {
        http.Response.Headers.RetryAfter = AgainAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Results.Problem(why + " Send it again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Null where it is too large.</summary>
    private static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > AlertLimits.TextMaxBytes)
            return null;
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > AlertLimits.TextMaxBytes)
                return null;
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}

/// <param name="Delivery">Under which it is kept.</param>
/// <param name="New">False for one that had been kept before.</param>
public sealed record AlertAnswer(string Delivery, bool New);
