using System.Collections.Immutable;

namespace Playbooks.Core.Evidence.Html;

/// <summary>The run drawn over time: a row for each step, a row for the people waited for, and a line for each moment that counts.</summary>
internal static class TimelineDrawing
{
    /// <summary>More rows than anybody reads; the table below has all.</summary>
    public const int RowsMax = 60;

    private const double Width = 1000;
    private const double Left = 210;
    private const double Right = 985;
    private const double RowHeight = 22;
    private const double LaneHeight = 18;
    private const double CharacterWidth = 6.8;
    private const int LabelMaxCharacters = 29;

    public static Html Draw(RunReport report)
    {
        var scale = Scale.Of(report);
        var marks = Marks(report, scale);
        var head = 10 + (LaneHeight * (1 + marks.Max(mark => mark.Lane)));
        var rows = report.Steps.Where(step => step.StartedAt is not null || step.State == "skipped").Take(RowsMax).ToImmutableArray();
        var foot = head + 12 + (RowHeight * (rows.Length + 1));
        return Html.Of($"""
            <figure class="timeline">
            <svg viewBox="0 0 {Width} {foot + 30}" role="img" aria-label="Timeline of the run">
            <defs><pattern id="people" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch0" width="7" height="7"/><rect class="hatch1" width="3" height="7"/></pattern></defs>
            {scale.Ticks().Select(tick => Html.Of($"<line class=\"grid\" x1=\"{tick.X}\" y1=\"{head}\" x2=\"{tick.X}\" y2=\"{foot}\"/><text class=\"axis\" x=\"{tick.X}\" y=\"{foot + 18}\" text-anchor=\"{(tick.X > Right - 40 ? "end" : "middle")}\">{tick.Label}</text>\n"))}
            {Waits(report, scale, head + 8)}
            {rows.Select((step, index) => Row(report, step, scale, head + 8 + (RowHeight * (index + 1))))}
            {marks.Select(mark => Draw(mark, foot))}
            </svg>
            <figcaption>{Key("bar do", "action")}{Key("bar people", "waiting for people")}{Key("bar block", "block of steps")}{Key("bar failed", "failed")} {Caption(report, scale, rows.Length)}</figcaption>
            </figure>
            """);
    }

    private static Html Key(string kind, string meaning) =>
        Html.Of($"<span class=\"key\"><svg width=\"18\" height=\"10\" viewBox=\"0 0 18 10\"><rect class=\"{new Html(kind)}\" width=\"18\" height=\"10\" rx=\"2\"/></svg> {meaning}</span> ");

    private static string Caption(RunReport report, Scale scale, int rows)
    {
        var rest = report.Steps.Length - rows;
        var more = rest > 0 ? $"{rest} more steps are in the table below and in measurements.json. " : "";
        return more + (report.Clocks.Deadline is { } deadline && deadline > scale.To
            ? $"The objective ends {Spoken.Of(deadline - scale.To)} to the right of this picture." : "");
    }

    private static Html Waits(RunReport report, Scale scale, double y) => Html.Of($"""
        <text class="row" x="{Left - 10}" y="{y + 13}" text-anchor="end">people waited for</text>
        {report.Time.Waits.Select(wait => Bar("people", wait.From, wait.To, scale, y, $"{wait.What} {wait.Path} {Spoken.Of(wait.To - wait.From)}"))}
        """);

    private static Html Row(RunReport report, StepReport step, Scale scale, double y)
    {
        var label = step.Path.Length > LabelMaxCharacters ? "…" + step.Path[^(LabelMaxCharacters - 1)..] : step.Path;
        var kind = step switch
        {
            { State: "failed" } => "failed",
            { Kind: "approve" or "task" } => "people",
            { Kind: "do" or "wait" } => "do",
            _ => "block",
        };
        var bar = step.State == "skipped"
            ? Html.Of($"<text class=\"skipped\" x=\"{scale.X(step.EndedAt ?? report.Clocks.LastEvent)}\" y=\"{y + 13}\">skipped</text>")
            : Bar(kind, step.StartedAt!.Value, step.EndedAt ?? report.Clocks.LastEvent, scale, y,
                $"{step.Path}: {step.State}, {(step.Actual is { } actual ? Spoken.Of(actual) : "not over")}");
        return Html.Of($"<text class=\"row\" x=\"{Left - 10}\" y=\"{y + 13}\" text-anchor=\"end\">{label}</text>{bar}\n");
    }

