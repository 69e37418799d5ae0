using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Playbooks.Core;

namespace Playbooks.Web;

/// <summary>
/// For whatever restarts processes and routes requests to them. Open to everybody who reaches the port, and so says nothing but yes or no;
/// the reason stands under <c>/api/v1/health</c> for those who have a key.
/// </summary>
public static class HealthApi
{
    public const string LivePath = "/health/live";
    public const string ReadyPath = "/health/ready";

    /// <param name="health">Whether the engine goes on; null once it has stopped, which only another process mends.</param>
    public static void MapHealthApi(this IEndpointRouteBuilder endpoints, Func<EngineHealth?> health)
    {
        // A full disk is waited for: a restart would not make room.
        endpoints.MapGet(LivePath, () => Answer(health() is not null));
        endpoints.MapGet(ReadyPath, () => Answer(health() is { Problem: null }));
    }

    private static IResult Answer(bool isWell) => Results.Text(isWell ? "yes" : "no", statusCode: isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
