using Microsoft.AspNetCore.Http;

namespace Playbooks.Web.Api;

/// <summary>
/// The header that makes a request safe to send again. It is the id that the journal knows requests by, and may stand in the body just as well; there is no
/// other store of it.
/// </summary>
internal static class ApiKeyHeader
{
    public const string Name = "Idempotency-Key";

    /// <summary>The one id of a request.</summary>
    /// <param name="id">As the body has it; null or empty where it has none.</param>
    /// <returns>Null, and what is wrong, where header and body contradict each other.</returns>
    public static string? Of(HttpContext http, string? id, out IResult? problem)
    {
        problem = null;
        var header = http.Request.Headers[Name];
        if (header.Count == 0)
            return id ?? "";
        if (header is [{ Length: > 0 } key] && (string.IsNullOrEmpty(id) || id == key))
            return key;
        problem = ApiProblem.Invalid(http, $"'{Name}' stands there more than once, or says something else than the id in the body.");
        return null;
    }
}
