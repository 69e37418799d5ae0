using System.Net;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Web.Access;
using Playbooks.Web.Access;

namespace Playbooks.Tests.Web.Pages;

/// <summary>The table of rights on the pages: every role, and everything that pages show or take.</summary>
public sealed class PageAccessTests
{
    private static readonly string Id = new('a', 24);

    public static TheoryData<AccessRole, Operation> Cells()
    {
        var cells = new TheoryData<AccessRole, Operation>();
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            // Signals and the state of the host have no page.
            foreach (var operation in Enum.GetValues<Operation>().Except([Operation.SendSignal, Operation.ViewHealth]))
                cells.Add(role, operation);
        }
        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_cell_of_the_table_holds_on_the_pages(AccessRole role, Operation operation)
    {
        await using var pages = await PageWorld.OpenAsync(operation == Operation.StartDrill ? EnvironmentKind.Drill : EnvironmentKind.Live, role);
        var run = operation is Operation.StartRun or Operation.StartDrill ? "" : operation == Operation.ConfirmTask ? pages.World.StartTask() : pages.World.Start();
        var allowed = AccessTable.RolesFor(operation).Contains(role);
        if (Shown(operation, run) is { } path)
        {
            using var page = await pages.GetAsync(path);
            Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, page.StatusCode);
            return;
        }
        var (form, fields) = Written(pages.World, operation, run);
        using var answer = await pages.PostAsync(form, fields);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        if (operation is Operation.StartRun or Operation.StartDrill)
            Assert.Equal(allowed, answer.Headers.Location!.OriginalString.StartsWith("/runs/", StringComparison.Ordinal));
        else
            Assert.Equal((allowed ? 1 : 0, allowed ? 0 : 1), (pages.World.Runs.EventsOf(run).Count(Taken), pages.World.Refusals(run).Count));
    }

    [Fact]
    public async Task A_form_without_the_token_of_its_page_changes_nothing()
    {
        await using var pages = await PageWorld.OpenAsync(EnvironmentKind.Live, AccessRole.Approver);
        var run = pages.World.Start();
        var (form, fields) = Written(pages.World, Operation.Vote, run);
        using var answer = await pages.PostAsync(form, fields, token: "");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(pages.World.Runs.EventsOf(run), happened => happened is RunEvent.VoteCast or RunEvent.RequestRefused);
    }

    private static bool Taken(RunEvent happened) => happened is RunEvent.VoteCounted { VoteId: not "earlier" } or RunEvent.OrderTaken or RunEvent.TaskConfirmed;

    /// <summary>Null for what is not shown but done.</summary>
    private static string? Shown(Operation operation, string run) => operation switch
    {
        Operation.ViewRuns => $"/runs/{run}",
        Operation.ViewAlerts => "/alerts",
        Operation.ViewPlaybooks => "/playbooks",
        Operation.DownloadEvidence => $"/runs/{run}/evidence",
        _ => null,
    };

    private static (string Form, Dictionary<string, string> Fields) Written(DoorWorld world, Operation operation, string run)
    {
        switch (operation)
        {
            case Operation.Vote:
                var open = world.Open(run);
                return ($"/runs/{run}/votes", new() { ["id"] = Id, ["path"] = open.Path, ["round"] = $"{open.Round}", ["digest"] = open.Digest, ["choice"] = "yes", ["comment"] = "" });
            case Operation.ConfirmTask:
                return ($"/runs/{run}/tasks", new() { ["path"] = "call", ["note"] = "Called." });
            case Operation.GiveOrder:
                return ($"/runs/{run}/orders", new() { ["id"] = Id, ["order"] = "pause", ["reason"] = "because" });
            default:
                return ("/playbooks/ask/runs", new() { ["id"] = Id, ["input-model"] = "grading" });
        }
    }
}
