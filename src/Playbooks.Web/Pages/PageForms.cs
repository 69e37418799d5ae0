using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Web.Access;
using Playbooks.Web.Pages.Library;

namespace Playbooks.Web.Pages;

/// <summary>Where forms are sent. Each is answered with a redirect to the page that it came from, which says what became of it.</summary>
internal static class PageForms
{
    public static void Map(RouteGroupBuilder pages, PageHost host, PageAnswers answers)
    {
        pages.MapPost("/runs/{id}/votes", async (HttpContext http, string id, CancellationToken cancellationToken) =>
        {
            var (visitor, form) = await ReadAsync(http, cancellationToken);
            var approves = form.Name("choice") switch { "yes" => true, "no" => false, _ => throw new BadPageException("Press Yes or No.") };
            var words = form.Words("comment");
            var judgement = await host.Door.VoteAsync(visitor.Caller, id, new VoteBody(form.Name("id"), form.Name("path"), form.Number("round"), form.Name("digest"), approves, words.Length == 0 ? null : words), cancellationToken);
            return Back(http, answers, visitor, id, judgement, approves ? "Your yes is counted." : "Your no is counted.", "Your vote was not counted");
        });
        pages.MapPost("/runs/{id}/tasks", async (HttpContext http, string id, CancellationToken cancellationToken) =>
        {
            var (visitor, form) = await ReadAsync(http, cancellationToken);
            var judgement = await host.Door.ConfirmAsync(visitor.Caller, id, new TaskBody(form.Name("path"), form.Words("note")), cancellationToken);
            return Back(http, answers, visitor, id, judgement, "Thank you: it counts as done.", "It does not count as done");
        });
        pages.MapPost("/runs/{id}/orders", async (HttpContext http, string id, CancellationToken cancellationToken) =>
        {
            var (visitor, form) = await ReadAsync(http, cancellationToken);
            var order = form.Order();
            var judgement = await host.Door.OrderAsync(visitor.Caller, id, new OrderBody(form.Name("id"), order, form.Words("reason")), cancellationToken);
            return Back(http, answers, visitor, id, judgement, $"Your order is taken: {WordsOf(order)}.", $"Your order to {WordsOf(order)} was refused");
        });
        pages.MapPost("/playbooks/{name}/runs", async (HttpContext http, string name, CancellationToken cancellationToken) =>
        {
            var (visitor, form) = await ReadAsync(http, cancellationToken);
            var playbook = host.Playbooks().FirstOrDefault(one => one.Name == name) ?? throw new NoSuchPageException("This host has no such playbook any more.");
            var inputs = StartForm.Written(playbook, input => form.Words($"input-{input}"));
            var here = $"/playbooks/{Uri.EscapeDataString(name)}";
            if (inputs.Wrong is { } wrong)
                return answers.Redirect(http, here, visitor, false, wrong);
            var mode = host.Environment.Kind == EnvironmentKind.Drill ? RunMode.Drill : RunMode.Live;
            var answer = await host.Door.StartAsync(visitor.Caller, new StartBody(form.Name("id"), name, host.Environment.Name, mode, JsonData.Object(inputs.Given), null, null, form.OptionalName("digest")), cancellationToken);
            return answer switch
            {
                { RunId: { } run, Result: "attached" } => answers.Redirect(http, $"/runs/{Uri.EscapeDataString(run)}", visitor, true, "A run of the same kind was going on already: this is it."),
                { RunId: { } run } => answers.Redirect(http, $"/runs/{Uri.EscapeDataString(run)}", visitor, true, "The run is started."),
                { Result: "queued" } => answers.Redirect(http, here, visitor, true, $"It waits for its turn. {string.Join(' ', answer.Reasons)}"),
                _ => answers.Redirect(http, here, visitor, false, $"Nothing was started. {string.Join(' ', answer.Reasons)}"),
            };
        });
    }

    private static async Task<(Visitor Visitor, PageForm Form)> ReadAsync(HttpContext http, CancellationToken cancellationToken) =>
        (PageGate.VisitorOf(http), new PageForm(await http.Request.ReadFormAsync(cancellationToken)));

    private static IResult Back(HttpContext http, PageAnswers answers, Visitor visitor, string id, Judgement judgement, string good, string bad) => judgement switch
    {
        { Code: JudgementCode.UnknownRun } => throw new NoSuchPageException("This host knows no such run. Nothing was taken."),
        { Accepted: true } => answers.Redirect(http, $"/runs/{Uri.EscapeDataString(id)}", visitor, true, good),
        { Reason: var why } => answers.Redirect(http, $"/runs/{Uri.EscapeDataString(id)}", visitor, false, $"{bad}: {why}"),
    };

    private static string WordsOf(Order order) => order switch
    {
        Order.Pause => "pause",
        Order.Resume => "resume",
        Order.Cancel => "cancel",
        Order.Retry retry => $"try {retry.Path} again",
        Order.Skip skip => $"skip {skip.Path}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
