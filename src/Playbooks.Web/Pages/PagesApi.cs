using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Web.Access;
using Playbooks.Web.Pages.Alerts;
using Playbooks.Web.Pages.Live;
using Playbooks.Web.Pages.Library;
using Playbooks.Web.Pages.Runs;

namespace Playbooks.Web.Pages;

/// <summary>The dashboard: pages made here and sent whole, kept up to date by server-sent events, and forms. A GET changes nothing.</summary>
public static class PagesApi
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddDataProtection();
        // What the sign-in has set of it stays as it is.
        services.AddAntiforgery(options => options.SuppressXFrameOptionsHeader = true);
        services.Configure<RouteOptions>(options => options.SetParameterPolicy<PagePath>(PagePath.Name));
        services.AddSingleton<PageAnswers>();
        services.AddSingleton<PageLimits>();
    }

    public static void MapPages(this IEndpointRouteBuilder endpoints, PageHost host)
    {
        var services = endpoints.ServiceProvider;
        var answers = services.GetRequiredService<PageAnswers>();
        var gate = new PageGate(host, services.GetRequiredService<PageLimits>(), answers, services.GetRequiredService<IAntiforgery>());
        PageAssets.Map(endpoints);
        var pages = endpoints.MapGroup("").AddEndpointFilter(gate);
        MapRuns(pages, host, gate);
        MapPlaybooks(pages, host, gate);
        PageForms.Map(pages, host, answers);
        LivePages.Map(pages, host, gate, services.GetRequiredService<PageLimits>());
        pages.MapGet($"/{{**path:{PagePath.Name}}}", (HttpContext http, CancellationToken _) =>
            gate.TroubleAsync(http, StatusCodes.Status404NotFound, "There is no such page", "The address is wrong, or what it named is gone. Begin at the runs."));
    }

    private static void MapRuns(RouteGroupBuilder pages, PageHost host, PageGate gate)
    {
        pages.MapGet("/", async (HttpContext http, CancellationToken cancellationToken) =>
        {
            PageGate.Demand(http, Operation.ViewRuns);
            var board = BoardModel.Of(await ListAsync(host, http, cancellationToken), host.Playbooks(), host.Time.GetUtcNow());
            return await PageAsync<BoardPage>(http, gate, board);
        });
        pages.MapGet("/runs", async (HttpContext http, int? leftOut, CancellationToken cancellationToken) =>
        {
            PageGate.Demand(http, Operation.ViewRuns);
            return await PageAsync<HistoryPage>(http, gate, HistoryModel.Of(await ListAsync(host, http, cancellationToken), _ => true, host.Playbooks(), Math.Max(0, leftOut ?? 0), host.Time.GetUtcNow()));
        });
        pages.MapGet("/drills", async (HttpContext http, int? leftOut, CancellationToken cancellationToken) =>
        {
            PageGate.Demand(http, Operation.ViewRuns);
            return await PageAsync<DrillsPage>(http, gate, DrillsModel.Of(await ListAsync(host, http, cancellationToken), host.Playbooks(), Math.Max(0, leftOut ?? 0), host.Time.GetUtcNow()));
        });
        pages.MapGet("/runs/{id}", async (HttpContext http, string id, CancellationToken cancellationToken) =>
        {
            PageGate.Demand(http, Operation.ViewRuns);
            var (run, events) = await FindAsync(host, http, id, cancellationToken);
            return await PageAsync<RunPage>(http, gate, RunModel.Of(run, events, await gate.VisitorInAsync(http, run), host.Time.GetUtcNow()));
        });
        pages.MapGet("/runs/{id}/events", async (HttpContext http, string id, long? before, CancellationToken cancellationToken) =>
        {
            PageGate.Demand(http, Operation.ViewRuns);
            var (run, events) = await FindAsync(host, http, id, cancellationToken);
            return await PageAsync<EventsPage>(http, gate, EventLines.Page(events, before), (nameof(EventsPage.Run), run.Summary()));
        });
        pages.MapGet("/runs/{id}/evidence/report", async (HttpContext http, string id, CancellationToken cancellationToken) =>
        {
            PageGate.Demand(http, Operation.DownloadEvidence);
            var (_, events) = await FindAsync(host, http, id, cancellationToken);
            PageHeaders.Set(http.Response, PageHeaders.ReportPolicy);
            return Results.Text(RunReport.Of(events).ToHtml(), PageGate.PageHtml);
        });
        pages.MapGet("/runs/{id}/evidence", async (HttpContext http, string id, CancellationToken cancellationToken) =>
        {
            PageGate.Demand(http, Operation.DownloadEvidence);
            var (run, events) = await FindAsync(host, http, id, cancellationToken);
            return Results.File(Zipped(run.Id, events[^1].Event.At, host.Evidence(events)), "application/zip", $"evidence-{run.Id}.zip");
        });
    }

    private static void MapPlaybooks(RouteGroupBuilder pages, PageHost host, PageGate gate)
    {
        pages.MapGet("/playbooks", async (HttpContext http, CancellationToken cancellationToken) =>
        {
            PageGate.Demand(http, Operation.ViewPlaybooks);
            return await PageAsync<PlaybooksPage>(http, gate, PlaybooksModel.Of(host.Playbooks(), host.Environment, await ListAsync(host, http, cancellationToken)));
        });
        pages.MapGet("/playbooks/{name}", async (HttpContext http, string name) =>
        {
            var visitor = PageGate.Demand(http, Operation.ViewPlaybooks);
            var playbook = host.Playbooks().FirstOrDefault(one => one.Name == name) ?? throw new NoSuchPageException("This host has no such playbook. It may have been renamed or taken away.");
            return await PageAsync<PlaybookPage>(http, gate, PlaybookModel.Of(playbook, host.Environment, visitor));
        });
        pages.MapGet("/alerts", async (HttpContext http, long? before, string? only) =>
        {
            PageGate.Demand(http, Operation.ViewAlerts);
            return await PageAsync<AlertsPage>(http, gate, AlertsModel.Of(host.Alerts, before, only == "unmatched", host.Time.GetUtcNow()));
        });
    }

    internal static async Task<(Run Run, IReadOnlyList<StoredEvent> Events)> FindAsync(PageHost host, HttpContext http, string id, CancellationToken cancellationToken) =>
        await host.Runs.FindAsync(id, cancellationToken) is { Started: not null } run && host.Door.Shows(PageGate.VisitorOf(http).Caller, run.Summary()) && await host.Runs.ReadAsync(id, 1, cancellationToken) is { Count: > 0 } events
            ? (run, events) : throw new NoSuchPageException("This host knows no such run. Look for it under all runs, or at the host that ran it.");

    /// <summary>Runs that show themselves to the one who looks.</summary>
    internal static async Task<IReadOnlyList<RunSummary>> ListAsync(PageHost host, HttpContext http, CancellationToken cancellationToken) =>
        [.. (await host.Runs.ListAsync(cancellationToken)).Where(run => host.Door.Shows(PageGate.VisitorOf(http).Caller, run))];

    private static async Task<IResult> PageAsync<T>(HttpContext http, PageGate gate, object model, params (string Name, object? Value)[] more) where T : IComponent =>
        Results.Text(await PageRenderer.RenderAsync<T>([("Frame", gate.FrameOf(http)), ("Model", model), .. more]), PageGate.PageHtml);

    /// <summary>The same bytes each time, as the pack itself.</summary>
    private static byte[] Zipped(string runId, DateTimeOffset at, IReadOnlyDictionary<string, byte[]> files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var (name, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                var entry = zip.CreateEntry($"{runId}/{name}", CompressionLevel.Optimal);
                entry.LastWriteTime = at.UtcDateTime;
                using var to = entry.Open();
                to.Write(content);
            }
        }
        return stream.ToArray();
    }

    /// <summary>Addresses that people type. What programs ask for is answered to programs, and not with a page.</summary>
    private sealed class PagePath : IRouteConstraint
    {
        public const string Name = "page";

        private static readonly string[] OfPrograms = ["/api", "/health"];

        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            !OfPrograms.Any(path => ("/" + values[routeKey]).StartsWith(path, StringComparison.OrdinalIgnoreCase));
    }
}
