using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Playbooks.Web.Api;

/// <summary>Spares whoever asks again an answer that they have: what a run is, is known by its number of events.</summary>
internal static class ApiTag
{
    /// <returns>Null where the caller has it already; the answer is then 304.</returns>
    public static IResult? Known(HttpContext http, string runId, long sequence)
    {
        var tag = new EntityTagHeaderValue($"\"{runId}.{sequence}\"");
        http.Response.Headers.ETag = tag.ToString();
        return EntityTagHeaderValue.TryParseList([.. http.Request.Headers.IfNoneMatch.OfType<string>()], out var given) && given.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false))
            ? Results.StatusCode(StatusCodes.Status304NotModified) : null;
    }
}
