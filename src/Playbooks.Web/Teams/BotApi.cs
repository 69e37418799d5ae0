using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Playbooks.Web.Tokens;

namespace Playbooks.Web.Teams;

/// <summary>
/// The door for Bot Service. Checked in this order: the token, the shape of the activity, that it is from Teams, from our tenant and for this bot;
/// then it is taken by its kind. What this bot does not know is answered with 200 and does nothing.
/// </summary>
public static class BotApi
{
    public const string Path = "/api/messages";

    /// <summary>Activities in hand at a time; one more waits, and is refused for now when it is not its turn in time.</summary>
    public const int InHandMax = 64;
    private const int AgainAfterSeconds = 5;
    private const string Bearer = "Bearer ";

    /// <summary>Until an activity is believed; what it asks for has the rest of <see cref="CardDesk.AnswerWithin"/>.</summary>
    public static readonly TimeSpan BelievedWithin = TimeSpan.FromSeconds(3);

    public static void MapBotApi(this IEndpointRouteBuilder endpoints, Bot bot, TimeProvider time)
    {
        var inHand = new SemaphoreSlim(InHandMax);
        endpoints.MapPost(Path, async (HttpContext http) =>
        {
            var arrived = time.GetTimestamp();
            using var late = new CancellationTokenSource(BelievedWithin, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
            try
            {
                await inHand.WaitAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                return Again(http, "More arrives than can be judged in time.");
            }
            try
            {
                return await BelieveAsync(http, bot, either.Token) switch
                {
                    (_, { } refusal) => refusal,
                    ({ } activity, _) when await bot.TakeAsync(activity, CardDesk.AnswerWithin - time.GetElapsedTime(arrived)) is { } reply => Results.Text(reply.Json.Text, "application/json", Encoding.UTF8),
                    _ => Results.Ok(),
                };
            }
            catch (BadHttpRequestException bad)
            {
                return bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : Results.Problem("The request broke off or is none.", statusCode: bad.StatusCode);
            }
            catch (KeysUnavailableException trouble)
            {
                return Again(http, trouble.Message);
            }
            catch (Exception trouble) when (trouble is OperationCanceledException or IOException or UnauthorizedAccessException)
            {
                return Again(http, "It could not be read or kept in time.");
            }
            finally
            {
                inHand.Release();
            }
        })
        .WithMetadata(new RequestSizeLimitAttribute(BoundedBody.ServerLimit(BotActivity.MaxBytes)));
    }

    private static async Task<(BotActivity? Activity, IResult? Refusal)> BelieveAsync(HttpContext http, Bot bot, CancellationToken cancellationToken)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return (null, Refuse(StatusCodes.Status401Unauthorized, "Only Bot Service may call here, with its token."));
        if (!BoundedBody.IsJson(http.Request))
            return (null, Refuse(StatusCodes.Status415UnsupportedMediaType, "Send application/json."));
        var check = await bot.Tokens.CheckAsync(authorization[Bearer.Length..], cancellationToken);
        if (check is BotTokenCheck.Unknown unknown)
            return (null, Refuse(StatusCodes.Status401Unauthorized, unknown.Reason));
        if (await BoundedBody.ReadAsync(http.Request, BotActivity.MaxBytes, cancellationToken) is not { } body)
            return (null, TooLarge());
        return BotActivity.Read(body.Span) switch
        {
            BotReading.Refused refused => (null, Refuse(StatusCodes.Status400BadRequest, refused.Reason)),
            BotReading.Accepted { Activity: var activity } when bot.Identity.Refusal(activity, ((BotTokenCheck.Known)check).ServiceUrl) is { } reason => (null, Refuse(StatusCodes.Status403Forbidden, reason)),
            BotReading.Accepted { Activity: var activity } => (activity, null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static IResult Refuse(int status, string why) => Results.Problem(why, statusCode: status);

    private static IResult TooLarge() => Refuse(StatusCodes.Status413PayloadTooLarge, $"An activity has at most {BotActivity.MaxBytes} bytes.");

    private static IResult Again(HttpContext http, string why)
    {
        http.Response.Headers.RetryAfter = AgainAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return Refuse(StatusCodes.Status503ServiceUnavailable, why + " Send it again.");
    }
}
