using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Web.Alerts;

namespace Playbooks.Web;

/// <summary>
/// The run API: list, look, vote, order; and the alerts that came, with what became of them. Whoever holds the key is the person it was made for; the decider judges what that person may do.
/// </summary>
public static class RunApi
{
    public const string Prefix = "/api/v1";

    /// <param name="caller">Whom a bearer key stands for; null refuses.</param>
    /// <param name="start">Starts a run by the names of playbook and environment, which only the host knows.</param>
    /// <param name="health">Whether the engine goes on.</param>
    public static void MapRunApi(this IEndpointRouteBuilder endpoints, IRuns runs, IAlertInbox alerts, Func<string, Caller?> caller,
        Func<StartBody, Caller, CancellationToken, Task<StartAnswer>> start, Func<EngineHealth> health)
    {
        var api = endpoints.MapGroup(Prefix).AddEndpointFilter(async (context, next) =>
        {
            var header = context.HttpContext.Request.Headers.Authorization.ToString();
            var known = header.StartsWith("Bearer ", StringComparison.Ordinal) ? caller(header["Bearer ".Length..]) : null;
            if (known is null)
                return Results.Problem("Send the key of this server as 'Authorization: Bearer KEY'.", statusCode: StatusCodes.Status401Unauthorized);
            context.HttpContext.Items[nameof(Caller)] = known;
            return await next(context);
        });
        api.MapGet("/health", () => Answer(health()));
        api.MapGet("/alerts", (long? before, int? limit) =>
            Answer(alerts.Latest(before, Math.Clamp(limit ?? AlertView.PageDefault, 1, AlertView.PageMax)).Select(AlertView.Of)));
        api.MapGet("/runs", async (CancellationToken cancellationToken) => Answer(await runs.ListAsync(cancellationToken)));
        api.MapPost("/runs", async (StartBody body, HttpContext http, CancellationToken cancellationToken) => Answer(await start(body, CallerOf(http), cancellationToken)));
        api.MapGet("/runs/{id}", async (string id, CancellationToken cancellationToken) =>
            await runs.FindAsync(id, cancellationToken) is { } run ? Answer(RunView.Of(run)) : NoSuchRun(id));
        api.MapGet("/runs/{id}/events", async (string id, long? from, CancellationToken cancellationToken) =>
            Answer((await runs.ReadAsync(id, from ?? 1, cancellationToken)).Select(stored => new EventView(stored.Sequence, stored.Hash, JsonData.Parse(Encoding.UTF8.GetString(stored.Json.Span))))));
        api.MapPost("/runs/{id}/votes", async (string id, VoteBody body, HttpContext http, CancellationToken cancellationToken) =>
        {
            var by = CallerOf(http);
            return await Signal(runs, id, run => new RunEvent.VoteCast(body.VoteId, body.Path, body.Round, body.Digest, by.Person, by.RolesIn(run), body.Approves, body.Comment, by.Via, run.Now), OfVote(body.VoteId), cancellationToken);
        });
        api.MapPost("/runs/{id}/orders", async (string id, OrderBody body, HttpContext http, CancellationToken cancellationToken) =>
        {
            var by = CallerOf(http);
            return await Signal(runs, id, run => new RunEvent.OrderGiven(body.OrderId, body.Order, by.Person, by.RolesIn(run), body.Reason, by.Via, run.Now), OfOrder(body.OrderId), cancellationToken);
        });
        api.MapPost("/runs/{id}/signals", async (string id, SignalBody body, CancellationToken cancellationToken) =>
            await Signal(runs, id, run => new RunEvent.SignalReceived(body.SignalId, body.Name, body.Payload ?? JsonData.Null, run.Now), OfSignal(body.SignalId), cancellationToken));
        api.MapPost("/runs/{id}/tasks", async (string id, TaskBody body, HttpContext http, CancellationToken cancellationToken) =>
        {
            var by = CallerOf(http);
            return await Signal(runs, id, run => new RunEvent.TaskConfirmed(body.Path, by.Person, by.RolesIn(run), body.Note, run.Now), OfTask(body.Path, by.Person), cancellationToken);
        });
    }

