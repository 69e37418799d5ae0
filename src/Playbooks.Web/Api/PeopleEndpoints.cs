using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Playbooks.Web.Access;

namespace Playbooks.Web.Api;

/// <summary>What people say to runs. Each is passed to the door; the same again, by its id, gets the same answer.</summary>
internal static class PeopleEndpoints
{
    public static void Map(RouteGroupBuilder api, RunDoor door)
    {
        api.MapPost("/runs", (HttpContext http, [FromHeader(Name = ApiKeyHeader.Name)] string? _) => JsonBody.ReadAsync<StartBody>(http, async body => ApiKeyHeader.Of(http, body.RequestId, out var wrong) is not { } id ? wrong!
            : Answer(http, await door.StartAsync(http.Caller(), body with { RequestId = id }, http.RequestAborted))))
            .PassesOn(Operation.StartRun).Takes<StartBody, StartAnswer>("start", "Starts a run, or a drill. Answers what became of it: started, attached, queued, heldBack or rejected.");
        api.MapPost("/runs/{id}/votes", (string id, HttpContext http, [FromHeader(Name = ApiKeyHeader.Name)] string? _) => JsonBody.ReadAsync<VoteBody>(http, async body => ApiKeyHeader.Of(http, body.VoteId, out var wrong) is not { } key ? wrong!
            : Answer(http, await door.VoteAsync(http.Caller(), id, body with { VoteId = key }, http.RequestAborted))))
            .PassesOn(Operation.Vote).Takes<VoteBody, Judgement>("vote", "Votes on an open approval, for exactly what its digest says.");
        api.MapPost("/runs/{id}/orders", (string id, HttpContext http, [FromHeader(Name = ApiKeyHeader.Name)] string? _) => JsonBody.ReadAsync<OrderBody>(http, async body => ApiKeyHeader.Of(http, body.OrderId, out var wrong) is not { } key ? wrong!
            : Answer(http, await door.OrderAsync(http.Caller(), id, body with { OrderId = key }, http.RequestAborted))))
            .PassesOn(Operation.GiveOrder).Takes<OrderBody, Judgement>("order", "Pauses, resumes or cancels a run, or tries a step again or skips it.");
        api.MapPost("/runs/{id}/signals", (string id, HttpContext http, [FromHeader(Name = ApiKeyHeader.Name)] string? _) => JsonBody.ReadAsync<SignalBody>(http, async body => ApiKeyHeader.Of(http, body.SignalId, out var wrong) is not { } key ? wrong!
            : Answer(http, await door.SignalAsync(http.Caller(), id, body with { SignalId = key }, http.RequestAborted))))
            .PassesOn(Operation.SendSignal).Takes<SignalBody, Judgement>("signal", "Tells a run what a step of it may be waiting for.");
        api.MapPost("/runs/{id}/tasks", (string id, HttpContext http) => JsonBody.ReadAsync<TaskBody>(http, async body =>
            Answer(http, await door.ConfirmAsync(http.Caller(), id, body, http.RequestAborted))))
            .PassesOn(Operation.ConfirmTask).Takes<TaskBody, Judgement>("confirm", "Confirms that what a task asks for was done by hand. The same note again is the same confirmation.");
    }

    private static IResult Answer(HttpContext http, Judgement judgement) => ApiProblem.Of(http, judgement) ?? Results.Json(judgement, WireJson.Options);

    private static IResult Answer(HttpContext http, StartAnswer answer) => answer.Result switch
    {
        StartAnswer.Forbidden => ApiProblem.Forbidden(http, answer.Reasons[0]),
        StartAnswer.TryAgain => ApiProblem.TryAgain(http, answer.Reasons[0]),
        StartAnswer.Invalid => ApiProblem.Invalid(http, answer.Reasons[0]),
        StartAnswer.Reused => ApiProblem.Reused(http, answer.Reasons[0]),
        _ => Results.Json(answer, WireJson.Options),
    };
}
