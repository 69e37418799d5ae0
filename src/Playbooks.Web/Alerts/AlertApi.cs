using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Json;
using Playbooks.Core.Renderings;
using Playbooks.Web.Tokens;

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

    /// <summary>For its turn, and then for being stored: a sender is answered within two seconds, and the rest is for the way.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(0.9);

    /// <summary>Of what is wrong with a text, as many as are answered, each cut: names in them are the sender's, and may be as long as the text.</summary>
    private const int ErrorsMax = 10;
    private const int ErrorMaxCharacters = 512;

    /// <param name="wake">There is something new in the inbox.</param>
    public static void MapAlertApi(this IEndpointRouteBuilder endpoints, IAlertInbox inbox, AlertSenders senders, Action wake, TimeProvider time)
    {
        var inHand = new SemaphoreSlim(InHandMax);
        endpoints.MapPost(Path, async (HttpContext http) =>
        {
            using (var late = new CancellationTokenSource(AnswerWithin, time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted))
            {
                try
                {
                    // Who waits here holds a connection and nothing of the body.
                    await inHand.WaitAsync(either.Token);
                }
                catch (OperationCanceledException)
                {
                    return Again(http, "More alerts arrive than can be stored in time.");
                }
            }
            var keeping = Task.FromResult(false);
            try
            {
                return await TakeAsync(http, senders, alert => keeping = KeepAsync(inbox, alert, wake), time);
            }
            finally
            {
                // What is late for its sender may still be on its way to the disk, and is in hand until it is there.
                _ = keeping.ContinueWith(static (ended, turns) =>
                {
                    _ = ended.Exception;
                    ((SemaphoreSlim)turns!).Release();
                }, inHand, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        })
        .WithMetadata(new RequestSizeLimitAttribute(BoundedBody.ServerLimit(AlertLimits.TextMaxBytes)));
    }

    private static async Task<IResult> TakeAsync(HttpContext http, AlertSenders senders, Func<ReceivedAlert, Task<bool>> keep, TimeProvider time)
    {
        using var late = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            if (!BoundedBody.IsJson(http.Request))
                return Results.Problem("Send application/json.", statusCode: StatusCodes.Status415UnsupportedMediaType);
            if (await BoundedBody.ReadAsync(http.Request, AlertLimits.TextMaxBytes, either.Token) is not { } body)
                return TooLarge();
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
                            return Results.Problem(string.Join('\n', refused.Errors.Take(ErrorsMax).Select(Line)), statusCode: StatusCodes.Status400BadRequest);
                        case AlertReading.Accepted { Alert: var alert } when DeadLetterAlert.IsReserved(alert):
                            return Results.Problem($"Ids that begin with '{DeadLetterAlert.IdPrefix}' and the service '{DeadLetterAlert.Service}' are this host's own: it counts dead letters itself. Take another id and service.",
                                statusCode: StatusCodes.Status400BadRequest);
                        case AlertReading.Accepted { Alert: var alert }:
                            var isNew = await keep(new ReceivedAlert(alert.Delivery, alert.Id, Encoding.UTF8.GetString(body.Span), now, known.Via)).WaitAsync(either.Token);
                            return Results.Json(new AlertAnswer(alert.Delivery, isNew), WireJson.Options, statusCode: StatusCodes.Status202Accepted);
                    }
                    break;
            }
            throw new System.Diagnostics.UnreachableException();
        }
        catch (BadHttpRequestException bad)
        {
            return bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : Results.Problem("The request broke off or is none.", statusCode: bad.StatusCode);
        }
        catch (KeysUnavailableException unknown)
        {
            return Again(http, unknown.Message);
        }
#pragma warning disable CA1031 // Whatever it is, it is ours, and any other answer would lose the alert.
        catch (Exception)
#pragma warning restore CA1031
        {
            return Again(http, "It could not be stored in time.");
        }
    }

    /// <summary>Never given up: what is late for its sender is kept all the same, and when it is sent again it is nothing new that would wake anybody.</summary>
    private static async Task<bool> KeepAsync(IAlertInbox inbox, ReceivedAlert alert, Action wake)
    {
        var isNew = await inbox.KeepAsync(alert, CancellationToken.None);
        if (isNew)
            wake();
        return isNew;
    }

    private static string Line(JsonTextError error)
    {
        var (path, said) = (error.Path.ToString(), $"{error.Message} {error.Remedy}");
        return Printable.Line($"{path[..Math.Min(path.Length, ErrorMaxCharacters)]}: {said[..Math.Min(said.Length, ErrorMaxCharacters)]}");
    }

    private static IResult TooLarge() => Results.Problem($"An alert has at most {AlertLimits.TextMaxBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);

    private static IResult Again(HttpContext http, string why)
    {
        http.Response.Headers.RetryAfter = AgainAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Results.Problem(why + " Send it again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <param name="Delivery">Under which it is kept.</param>
/// <param name="New">False for one that had been kept before.</param>
public sealed record AlertAnswer(string Delivery, bool New);
