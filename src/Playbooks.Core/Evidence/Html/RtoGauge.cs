namespace Playbooks.Core.Evidence.Html;

/// <summary>The objective as a bar, and how much of it was used: the answer that is seen in five seconds.</summary>
internal static class RtoGauge
{
    private const double Width = 1000;
    private const double Top = 34;
    private const double Height = 30;
    private const double LeastVisible = 4;

    public static Html Draw(RunReport report)
    {
        if (report is not { Rto: { } objective, Clocks.Detected: { } detected })
            return Html.Nothing;
        var used = report.Clocks.ClockStopped - detected;
        if (used < TimeSpan.Zero)
            used = TimeSpan.Zero;
        var whole = used > objective ? used : objective;
        var end = Width * (objective / whole);
        var filled = Math.Max(LeastVisible, Width * (used / whole));
        var inTime = Math.Min(filled, end);
        return Html.Of($"""
            <figure class="gauge">
            <svg viewBox="0 0 1000 92" role="img" aria-label="{Words(report, used, objective)}">
            <rect class="track" x="0" y="{Top}" width="{Width}" height="{Height}" rx="4"/>
            <rect class="used" x="0" y="{Top}" width="{inTime}" height="{Height}" rx="4"/>
            {Html.If(filled > end, () => Html.Of($"<rect class=\"over\" x=\"{end}\" y=\"{Top}\" width=\"{filled - end}\" height=\"{Height}\" rx=\"4\"/>"))}
            <line class="tick" x1="{end - 1}" y1="{Top - 8}" x2="{end - 1}" y2="{Top + Height + 8}"/>
            {Label(filled, Top - 12, Words(report, used, objective), "big")}
            {Label(0, Top + Height + 24, $"detected {Spoken.Clock(detected)}", "small")}
            {Label(end, Top + Height + 24, $"objective {Spoken.Of(objective)}: {Spoken.Clock(detected + objective)}", "small end")}
            </svg>
            </figure>
            """);
    }

    private static string Words(RunReport report, TimeSpan used, TimeSpan objective)
    {
        var share = used < objective ? $" ({Math.Ceiling(100 * (used / objective)):0} %)" : "";
        var what = report.Clocks.Recovered is not null ? "to recovery" : report.Clocks.Ended is not null ? "until the end, without recovery" : "so far, without recovery";
        return $"{Spoken.Of(used)} of {Spoken.Of(objective)}{share} {what}";
    }

    /// <summary>Text that stays inside the picture wherever its place is.</summary>
    private static Html Label(double x, double y, string text, string kind) => x > Width * 0.6
        ? Html.Of($"<text class=\"{new Html(kind)}\" x=\"{Math.Min(x, Width)}\" y=\"{y}\" text-anchor=\"end\">{text}</text>")
        : Html.Of($"<text class=\"{new Html(kind)}\" x=\"{(x < 40 ? 0 : x)}\" y=\"{y}\">{text}</text>");
}
