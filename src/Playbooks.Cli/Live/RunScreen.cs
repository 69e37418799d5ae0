using Playbooks.Cli.Host;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Web;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Playbooks.Cli.Live;

/// <summary>A run on the screen: the clock, the steps with attempts and budgets, who is awaited, what was last told.</summary>
internal static class RunScreen
{
    private const int ToldLines = 5;
    private const int StepLines = 24;
    private const int NoteMaxChars = 70;

    public static IRenderable Of(RunView view, DateTimeOffset now, IReadOnlyList<string> told)
    {
        var rows = new List<IRenderable> { Clock(view.Run, now), Steps(view, now) };
        foreach (var approval in view.Approvals)
            rows.Add(new Markup($"[yellow]?[/] [bold]{Safe(approval.Message)}[/]  [dim]{Safe(string.Join(" or ", approval.Roles))} decide until {Times.Instant(approval.Until)}, else {Safe(approval.OnTimeout)}[/]"));
        rows.AddRange(told.TakeLast(ToldLines).Select(line => new Markup($"[dim]›[/] {Safe(line)}")));
        return new Rows(rows);
    }

    private static Markup Clock(RunSummary run, DateTimeOffset now)
    {
        var head = $"[bold]{Safe(run.Playbook)}[/] {Safe(run.Version)} · {WireName.Of(run.Mode)} in {Safe(run.Environment)} · {Safe(run.RunId)} · [bold]{WireName.Of(run.State)}[/]";
        if (run.DetectedAt is not { } detected || run.Deadline is not { } deadline)
            return new Markup(head);
        var at = run.RecoveredAt ?? run.EndedAt ?? now;
        var left = deadline - at;
        var colour = left < TimeSpan.Zero ? "red" : left < (deadline - detected) / 4 ? "yellow" : "green";
        return new Markup($"{head}\n{(run.RecoveredAt is null ? "since detection" : "detected to recovered")} [bold]{Times.Span(at - detected)}[/]   RTO left [bold {colour}]{Times.Span(left)}[/] of {Times.Span(deadline - detected)}");
    }

    private static Table Steps(RunView view, DateTimeOffset now)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("").AddColumn("").AddColumn("").AddColumn("").AddColumn("");
        foreach (var step in view.Steps.TakeLast(StepLines))
        {
            var (mark, colour) = step.Status switch
            {
                "succeeded" => ("✓", "green"),
                "failed" => ("✗", "red"),
                "skipped" => ("–", "grey"),
                "waiting" => ("?", "yellow"),
                "pending" => ("…", "blue"),
                _ => ("▸", "blue"),
            };
            var took = (step.EndedAt ?? now) - step.StartedAt;
            var budget = step.Budget is { } known ? $"of {Times.Span(known)}" : "";
            table.AddRow(
                new Markup($"[{colour}]{mark}[/]"),
                new Markup(Safe(step.Path)),
                new Markup($"[dim]{Safe(step.Title ?? "")}[/]"),
                new Markup(step.OverBudget ? $"[red]{Times.Span(took)} {budget}[/]" : $"{Times.Span(took)} [dim]{budget}[/]"),
                new Markup((step.Attempt > 1 ? $"[yellow]attempt {step.Attempt}[/] " : "") + $"[dim]{Safe(Short(step.Note ?? ""))}[/]"));
        }
        return table;
    }

    private static string Short(string text) => text.Length <= NoteMaxChars ? text : string.Concat(text.AsSpan(0, NoteMaxChars - 1), "…");

    /// <summary>Text from outside is text: no markup, no control characters.</summary>
    private static string Safe(string text) => Markup.Escape(TerminalPeople.Printable(text));
}
