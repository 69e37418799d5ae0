namespace Playbooks.Core.Evidence.Html;

/// <summary>Where the time went: people and machine, then step by step.</summary>
internal static class TimeSections
{
    public static Html Write(RunReport report) => Html.Of($"""
        {HtmlReport.Section("Where the time went", Shares(report.Time))}
        {HtmlReport.Section("Step by step", Steps(report))}
        {HtmlReport.Section("Raised on the way", Alarms(report))}
        {HtmlReport.Section("Stopped and taken back", Stopped(report))}
        """);

    private static Html Shares(TimeUse time)
    {
        if (time.Total <= TimeSpan.Zero)
            return Html.Nothing;
        var human = 1000 * (time.Human / time.Total);
        return Html.Of($"""
            <figure class="shares"><svg viewBox="0 0 1000 26" role="img" aria-label="People {Spoken.Of(time.Human)}, machine {Spoken.Of(time.Machine)}">
            <rect class="machine" width="1000" height="26" rx="4"/><rect class="human" width="{human}" height="26" rx="4"/></svg>
            <figcaption><span class="swatch human"></span> waiting for people: <strong>{Spoken.Of(time.Human)}</strong> <span class="swatch machine"></span> machine: <strong>{Spoken.Of(time.Machine)}</strong> together: <strong>{Spoken.Of(time.Total)}</strong></figcaption></figure>
            <p>Of the waiting: approvals {Spoken.Of(time.Approvals)}, tasks by hand {Spoken.Of(time.Tasks)}, orders after a failure {Spoken.Of(time.Orders)}, pauses {Spoken.Of(time.Pauses)}. Nothing of it is subtracted from the time that the objective is measured by.</p>
            """);
    }

    private static Html Steps(RunReport report) => report.Steps.IsEmpty ? Html.Nothing : HtmlReport.Table(
        ["Step", "What", "Started", "Budget", "Took", "Attempts", "Ended"],
        report.Steps.Select(step => HtmlReport.Row(
            Html.Of($"<code>{step.Path}</code>{Html.If(step.Title is not null, () => Html.Of($"<br><span class=\"soft\">{step.Title}</span>"))}"),
            Html.Of($"{step.Action ?? step.Kind}{Html.If(step.Recovers, () => Html.Of($" <span class=\"tag\">stops the clock</span>"))}{Html.If(step.Simulated, () => Html.Of($" <span class=\"tag warn\">simulated</span>"))}"),
            HtmlReport.Time(step.StartedAt),
            HtmlReport.Span(step.Budget),
            Html.Of($"<span class=\"{new Html(step.OverBudget ? "bad" : "")}\">{HtmlReport.Span(step.Actual)}{Html.If(step.OverBudget, () => Html.Of($" over budget"))}</span>"),
            Attempts(step),
            Html.Of($"<span class=\"state {new Html(StateClass(step.State))}\">{step.State}</span>{Html.If(step.Reason is not null, () => Html.Of($"<br><span class=\"soft\">{step.Reason}</span>"))}"))));

    private static string StateClass(string state) => state is "succeeded" or "failed" or "skipped" ? state : "";

    private static Html Attempts(StepReport step)
    {
        if (step.Attempts.IsEmpty)
            return HtmlReport.Text(null);
        var polls = step.Attempts.Sum(attempt => attempt.Polls);
        var text = polls > step.Attempts.Length ? $"{step.Attempts.Length} ({polls} polls)" : $"{step.Attempts.Length}";
        var failed = step.Attempts.Where(attempt => attempt.Result is not ("succeeded" or "running")).ToList();
        return Html.Of($"{text}{failed.Select(attempt => Html.Of($"<br><span class=\"soft\">{attempt.Result}{(attempt.Message is null ? "" : ": " + attempt.Message)}</span>"))}");
    }

    private static Html Alarms(RunReport report) => report.Alarms.IsEmpty ? Html.Nothing : HtmlReport.Table(["When", "What", "Step", ""],
        report.Alarms.Select(alarm => HtmlReport.Row(HtmlReport.Time(alarm.At), HtmlReport.Text(alarm.What), HtmlReport.Text(alarm.Path), HtmlReport.Text(alarm.Text))));

    private static Html Stopped(RunReport report) => report is { StopReason: null, ParkedReason: null, Undos.IsEmpty: true, Incomplete.IsEmpty: true } ? Html.Nothing : Html.Of($"""
        {Html.If(report.ParkedReason is not null, () => Html.Of($"<p class=\"bad\">Parked, a person must look: {report.ParkedReason}</p>"))}
        {Html.If(report.StopReason is not null, () => Html.Of($"<p>Stopped because of {report.StopReason}</p>"))}
        {Html.If(!report.Incomplete.IsEmpty, () => Html.Of($"<p>Not done after the recovery: {string.Join(", ", report.Incomplete)}.</p>"))}
        {Html.If(!report.Undos.IsEmpty, () => HtmlReport.Table(["Step", "Taken back by", "When", "Result"], report.Undos.Select(undo => HtmlReport.Row(HtmlReport.Code(undo.Path),
            HtmlReport.Text(undo.Action), HtmlReport.Time(undo.At), undo.Error is { } error ? Html.Of($"<span class=\"bad\">failed, {Definitions.WireName.Of(error)}: {undo.Message}</span>") : HtmlReport.Text("taken back")))))}
        """);
}
