using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Playbooks.Web.Access;

namespace Playbooks.Web.Api;

/// <summary>What a request must be let in for. Every endpoint of the API says one; a test holds that none says nothing.</summary>
/// <param name="AskedByDoor">The endpoint passes it to <see cref="RunDoor"/>, which asks in the run's own environment.</param>
public sealed record NeedsOperation(Operation Operation, bool AskedByDoor);

internal static class ApiGate
{
    /// <summary>Lets in whoever may do this in the host's environment.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, Operation operation) => endpoint.WithMetadata(new NeedsOperation(operation, AskedByDoor: false));

    /// <summary>Lets in whoever is known: the door asks what they may, in the environment of the run.</summary>
    public static RouteHandlerBuilder PassesOn(this RouteHandlerBuilder endpoint, Operation operation) => endpoint.WithMetadata(new NeedsOperation(operation, AskedByDoor: true));

    /// <summary>Who calls, of whom the gate has found out.</summary>
    public static Caller Caller(this HttpContext http) => (Caller)http.Items[nameof(Access.Caller)]!;

    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, Callers callers, RunDoor door)
    {
        var http = context.HttpContext;
        switch (await callers.OfAsync(http, http.RequestAborted))
        {
            case CallerCheck.Unknown unknown:
                return ApiProblem.Unauthorized(http, unknown.Reason);
            case CallerCheck.Forbidden forbidden:
                return ApiProblem.Forbidden(http, forbidden.Reason);
            case CallerCheck.Unavailable unavailable:
                return ApiProblem.TryAgain(http, unavailable.Reason);
            case CallerCheck.Known known:
                // An endpoint that says nothing lets nobody in.
                if (http.GetEndpoint()?.Metadata.GetMetadata<NeedsOperation>() is not { } needs)
                    return ApiProblem.Forbidden(http, "Nobody may do this.");
                if (!needs.AskedByDoor && await door.CheckAsync(known.Caller, needs.Operation, http.RequestAborted) is { } refused)
                    return ApiProblem.Of(http, refused);
                http.Items[nameof(Access.Caller)] = known.Caller;
                return await next(context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
