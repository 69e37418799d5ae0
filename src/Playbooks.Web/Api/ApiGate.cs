using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Playbooks.Web.Access;

namespace Playbooks.Web.Api;

/// <summary>What a request must be let in for. Every endpoint of the API says one; one that says none lets nobody in.</summary>
/// <param name="AskedByDoor">The endpoint passes it to <see cref="RunDoor"/>, which asks in the run's own environment.</param>
public sealed record NeedsOperation(Operation Operation, bool AskedByDoor);

/// <summary>What stands before every endpoint: who calls, how often, what they may; how long an answer may take; and that nothing of our insides gets out.</summary>
internal sealed class ApiGate(Callers callers, RunDoor door, ApiLimits limits, TimeProvider time)
{
    public async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "private, no-cache";
        using var late = new CancellationTokenSource(ApiLimits.AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        var aborted = http.RequestAborted;
        http.RequestAborted = either.Token;
        try
        {
            return await PassAsync(context, next);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            return ApiProblem.TryAgain(http, "It took too long. It may have been taken all the same: send it again with the same id.");
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
        catch (ObjectDisposedException)
        {
            return ApiProblem.TryAgain(http, "The host is stopping.");
        }
#pragma warning disable CA1031 // Whatever it is, it is ours, and its text is for nobody outside.
        catch (Exception) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            return ApiProblem.Of(http, StatusCodes.Status500InternalServerError, "defect", "A defect of this host", "It is our fault. Runs go on. Look at /api/v1/health, and send it again with the same id.");
        }
        finally
        {
            http.RequestAborted = aborted;
        }
    }

    private async ValueTask<object?> PassAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        switch (await callers.OfAsync(http, http.RequestAborted))
        {
            case CallerCheck.Unknown unknown:
                return limits.AllowsStranger(http.Connection.RemoteIpAddress) ? ApiProblem.Unauthorized(http, unknown.Reason) : ApiProblem.TooMany(http);
            case CallerCheck.Forbidden forbidden:
                return limits.AllowsStranger(http.Connection.RemoteIpAddress) ? ApiProblem.Forbidden(http, forbidden.Reason) : ApiProblem.TooMany(http);
            case CallerCheck.Unavailable unavailable:
                return ApiProblem.TryAgain(http, unavailable.Reason);
            case CallerCheck.Known known:
                if (http.GetEndpoint()?.Metadata.GetMetadata<NeedsOperation>() is not { } needs)
                    return ApiProblem.Forbidden(http, "Nobody may do this.");
                if (!limits.Allows(known.Caller, changes: !AccessTable.OnlyLooks(needs.Operation)))
                    return ApiProblem.TooMany(http);
                if (!needs.AskedByDoor && await door.CheckAsync(known.Caller, needs.Operation, http.RequestAborted) is { } refused)
                    return ApiProblem.Of(http, refused);
                http.Items[nameof(Access.Caller)] = known.Caller;
                return await next(context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}

internal static class ApiGateExtensions
{
    /// <summary>Lets in whoever may do this in the host's environment.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, Operation operation) => endpoint.WithMetadata(new NeedsOperation(operation, AskedByDoor: false));

    /// <summary>Lets in whoever is known: the door asks what they may, in the environment of the run.</summary>
    public static RouteHandlerBuilder PassesOn(this RouteHandlerBuilder endpoint, Operation operation) => endpoint.WithMetadata(new NeedsOperation(operation, AskedByDoor: true));

    /// <summary>Who calls, of whom the gate has found out.</summary>
    public static Caller Caller(this HttpContext http) => (Caller)http.Items[nameof(Access.Caller)]!;
}
