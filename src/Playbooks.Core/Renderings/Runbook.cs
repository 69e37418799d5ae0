using System.Globalization;
using System.Text;
using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Core.Renderings;

/// <summary>
/// A playbook as a sheet of Markdown to print before it is needed: what to do by hand, step by step, on the day on which the engine itself
/// is down. Times are written against T0, the detection, because nobody can compute at three in the morning.
/// </summary>
public sealed class Runbook
{
    private const string Blank = "______";
    private readonly StringBuilder text = new();
    private readonly Playbook playbook;

    private Runbook(Playbook playbook) => this.playbook = playbook;

    public static string Of(Playbook playbook)
    {
        var runbook = new Runbook(playbook);
        runbook.Write();
        return runbook.text.ToString();
    }

    private void Write()
    {
        Line($"# By hand: {Safe(playbook.Title)}", "");
        Line($"Playbook `{playbook.Name}` {playbook.Version}, SHA-256 `{playbook.Digest[..16]}…`. For the day on which the engine is down. `playbooks gateway` and `playbooks artifacts` work without it.", "");
        Line("| | |", "|---|---|", $"| Incident | {Blank} |", $"| Who leads | {Blank} |", $"| **T0**, detected at (UTC) | {Blank} |");
        Deadline("Faulty model out of service by", playbook.Objectives.DegradedWithin);
        Deadline("**Recovered by**", playbook.Objectives.Rto);
        foreach (var input in playbook.Inputs)
            Line($"| ‹{input.Name}›{(input.Description is { } words ? $", {Safe(words)}" : "")} | {(input.Default is { } otherwise ? Safe(otherwise.AsString() ?? otherwise.Text) : Blank)} |");
        foreach (var (role, group) in playbook.Roles)
            Line($"| {role}: somebody of {Safe(group)}, by telephone | {Blank} |");
        Line("", "Fill in what stands in ‹ › as you learn it. Write down every time. Do one step after the other; skip none.", "");
        for (var i = 0; i < playbook.Steps.Length; i++)
            Top(i);
        Finally();
        TakingBack();
        Line("", $"Name, time, signature: {Blank}{Blank}{Blank}");
    }

    private void Deadline(string what, TimeSpan? within)
    {
        if (within is { } time)
            Line($"| {what} T0 + {PlainWords.Of(time)} = | {Blank} |");
    }

    private void Top(int index)
    {
        var step = playbook.Steps[index];
        Line(string.Create(CultureInfo.InvariantCulture, $"## {index + 1}. {Heading(step)}"), "", BeginBy(index), "");
        Body(step, inside: false);
        Line($"Began {Blank} done {Blank} by {Blank}", "");
    }

    /// <summary>When it must begin so that this step and all that follow until recovery fit into the RTO even in their worst case.</summary>
    private string BeginBy(int index)
    {
        var after = playbook.Steps.Take(index).Any(step => step.WithDescendants().Any(inner => inner is Step.Do { Recovers: true }));
        if (playbook.Objectives.Rto is not { } rto)
            return $"At most {PlainWords.Of(WorstCase.Of(playbook.Steps[index]))}. No RTO is promised.";
        if (after)
            return $"At most {PlainWords.Of(WorstCase.Of(playbook.Steps[index]))}. The RTO is behind you: take your time and do it right.";
        var latest = rto - WorstCase.RemainingToRecovery(playbook.Steps.Skip(index), _ => false);
        return latest < TimeSpan.Zero ? "**In the worst case there is not enough time for this and what follows. Hurry, and say so to whoever leads.**"
            : $"Begin by **T0 + {PlainWords.Of(latest)}** = {Blank}. At most {PlainWords.Of(WorstCase.Of(playbook.Steps[index]))}.";
    }

