using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Timing;
using Playbooks.Web.Pages.Runs;

namespace Playbooks.Web.Pages.Library;

/// <summary>A playbook as boxes and arrows, laid out here, so that no browser needs a script or a library for it. What it shows stands beside it in words.</summary>
public sealed record PlaybookDrawing(int Width, int Height, ImmutableArray<Box> Boxes, ImmutableArray<Enclosure> Frames, ImmutableArray<Arrow> Arrows)
{
    private const int Margin = 8;
    private const int EndHeight = 34;
    private const int EndWidth = 150;

    public static PlaybookDrawing Of(Playbook playbook)
    {
        var steps = Block.List(playbook.Steps);
        var final = playbook.Finally.IsEmpty ? null : Block.Framed($"finally, within {Spoken.Of(playbook.FinallyWithin)}", [new("", Block.List([.. playbook.Finally]))], "finally");
        var width = Math.Max(EndWidth, Math.Max(steps.Width, final?.Width ?? 0)) + (2 * Margin);
        var sheet = new Sheet();
        var (middle, y) = (width / 2, Margin);
        sheet.Box("end", middle - (EndWidth / 2), y, EndWidth, EndHeight, ["detected"], "The incident is detected");
        y += EndHeight;
        y = Next(sheet, middle, y, steps);
        if (final is not null)
            y = Next(sheet, middle, y, final);
        sheet.Arrow(middle, y, middle, y + Block.Gap);
        y += Block.Gap;
        sheet.Box("end", middle - (EndWidth / 2), y, EndWidth, EndHeight, ["end"], "The run ends");
        return new(width, y + EndHeight + Margin, [.. sheet.Boxes], [.. sheet.Frames], [.. sheet.Arrows]);
    }

    private static int Next(Sheet sheet, int middle, int y, Block block)
    {
        sheet.Arrow(middle, y, middle, y + Block.Gap);
        y += Block.Gap;
        block.Place(sheet, middle - (block.Width / 2), y);
        return y + block.Height;
    }
}

/// <param name="Lines">As many as fit.</param>
/// <param name="Meaning">All of it, for who points at it.</param>
public sealed record Box(string Kind, int X, int Y, int Width, int Height, ImmutableArray<string> Lines, string Meaning);

/// <summary>A block around what is in it.</summary>
public sealed record Enclosure(string Kind, int X, int Y, int Width, int Height, string Label);

/// <param name="Path">As SVG draws it.</param>
public sealed record Arrow(string Kind, string Path, string? Label, int LabelX, int LabelY);

/// <summary>What is drawn so far.</summary>
internal sealed class Sheet
{
    public List<Box> Boxes { get; } = [];
    public List<Enclosure> Frames { get; } = [];
    public List<Arrow> Arrows { get; } = [];

    public void Box(string kind, int x, int y, int width, int height, ImmutableArray<string> lines, string meaning) => Boxes.Add(new(kind, x, y, width, height, lines, meaning));

    public void Arrow(int fromX, int fromY, int toX, int toY) => Arrows.Add(new("way", fromX == toX
        ? FormattableString.Invariant($"M{fromX} {fromY}V{toY - 2}")
        : FormattableString.Invariant($"M{fromX} {fromY}V{(fromY + toY) / 2}H{toX}V{toY - 2}"), null, 0, 0));

    /// <summary>Around what is left out, on the right.</summary>
    public void Jump(int x, int fromY, int toY, int bulge, string label) => Arrows.Add(new("jump",
        FormattableString.Invariant($"M{x} {fromY}C{x + bulge} {fromY} {x + bulge} {toY} {x + 3} {toY}"), label, x + (bulge * 3 / 4) + 4, (fromY + toY) / 2));
}

/// <summary>Something with a size that can be put somewhere.</summary>
internal abstract record Block(int Width, int Height)
{
    public const int Gap = 22;
    private const int BoxWidth = 292;
    private const int LineHeight = 17;
    private const int LineCharacters = 33;
    /// <summary>Of the lines below the title, which are set smaller.</summary>
    private const int LineMaxCharacters = 42;
    private const int TitleLines = 2;
    private const int Padding = 12;
    private const int HeadHeight = 26;
    private const int LabelHeight = 20;
    private const int JumpRoom = 104;
    private const int ArmGap = 18;

    public abstract void Place(Sheet sheet, int x, int y);

    public static Block List(ImmutableArray<Step> steps) => new Column([.. steps.Select(step => (step, Of(step)))]);

    public static Block Framed(string label, ImmutableArray<(string Label, Block Body)> bodies, string kind) => new Group(label, bodies, kind);

    private static Block Of(Step step) => step.Bodies().Where(body => !body.Steps.IsEmpty).Select(body => (ArmOf(step, body), List(body.Steps))).ToImmutableArray() is { IsEmpty: false } bodies
        ? new Group(Shown.Text($"{Heading(step)} · {Kinds.Of(step)}", 160), bodies, "block") : Leaf.Made(step);

    private static string Heading(Step step) => step.Title ?? step.Id;

    private static string ArmOf(Step step, Body body) => (step, body.Name) switch
    {
        (Step.Switch, "default") => "otherwise",
        (Step.Switch choice, var name) => $"when {choice.Arms[int.Parse(name.AsSpan(3), System.Globalization.CultureInfo.InvariantCulture)].When.Text}",
        (Step.Try, "steps") => "tried",
        (Step.Try attempt, var name) => attempt.Catch[int.Parse(name.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture)].On is { IsEmpty: false } kinds ? $"if it fails: {string.Join(" or ", kinds.Select(WireName.Of))}" : "if it fails",
        (Step.ForEach forEach, _) => FormattableString.Invariant($"for each, at most {forEach.MaxItems}, {forEach.Concurrency} at a time"),
        (Step.Repeat repeat, _) => FormattableString.Invariant($"until {repeat.Until.Text}, at most {repeat.MaxTimes} times"),
        (Step.Inline inline, _) => $"{inline.Playbook} {inline.Version}",
        (_, var name) => name,
    };

