using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Playbooks.Core;
using Playbooks.Core.Json;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;

namespace Playbooks.Web.Api;

/// <summary>The versioned API. Looking takes a right in the environment of the host; what changes a run is passed to the door, which asks in the run's own.</summary>
public static class RunApi
{
    public const string Prefix = "/api/v1";

    /// <param name="callers">Find out who calls.</param>
    /// <param name="health">Whether the engine goes on.</param>
    public static void MapRunApi(this IEndpointRouteBuilder endpoints, IRuns runs, IAlertInbox alerts, RunDoor door, Callers callers, Func<EngineHealth> health)
    {
        var api = endpoints.MapGroup(Prefix).AddEndpointFilter((context, next) => ApiGate.FilterAsync(context, next, callers, door));
        api.MapGet("/health", () => Answer(health())).Needs(Operation.ViewHealth);
        api.MapGet("/alerts", (long? before, int? limit) =>
            Answer(alerts.Latest(before, Math.Clamp(limit ?? AlertView.PageDefault, 1, AlertView.PageMax)).Select(AlertView.Of))).Needs(Operation.ViewAlerts);
        api.MapGet("/runs", async (HttpContext http, CancellationToken cancellationToken) =>
            Answer((await runs.ListAsync(cancellationToken)).Where(run => door.Shows(http.Caller(), run)))).Needs(Operation.ViewRuns);
        api.MapGet("/runs/{id}", async (string id, HttpContext http) =>
            await runs.FindAsync(id, http.RequestAborted) is { } run && door.Shows(http.Caller(), run.Summary()) ? Answer(RunView.Of(run)) : NoSuchRun(http, id)).Needs(Operation.ViewRuns);
        api.MapGet("/runs/{id}/events", async (string id, long? from, HttpContext http) =>
            await runs.FindAsync(id, http.RequestAborted) is { } run && door.Shows(http.Caller(), run.Summary())
                ? Answer((await runs.ReadAsync(id, from ?? 1, http.RequestAborted)).Select(stored => new EventView(stored.Sequence, stored.Hash, JsonData.Parse(Encoding.UTF8.GetString(stored.Json.Span)))))
                : NoSuchRun(http, id)).Needs(Operation.ViewRuns);
        api.MapPost("/runs", (HttpContext http, CancellationToken cancellationToken) => JsonBody.ReadAsync<StartBody>(http, async body => Answer(http, await door.StartAsync(http.Caller(), body, cancellationToken))))
            .PassesOn(Operation.StartRun);
        api.MapPost("/runs/{id}/votes", (string id, HttpContext http) => JsonBody.ReadAsync<VoteBody>(http, async body =>
            Answer(http, await door.VoteAsync(http.Caller(), id, body, http.RequestAborted)))).PassesOn(Operation.Vote);
        api.MapPost("/runs/{id}/orders", (string id, HttpContext http) => JsonBody.ReadAsync<OrderBody>(http, async body =>
            Answer(http, await door.OrderAsync(http.Caller(), id, body, http.RequestAborted)))).PassesOn(Operation.GiveOrder);
        api.MapPost("/runs/{id}/signals", (string id, HttpContext http) => JsonBody.ReadAsync<SignalBody>(http, async body =>
            Answer(http, await door.SignalAsync(http.Caller(), id, body, http.RequestAborted)))).PassesOn(Operation.SendSignal);
        api.MapPost("/runs/{id}/tasks", (string id, HttpContext http) => JsonBody.ReadAsync<TaskBody>(http, async body =>
            Answer(http, await door.ConfirmAsync(http.Caller(), id, body, http.RequestAborted)))).PassesOn(Operation.ConfirmTask);
    }

    private static IResult Answer<T>(T value) => Results.Json(value, WireJson.Options);

    private static IResult Answer(HttpContext http, Judgement judgement) => ApiProblem.Of(http, judgement) ?? Answer(judgement);

    private static IResult Answer(HttpContext http, StartAnswer answer) => answer.Result switch
    {
        StartAnswer.Forbidden => ApiProblem.Forbidden(http, answer.Reasons[0]),
        StartAnswer.TryAgain => ApiProblem.TryAgain(http, answer.Reasons[0]),
        StartAnswer.Invalid => ApiProblem.Invalid(http, answer.Reasons[0]),
        StartAnswer.Reused => ApiProblem.Reused(http, answer.Reasons[0]),
        _ => Answer(answer),
    };

    private static IResult NoSuchRun(HttpContext http, string id) => ApiProblem.Of(http, Judgement.UnknownRun(id))!;
}

public sealed record EventView(long Sequence, string Hash, JsonData Event);