    private void Body(Step step, bool inside)
    {
        if (step.When is { } when)
            Line($"Only if {Safe(PlainWords.Of(when))}.", "");
        switch (step)
        {
            case Step.Do action:
                Ticks(PlainWords.ByHand(action.Action, action.With));
                foreach (var output in action.Action.Outputs.Where(output => IsRead(step.Id, output.Name)))
                    Line($"- [ ] Write down ‹{output.Name} from {step.Id}› ({output.Description.TrimEnd('.')}): {Blank}");
                if (action.Recovers)
                    Line("- [ ] **Recovered.** Write down the time: it is what counts against the RTO.");
                break;
            case Step.Approve approve:
                Line($"- [ ] Call {approve.Role} and ask: “{Safe(PlainWords.Of(approve.Message))}”");
                Line($"- [ ] {approve.Quorum} must say yes within {PlainWords.Of(approve.DecideWithin)}; one no ends it. Who: {Blank} yes / no at {Blank}");
                Ticks(approve.Escalate.Select(escalation => $"Nobody after {PlainWords.Of(escalation.After)}: call {escalation.Role}, too."));
                Line($"- [ ] {StepSentences.Decision(approve).Last()}");
                break;
            case Step.ManualTask task:
                Line($"- [ ] {task.Role}: {Safe(PlainWords.Of(task.Instructions))}");
                break;
            default:
                Line($"- [ ] As the engine would: {Safe(StepSentences.Does(step))}");
                break;
        }
        foreach (var body in step.Bodies().Where(body => !body.Steps.IsEmpty))
        {
            if (StepSentences.Of(step, body) is { Length: > 0 } opening)
                Line("", $"*{Safe(opening)}*");
            foreach (var inner in body.Steps)
            {
                Line("", $"**{Heading(inner)}**", "");
                Body(inner, inside: true);
            }
        }
        if (IfItFails(step, inside) is { } fails)
            Line($"- If it fails: {fails}");
        Line("");
    }

    /// <summary>What the engine would do, said to the person who stands in for it; null where the step itself says it.</summary>
    private static string? IfItFails(Step step, bool inside) => step switch
    {
        Step.Approve or Step.Finish => null,
        { OnFailure: OnFailure.Continue } => "note it and go on.",
        { OnFailure: OnFailure.Goto target } => $"go on at {target.Step} and leave out what lies between.",
        _ when Asking.Asks(step) => $"whoever leads decides within {PlainWords.Of(step.AskWithin)}: again, without it, or give up (see the end).",
        _ => inside ? "the whole block has failed; do what stands there." : "give up (see the end).",
    };

    private void Finally()
    {
        if (playbook.Finally.IsEmpty)
            return;
        Line("## In the end, whatever happened", "");
        foreach (var step in playbook.Finally)
            Ticks(PlainWords.ByHand(step.Action, step.With));
        Line("");
    }

    /// <summary>The last first, because each was made on top of the one before it.</summary>
    private void TakingBack()
    {
        var rejoined = playbook.AllSteps().OfType<Step.Do>().Where(step => step.Action.Name == Catalogue.Rejoin).ToList();
        var undone = playbook.AllSteps().OfType<Step.Do>().Where(step => step.Undo is not null).Reverse().ToList();
        if (rejoined.Count == 0 && undone.Count == 0)
            return;
        Line("## If it has to be given up", "", "Only as far as it was done, and only what came before recovery stays. In this order:", "");
        foreach (var step in rejoined.DistinctBy(step => string.Join(' ', step.With.Where(field => field.Name == "model").Select(field => PlainWords.Of(field.Value)))))
            Ticks(PlainWords.ByHand(Catalogue.Find(Catalogue.Isolate)!, step.With));
        foreach (var step in undone)
        {
            Line("", $"Take back *{Heading(step)}*:", "");
            Ticks(PlainWords.ByHand(step.Undo!.Action, step.Undo.With));
        }
        Line("");
    }

    /// <summary>Somebody needs it later, so it must be written down now.</summary>
    private bool IsRead(string step, string output) => playbook.Inlined.Select(inlined => inlined.Text).Append(playbook.Text)
        .Any(written => written.Contains($"steps.{step[(step.LastIndexOf('/') + 1)..]}.output.{output}", StringComparison.Ordinal));

    private void Ticks(IEnumerable<string> words)
    {
        foreach (var one in words)
            Line($"- [ ] {Safe(one)}");
    }

    private static string Heading(Step step) => Safe(step.Title is { } title ? $"{title} ({step.Id})" : step.Id);

    /// <summary>The author's words must not turn into HTML or a table's border.</summary>
    private static string Safe(string words) => PlainWords.Flat(words).Replace("<", "&lt;", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

    private void Line(params string[] lines)
    {
        foreach (var line in lines)
            text.Append(line).Append('\n');
    }
}