    private static Html Bar(string kind, DateTimeOffset from, DateTimeOffset to, Scale scale, double y, string meaning)
    {
        var (height, down) = kind == "block" ? (5.0, 6.5) : (14.0, 2.0);
        return Html.Of($"<rect class=\"bar {new Html(kind)}\" x=\"{scale.X(from)}\" y=\"{y + down}\" width=\"{Math.Max(2, scale.X(to) - scale.X(from))}\" height=\"{height}\" rx=\"2\"><title>{meaning}</title></rect>");
    }

    private static Html Draw(Mark mark, double foot)
    {
        var y = 12 + (LaneHeight * mark.Lane);
        return Html.Of($"<line class=\"mark {new Html(mark.Kind)}\" x1=\"{mark.X}\" y1=\"{y + 4}\" x2=\"{mark.X}\" y2=\"{foot}\"/><text class=\"mark {new Html(mark.Kind)}\" x=\"{mark.TextX}\" y=\"{y}\" text-anchor=\"{new Html(mark.AtEnd ? "end" : "start")}\">{mark.Label}</text>\n");
    }

    private sealed record Mark(string Label, string Kind, double X, int Lane, bool AtEnd)
    {
        public double TextX => AtEnd ? X - 4 : X + 4;
    }

    /// <summary>The moments, each label in the first lane where it has room.</summary>
    private static List<Mark> Marks(RunReport report, Scale scale)
    {
        var clocks = report.Clocks;
        (string Label, string Kind, DateTimeOffset? At)[] moments =
        [
            ("occurred", "plain", clocks.Occurred), ("detected", "plain", clocks.Detected), ("isolated", "plain", clocks.Degraded),
            ("recovered", "good", clocks.Recovered), ("objective's end", "bad", clocks.Deadline <= scale.To ? clocks.Deadline : null), ("ended", "plain", clocks.Ended),
        ];
        var marks = new List<Mark>();
        var freeFrom = new List<double>();
        foreach (var (label, kind, at) in moments.Where(moment => moment.At is not null).OrderBy(moment => moment.At))
        {
            var x = scale.X(at!.Value);
            var wide = (label.Length * CharacterWidth) + 10;
            var atEnd = x + wide > Width;
            var (from, to) = atEnd ? (x - wide, x) : (x, x + wide);
            var lane = freeFrom.FindIndex(free => free <= from);
            if (lane < 0)
            {
                lane = freeFrom.Count;
                freeFrom.Add(0);
            }
            freeFrom[lane] = to;
            marks.Add(new(label, kind, x, lane, atEnd));
        }
        if (marks.Count == 0)
            marks.Add(new("made", "plain", scale.X(clocks.Made), 0, false));
        return marks;
    }

    /// <summary>Instants to places.</summary>
    private sealed record Scale(DateTimeOffset From, DateTimeOffset To)
    {
        private const int TicksMax = 8;
        private static readonly ImmutableArray<double> StepSeconds =
            [0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 604_800];

        public static Scale Of(RunReport report)
        {
            var clocks = report.Clocks;
            var from = new[] { clocks.Occurred, clocks.Detected, clocks.Made }.Min()!.Value;
            var to = clocks.Ended ?? clocks.LastEvent;
            return new(from, to > from ? to : from.AddSeconds(1));
        }

        public double X(DateTimeOffset at) => Left + ((Right - Left) * Math.Clamp((at - From) / (To - From), 0, 1));

        public IEnumerable<(double X, string Label)> Ticks()
        {
            var seconds = (To - From).TotalSeconds;
            var step = StepSeconds.FirstOrDefault(candidate => seconds / candidate <= TicksMax, seconds / TicksMax);
            for (var at = 0.0; at <= seconds; at += step)
                yield return (X(From.AddSeconds(at)), at == 0 ? Spoken.Clock(From)[..8] : "+" + Spoken.Of(TimeSpan.FromSeconds(at)));
        }
    }
}
