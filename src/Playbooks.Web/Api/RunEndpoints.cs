using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;

namespace Playbooks.Web.Api;

/// <summary>What is only looked at.</summary>
internal static class RunEndpoints
{
    public static void Map(RouteGroupBuilder api, IRuns runs, IAlertInbox alerts, RunDoor door, Func<EngineHealth> health)
    {
        api.MapGet("/health", () => Results.Json(health(), WireJson.Options)).Needs(Operation.ViewHealth)
            .Says<EngineHealth>("health", "Whether the engine goes on, and what it waits for.");
        api.MapGet("/alerts", (HttpContext http, long? before, string? limit, string? cursor) => ApiPage.OfAsync(http, numbered: true, (after, most) => Task.FromResult(
            alerts.Latest(after is null ? before : long.Parse(after, CultureInfo.InvariantCulture), most).Select(kept => (AlertView.Of(kept), kept.Number.ToString(CultureInfo.InvariantCulture))))))
            .Needs(Operation.ViewAlerts).SaysPages<AlertView>("alerts", "Alerts that came and what became of them, the newest first.");
        api.MapGet("/runs", (HttpContext http, string? limit, string? cursor) => ApiPage.OfAsync(http, numbered: false, async (after, most) =>
        {
            var newest = (await runs.ListAsync(http.RequestAborted)).Where(run => door.Shows(http.Caller(), run)).Select(run => (Run: run, Position: PositionOf(run)))
                .OrderByDescending(run => run.Position, StringComparer.Ordinal);
            return newest.Where(run => after is null || string.CompareOrdinal(run.Position, after) < 0).Take(most);
        })).Needs(Operation.ViewRuns).SaysPages<RunSummary>("runs", "Runs, the newest first.");
        api.MapGet("/runs/{id}", async (string id, HttpContext http) => await FindAsync(http, runs, door, id) is not { } run ? NoSuchRun(http, id)
            : ApiTag.Known(http, id, run.Sequence) ?? Results.Json(RunView.Of(run), WireJson.Options))
            .Needs(Operation.ViewRuns).Says<RunView>("run", "Where a run stands: clock, steps, open approvals. Its ETag changes with each event.");
        api.MapGet("/runs/{id}/events", async (string id, HttpContext http, long? from, string? limit, string? cursor) => await FindAsync(http, runs, door, id) is not { } run ? NoSuchRun(http, id)
            : ApiTag.Known(http, id, run.Sequence) ?? await ApiPage.OfAsync(http, numbered: true, async (after, most) =>
                (await runs.ReadAsync(id, after is null ? from ?? 1 : long.Parse(after, CultureInfo.InvariantCulture) + 1, http.RequestAborted)).Take(most)
                .Select(stored => (new EventView(stored.Sequence, stored.Hash, JsonData.Parse(Encoding.UTF8.GetString(stored.Json.Span))), stored.Sequence.ToString(CultureInfo.InvariantCulture)))))
            .Needs(Operation.ViewRuns).SaysPages<EventView>("events", "The journal of a run in order, each event with the hash of the chain up to it.");
    }

    private static async Task<Run?> FindAsync(HttpContext http, IRuns runs, RunDoor door, string id) =>
        await runs.FindAsync(id, http.RequestAborted) is { } run && door.Shows(http.Caller(), run.Summary()) ? run : null;

    /// <summary>Sorts as time does.</summary>
    private static string PositionOf(RunSummary run) => $"{run.CreatedAt.UtcTicks:D20}/{run.RunId}";

    private static IResult NoSuchRun(HttpContext http, string id) => ApiProblem.Of(http, Judgement.UnknownRun(id))!;
}

/// <param name="Hash">SHA-256 of the previous hash and the stored bytes, lower hex.</param>
public sealed record EventView(long Sequence, string Hash, JsonData Event);