    private sealed record Leaf(Step Step, ImmutableArray<string> Lines, string Kind) : Block(BoxWidth, (Lines.Length * LineHeight) + 14)
    {
        public static Leaf Made(Step step)
        {
            var lines = ImmutableArray.CreateBuilder<string>();
            lines.AddRange(Wrapped(Shown.Text(Heading(step), 200)));
            lines.Add(Second(step));
            if (step is Step.Do { Undo: { } undo })
                lines.Add($"undo: {undo.Action.Name}");
            return new(step, [.. lines.Select(Cut)], step switch
            {
                Step.Do { Recovers: true } => "recovers",
                Step.Approve or Step.ManualTask => "people",
                Step.Finish { As: FinishAs.Failed } => "fails",
                Step.Finish => "end",
                _ => "step",
            });
        }

        public override void Place(Sheet sheet, int x, int y) =>
            sheet.Box(Kind, x, y, Width, Height, Lines, Shown.Text($"{Step.Id}: {Heading(Step)}, {Second(Step)}"));

        private static string Second(Step step)
        {
            var worst = WorstCase.Of(step);
            var atMost = worst == TimeSpan.Zero ? "" : worst == TimeSpan.MaxValue ? " · no bound" : $" · ≤ {Spoken.Of(worst)}";
            return step switch
            {
                Step.Do { Recovers: true } action => $"{action.Action.Name}{atMost} · stops the clock",
                Step.Do action => action.Action.Name + atMost,
                Step.Approve approve => FormattableString.Invariant($"{approve.Quorum} of {approve.Role} decide{(approve.Quorum == 1 ? "s" : "")}{atMost}"),
                Step.ManualTask task => $"{task.Role} does it by hand{atMost}",
                _ => Kinds.Of(step) + atMost,
            };
        }

        private static List<string> Wrapped(string text)
        {
            var (line, lines) = ("", new List<string>());
            foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > LineCharacters)
                {
                    lines.Add(line);
                    line = "";
                }
                line = line.Length == 0 ? word : $"{line} {word}";
            }
            lines.Add(line);
            return lines.Count <= TitleLines ? lines : [.. lines.Take(TitleLines - 1), $"{lines[TitleLines - 1]}…"];
        }

        private static string Cut(string line) => line.Length <= LineMaxCharacters ? line : line[..(LineMaxCharacters - 1)] + "…";
    }

    private sealed record Column(ImmutableArray<(Step Step, Block Block)> Steps)
        : Block(Steps.Select(step => step.Block.Width).DefaultIfEmpty(BoxWidth).Max() + (Steps.Any(step => TargetOf(step.Step) is not null) ? 2 * JumpRoom : 0),
            Steps.Sum(step => step.Block.Height) + (Gap * Math.Max(0, Steps.Length - 1)))
    {
        public override void Place(Sheet sheet, int x, int y)
        {
            var (middle, places) = (x + (Width / 2), new Dictionary<string, int>(StringComparer.Ordinal));
            var top = y;
            foreach (var (step, block) in Steps)
            {
                if (top > y)
                {
                    if (!(Steps[places.Count - 1].Step is Step.Finish))
                        sheet.Arrow(middle, top, middle, top + Gap);
                    top += Gap;
                }
                block.Place(sheet, middle - (block.Width / 2), top);
                places[step.Id] = top;
                top += block.Height;
            }
            foreach (var (step, block) in Steps)
            {
                if (TargetOf(step) is { } target && places.TryGetValue(target.Id, out var to))
                    sheet.Jump(middle + (Math.Max(block.Width, BoxWidth) / 2), places[step.Id] + (block.Height / 2), to + 16, JumpRoom / 2, target.Why);
            }
        }

        private static (string Id, string Why)? TargetOf(Step step) => step switch
        {
            Step.Approve { OnTimeout: OnTimeout.Goto late } => (late.Step, "silence"),
            { OnFailure: OnFailure.Goto failed } => (failed.Step, "fails"),
            _ => null,
        };
    }

    private sealed record Group(string Label, ImmutableArray<(string Label, Block Body)> Bodies, string Kind)
        : Block(Bodies.Sum(body => body.Body.Width) + (ArmGap * (Bodies.Length - 1)) + (2 * Padding),
            Bodies.Max(body => body.Body.Height + (body.Label.Length > 0 ? LabelHeight : 0)) + HeadHeight + (2 * Padding))
    {
        private const double CharacterWidth = 6.6;

        public override void Place(Sheet sheet, int x, int y)
        {
            sheet.Frames.Add(new(Kind, x, y, Width, Height, Fit(Label, Width)));
            var left = x + Padding;
            foreach (var (label, body) in Bodies)
            {
                var top = y + HeadHeight + Padding;
                if (label.Length > 0)
                {
                    sheet.Frames.Add(new("label", left, top, body.Width, LabelHeight, Fit(Shown.Text(label, 300), body.Width)));
                    top += LabelHeight;
                }
                body.Place(sheet, left, top);
                left += body.Width + ArmGap;
            }
        }

        private static string Fit(string text, int width) => text.Length <= (int)(width / CharacterWidth) - 2 ? text : text[..Math.Max(1, (int)(width / CharacterWidth) - 3)] + "…";
    }
}