    /// <summary>Compares keys in a time that does not tell how much of one was right.</summary>
    public static bool SameKey(string given, string known) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(known)));

    /// <summary>Passes on what somebody said, and answers how it was judged: the judgement stands in the same commit, that of a repeat in an earlier one.</summary>
    private static async Task<IResult> Signal(IRuns runs, string id, Func<Run, RunEvent> happened, Func<RunEvent, Judgement?> judge, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } run || !await runs.SignalAsync(id, happened(run), cancellationToken))
            return NoSuchRun(id);
        return Answer(await JudgedAsync(run.Sequence + 1) ?? await JudgedAsync(1)
            ?? new Judgement(false, "It is recorded, but the run does not decide on it: it is parked, or its host is stopping. See 'playbooks show'."));

        async Task<Judgement?> JudgedAsync(long from) =>
            (await runs.ReadAsync(id, from, cancellationToken)).Select(stored => judge(stored.Event)).LastOrDefault(judgement => judgement is not null);
    }

    private static Func<RunEvent, Judgement?> OfVote(string id) => happened => happened switch
    {
        RunEvent.VoteCounted e when e.VoteId == id => new Judgement(true, null),
        RunEvent.VoteRefused e when e.VoteId == id => new Judgement(false, e.Reason),
        _ => null,
    };

    private static Func<RunEvent, Judgement?> OfOrder(string id) => happened => happened switch
    {
        RunEvent.OrderTaken e when e.OrderId == id => new Judgement(true, null),
        RunEvent.OrderRefused e when e.OrderId == id => new Judgement(false, e.Why),
        _ => null,
    };

    private static Func<RunEvent, Judgement?> OfTask(string path, string person) => happened => happened switch
    {
        RunEvent.TaskConfirmed e when e.Path == path && e.Person == person => new Judgement(true, null),
        RunEvent.TaskRefused e when e.Path == path && e.Person == person => new Judgement(false, e.Reason),
        _ => null,
    };

    /// <summary>Nobody judges a signal: it is there for whoever waits for it.</summary>
    private static Func<RunEvent, Judgement?> OfSignal(string id) => happened =>
        happened is RunEvent.SignalReceived e && e.SignalId == id ? new Judgement(true, null) : null;

    private static IResult Answer<T>(T value) => Results.Json(value, WireJson.Options);

    private static IResult NoSuchRun(string id) => Results.Problem($"There is no run {id}.", statusCode: StatusCodes.Status404NotFound);

    private static Caller CallerOf(HttpContext http) => (Caller)http.Items[nameof(Caller)]!;
}

/// <summary>Who calls.</summary>
/// <param name="Person">User id as environments name it.</param>
/// <param name="RolesIn">Environment roles that the person holds in a run's environment.</param>
/// <param name="Via">How they speak; <c>terminal</c> for whoever holds the key of a host at this machine.</param>
public sealed record Caller(string Person, Func<Run, ImmutableArray<string>> RolesIn, string Via);

/// <summary>What became of a vote, an order or a confirmation.</summary>
/// <param name="Reason">Why it was refused.</param>
public sealed record Judgement(bool Accepted, string? Reason);

/// <param name="Environment">Name of the environment.</param>
/// <param name="PlaybookDigest">If given, the run starts only with this very text.</param>
/// <param name="EnvironmentDigest">The same for the environment.</param>
public sealed record StartBody(string RequestId, string Playbook, string Environment, RunMode Mode, JsonData? Inputs, DateTimeOffset? DetectedAt, string? DetectedReason,
    string? PlaybookDigest = null, string? EnvironmentDigest = null);

/// <param name="Result">started, attached, queued, heldBack or rejected.</param>
public sealed record StartAnswer(string Result, string? RunId, ImmutableArray<string> Reasons);

public sealed record VoteBody(string VoteId, string Path, int Round, string Digest, bool Approves, string? Comment);

public sealed record OrderBody(string OrderId, Order Order, string Reason);

public sealed record SignalBody(string SignalId, string Name, JsonData? Payload);

public sealed record TaskBody(string Path, string Note);

public sealed record EventView(long Sequence, string Hash, JsonData Event);
