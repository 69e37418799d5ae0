using Playbooks.Core.Decisions;

namespace Playbooks.Core.Evidence.Html;

/// <summary>
/// <c>report.html</c>: one file for people, without script and without a request to anywhere. The first line says outcome and verdict; the rest
/// goes from what a compliance officer asks first to what an engineer asks last.
/// </summary>
internal static class HtmlReport
{
    public static string Write(RunReport report) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{report.FirstLine} · {report.RunId}</title>
        <style>{new Html(ReportStyle.Css)}</style>
        </head>
        <body>
        <main>
        {Verdict(report)}
        {Moments(report)}
        {Weaknesses(report)}
        {Section("What happened when", TimelineDrawing.Draw(report))}
        {TimeSections.Write(report)}
        {PeopleSections.Write(report)}
        {ResultSections.Write(report)}
        {TrustSections.Write(report)}
        </main>
        </body>
        </html>

        """).Markup.ReplaceLineEndings("\n");

    public static Html Section(string title, Html body) => body == Html.Nothing ? body : Html.Of($"""
        <section>
        <h2>{title}</h2>
        {body}
        </section>
        """);

    public static Html Table(string[] heads, IEnumerable<Html> rows) => Html.Of(
        $"<div class=\"wide\"><table><thead><tr>{heads.Select(head => Html.Of($"<th scope=\"col\">{head}</th>"))}</tr></thead><tbody>\n{rows}</tbody></table></div>");

    public static Html Row(params ReadOnlySpan<Html> cells)
    {
        var all = Html.Nothing;
        foreach (var cell in cells)
            all = Html.Of($"{all}<td>{cell}</td>");
        return Html.Of($"<tr>{all}</tr>\n");
    }

    public static Html Text(string? text) => Html.Of($"{text ?? "–"}");

    public static Html Time(DateTimeOffset? at) => at is { } known ? Html.Of($"<time>{Spoken.Clock(known)}</time>") : Text(null);

    public static Html Span(TimeSpan? time) => Text(time is { } known ? Spoken.Of(known) : null);

    public static Html Code(string? text) => text is null ? Text(null) : Html.Of($"<code>{text}</code>");

    private static Html Verdict(RunReport report) => Html.Of($"""
        <header class="{new Html(ClassOf(report))}">
        <h1>{report.FirstLine}</h1>
        {Html.If(report.FirstLine != report.Summary, () => Html.Of($"<p class=\"second\">{string.Join(", ", report.UnconfirmedModels)}: it could not be shown that the faulty model no longer serves. {report.Summary}.</p>\n"))}<p class="what">{report.Title}</p>
        {RtoGauge.Draw(report)}
        <ul class="reasons">{report.Reasons.Select(reason => Html.Of($"<li>{reason}</li>"))}</ul>
        <dl class="facts">
        <div><dt>Run</dt><dd><code>{report.RunId}</code></dd></div>
        <div><dt>Playbook</dt><dd>{report.Playbook} {report.Version}</dd></div>
        <div><dt>Environment</dt><dd>{report.Environment} <span class="tag">{(report.Mode == RunMode.Drill ? "drill" : "live")}</span></dd></div>
        <div><dt>Started by</dt><dd>{report.StartedBy}</dd></div>
        <div><dt>Four eyes</dt><dd>{FourEyes(report)}</dd></div>
        </dl>
        </header>
        """);

    private static string FourEyes(RunReport report) => report.FourEyesProven switch { true => "proven", false => "not proven", null => "no approval was given" };

    private static string ClassOf(RunReport report) => report switch
    {
        { UnconfirmedModels.IsEmpty: false } => "missed",
        { Verdict: RtoVerdict.Met } => "met",
        { Verdict: RtoVerdict.Missed } => "missed",
        { Verdict: RtoVerdict.NotProven } => "unproven",
        _ => "none",
    };

    private static Html Moments(RunReport report)
    {
        var clocks = report.Clocks;
        return Section("The moments that count", Html.Of($"""
            <ol class="moments">
            {Moment("Occurred", clocks.Occurred, "when the fault began", clocks)}{Moment("Detected", clocks.Detected, clocks.DetectedReason ?? "the objective's clock starts", clocks)}{Moment("Started", clocks.Started, "the playbook's first step", clocks)}{Moment("Isolated", clocks.Degraded, report.DegradedWithin is { } within ? $"the fallback serves; wanted within {Spoken.Of(within)}" : "the fallback serves", clocks)}{Moment("Recovered", clocks.Recovered, "verified: the clock stops", clocks)}{Moment("Ended", clocks.Ended, "nothing more happens", clocks)}</ol>
            {Html.If(clocks.OccurredToRecovered is not null, () => Html.Of($"<p>From the fault's beginning to recovery: {Spoken.Of(clocks.OccurredToRecovered!.Value)}. All times of day are in UTC.</p>"))}
            """));
    }

    private static Html Moment(string name, DateTimeOffset? at, string meaning, ReportClocks clocks) => Html.Of($"""
        <li{new Html(at is null ? " class=\"never\"" : "")}><strong>{name}</strong><span class="at">{(at is { } known ? Spoken.Instant(known) : name == "Occurred" ? "not known" : "never")}</span><span class="delta">{Delta(at, clocks)}</span><span class="meaning">{meaning}</span></li>

        """);

    private static string Delta(DateTimeOffset? at, ReportClocks clocks) => (at - clocks.Detected) switch
    {
        null => "",
        { Ticks: 0 } => "0 s",
        { Ticks: < 0 } before => Spoken.Of(before),
        { } after => "+" + Spoken.Of(after),
    };

    private static Html Weaknesses(RunReport report) => report.Weaknesses.IsEmpty
        ? Section("What weakens this evidence", Html.Of($"<p>Nothing that is known: no step was simulated or skipped, every hold was kept, people decided, and the chain is anchored.</p>"))
        : Section("What weakens this evidence", Html.Of($"<ul class=\"weak\">{report.Weaknesses.Select(weakness => Html.Of($"<li>{weakness}</li>\n"))}</ul>"));
}
