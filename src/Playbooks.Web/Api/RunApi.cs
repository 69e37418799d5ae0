using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Playbooks.Core;
using Playbooks.Web.Access;

namespace Playbooks.Web.Api;

/// <summary>The versioned API. Looking takes a right in the environment of the host; what changes a run is passed to the door, which asks in the run's own. Nothing is changed by GET.</summary>
public static class RunApi
{
    public const string Prefix = "/api/v1";

    /// <param name="callers">Find out who calls.</param>
    /// <param name="health">Whether the engine goes on.</param>
    public static void MapRunApi(this IEndpointRouteBuilder endpoints, IRuns runs, IAlertInbox alerts, RunDoor door, Callers callers, Func<EngineHealth> health, ApiLimits limits, TimeProvider time)
    {
        var gate = new ApiGate(callers, door, limits, time);
        var api = endpoints.MapGroup(Prefix).AddEndpointFilter(gate.FilterAsync);
        RunEndpoints.Map(api, runs, alerts, door, health);
        PeopleEndpoints.Map(api, door);
    }
}
