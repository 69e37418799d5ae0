using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Playbooks.Web.Access;

namespace Playbooks.Web.Api;

/// <summary>Problem details (RFC 9457). A type is the same for ever; the detail is for people and says how to mend it. Nothing of our insides stands in any.</summary>
public static class ApiProblem
{
    public const string TypePrefix = "/problems/";

    /// <summary>After which whoever was told to come again may.</summary>
    private const int AgainAfterSeconds = 5;

    public static IResult Of(HttpContext http, int status, string type, string title, string detail) => Results.Problem(detail, statusCode: status, title: title, type: TypePrefix + type,
        extensions: new Dictionary<string, object?> { ["traceId"] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier });

    public static IResult Unauthorized(HttpContext http, string detail)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Of(http, StatusCodes.Status401Unauthorized, "unauthenticated", "Nobody knows who you are", detail);
    }

    public static IResult Forbidden(HttpContext http, string detail) => Of(http, StatusCodes.Status403Forbidden, "forbidden", "You may not do this", detail);

    public static IResult NotFound(HttpContext http, string detail) => Of(http, StatusCodes.Status404NotFound, "not-found", "There is no such thing", detail);

    public static IResult Invalid(HttpContext http, string detail) => Of(http, StatusCodes.Status400BadRequest, "invalid-request", "The request is wrong", detail);

    public static IResult Reused(HttpContext http, string detail) => Of(http, StatusCodes.Status422UnprocessableEntity, "key-reused", "The idempotency key belongs to another request", detail);

    public static IResult TryAgain(HttpContext http, string detail)
    {
        http.Response.Headers.RetryAfter = AgainAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return Of(http, StatusCodes.Status503ServiceUnavailable, "try-again", "It cannot be decided now", detail);
    }

    public static IResult TooMany(HttpContext http)
    {
        http.Response.Headers.RetryAfter = AgainAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return Of(http, StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests", "You ask for more than this host answers. Wait a little; nothing was taken.");
    }

    /// <summary>Null where the door was open: how the run judged it is the answer, and no problem of the request.</summary>
    public static IResult? Of(HttpContext http, Judgement judgement) => judgement.Code switch
    {
        JudgementCode.Forbidden => Forbidden(http, judgement.Reason!),
        JudgementCode.TryAgain => TryAgain(http, judgement.Reason!),
        JudgementCode.UnknownRun => NotFound(http, judgement.Reason!),
        JudgementCode.Invalid => Invalid(http, judgement.Reason!),
        JudgementCode.Reused => Reused(http, judgement.Reason!),
        _ => null,
    };
}
