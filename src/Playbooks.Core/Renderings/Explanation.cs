using System.Globalization;
using System.Text;
using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Core.Renderings;

/// <summary>
/// A playbook in plain language, for whoever has to approve it: what happens in which order, what can go wrong and what follows then, who
/// decides what by when, and how long it may take.
/// </summary>
public sealed class Explanation
{
    private readonly StringBuilder text = new();

    private Explanation() { }

    /// <param name="environment">Where it would run; null, and every artifact is taken to hold personal data.</param>
    public static string Of(Playbook playbook, DeploymentEnvironment? environment = null)
    {
        var explanation = new Explanation();
        explanation.Write(playbook, Proof.Of(playbook, environment));
        return explanation.text.ToString();
    }

    private void Write(Playbook playbook, Proof proof)
    {
        Line(0, playbook.Title);
        Line(0, $"Playbook {playbook.Name} {playbook.Version}{(playbook.Owner is { } owner ? $", owned by {owner}" : "")}");
        Section("What starts it", Starts(playbook));
        Section("What it promises", Promises(proof));
        Section("Who decides", Deciders(playbook));
        Section("What the signs ‹ › stand for", playbook.Inputs.Select(input => $"‹{input.Name}›: {input.Description ?? "given when the run starts"}{(input.Default is { } otherwise ? $"; {(otherwise.AsString() == "" ? "empty" : otherwise.AsString() ?? otherwise.Text)} unless said otherwise" : "")}")
            .Append("‹name from step›: what that step has found out or made."));
        Section("What happens, in this order", []);
        Steps(playbook.Steps, "", 1);
        Section("When the run fails or is cancelled", Failing(playbook));
        if (!playbook.Finally.IsEmpty)
        {
            Section($"In the end, whatever happened, within {PlainWords.Of(playbook.FinallyWithin)}", []);
            foreach (var step in playbook.Finally)
                Line(1, $"- {Heading(step)}: {StepSentences.Does(step)}");
        }
        if (playbook.Drill is { } drill)
            Section($"In a drill it begins with this, and must be noticed within {PlainWords.Of(drill.DetectWithin)}", drill.Inject.Select(step => $"{Heading(step)}: {StepSentences.Does(step)}"));
        if (!proof.Holds)
            Section("WHAT IS WRONG WITH IT", proof.Errors.Select(error => $"{error.Message} {error.Remedy}"));
    }

    private void Steps(IEnumerable<Step> steps, string prefix, int depth)
    {
        var number = 0;
        foreach (var step in steps)
        {
            var label = string.Create(CultureInfo.InvariantCulture, $"{prefix}{++number}");
            Line(depth, $"{label}. {Heading(step)}");
            Line(depth + 1, StepSentences.Does(step));
            foreach (var note in StepSentences.Notes(step, inside: depth > 1))
                Line(depth + 1, note);
            foreach (var body in step.Bodies().Where(body => !body.Steps.IsEmpty || step is Step.Try))
            {
                if (StepSentences.Of(step, body) is { Length: > 0 } opening)
                    Line(depth + 1, body.Steps.IsEmpty ? $"{opening} nothing more; the run goes on." : opening);
                Steps(body.Steps, $"{label}.", depth + 2);
            }
        }
    }

    private static IEnumerable<string> Starts(Playbook playbook)
    {
        foreach (var trigger in playbook.Triggers)
        {
            yield return trigger switch
            {
                Trigger.OnAlert alert => $"An alert{(alert.Rule is { } rule ? $" of the rule “{rule}”" : " of any rule")}{(alert.Severity.IsEmpty ? "" : $" with severity {string.Join(" or ", alert.Severity)}")}"
                    + (alert.Service is { } service ? $" from {service}" : "") + (alert.Target is { } target ? $" about {target}" : "")
                    + string.Concat(alert.CustomProperties.Select(property => $" where {property.Key} is “{property.Value}”")) + ".",
                Trigger.OnDeadLetters { AtLeast: 1 } letters => $"Any dead letter of the queue “{letters.Queue}”.",
                Trigger.OnDeadLetters letters => FormattableString.Invariant($"{letters.AtLeast} or more dead letters of the queue “{letters.Queue}”."),
                Trigger.OnSchedule schedule => $"The clock, at “{schedule.Cron}” (minute, hour, day, month, day of week; UTC){(schedule.Drill ? ", as a drill" : "")}.",
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        yield return "A person, by hand.";
        if (playbook.Concurrency is { } rule2)
        {
            yield return $"Only one run for {PlainWords.Of(rule2.Key)} at a time: " + rule2.OnConflict switch
            {
                OnConflict.Attach => "a further alert joins the run that is going on.",
                OnConflict.Queue => $"further ones wait, {Limits.QueuedRunsPerKeyMax} at most, with their clocks running.",
                OnConflict.Reject => "further ones are recorded and start nothing.",
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            if (rule2.Cooldown > TimeSpan.Zero)
                yield return $"After a run has ended, an alert is held back for {PlainWords.Of(rule2.Cooldown)}; people are told, and may start a run at once.";
        }
    }

    private static IEnumerable<string> Promises(Proof proof)
    {
        yield return Promise("Recovered", proof.Objectives.Rto, proof.DetectedToRecovered);
        yield return Promise("The faulty model out of service", proof.Objectives.DegradedWithin, proof.DetectedToIsolated);
        if (proof.AskWithin > TimeSpan.Zero)
            yield return $"Not in these times: steps that fail and ask a person may wait {PlainWords.Of(proof.AskWithin)} more in all. Nor are pauses, and retries that people order.";
        foreach (var proved in proof.Proved)
            yield return $"Proven: {proved}";
        foreach (var warning in proof.Warnings)
            yield return $"Beware: {warning.Message}";
    }

    private static string Promise(string what, TimeSpan? promised, TimeSpan? worst) => (promised, worst) switch
    {
        ({ } limit, { } time) => $"{what} within {PlainWords.Of(limit)} of detection. In the worst case it takes {PlainWords.Of(time)}{(time > limit ? ", which is TOO LONG" : "")}.",
        (null, { } time) => $"{what}: no time is promised; in the worst case it takes {PlainWords.Of(time)} from detection.",
        (_, null) => $"{what}: this playbook does not do that.",
    };

    private static IEnumerable<string> Deciders(Playbook playbook)
    {
        foreach (var step in playbook.AllSteps().OfType<Step.Approve>())
            yield return $"{step.Id}: {string.Join(' ', StepSentences.Decision(step))}";
        foreach (var step in playbook.AllSteps().OfType<Step.ManualTask>())
            yield return $"{step.Id}: {step.Role} confirms that it is done, within {PlainWords.Of(step.DoneWithin)}.";
        foreach (var (role, group) in playbook.Roles)
            yield return $"{role} means the group {group}.";
        yield return playbook.CommanderGroup is { } commander ? $"{commander} may pause, resume, cancel, retry and skip, each with a reason that is recorded."
            : "Nobody is named who may give orders.";
    }

    private static IEnumerable<string> Failing(Playbook playbook)
    {
        if (playbook.AllSteps().Any(step => step is Step.Do { Action.Name: Catalogue.Rejoin }))
            yield return "Every model that the run has given requests back to is isolated again at once.";
        yield return "What is under way is waited for; nothing new begins.";
        var undone = playbook.AllSteps().OfType<Step.Do>().Where(step => step.Undo is not null || step.Action.Name == Catalogue.Rejoin).Select(step => step.Id).Reverse().ToList();
        if (undone.Count > 0)
            yield return $"Then what was done is taken back, the last first: {string.Join(", ", undone)}. What had recovered by then stays.";
        var final = playbook.AllSteps().OfType<Step.Do>().Where(step => step.Action.Effect == Effect.Irreversible).Select(step => step.Id).ToList();
        if (final.Count > 0)
            yield return $"Cannot be taken back: {PlainWords.List(final)}.";
    }

    private void Section(string title, IEnumerable<string> lines)
    {
        text.Append('\n');
        Line(0, title);
        foreach (var line in lines)
            Line(1, $"- {line}");
    }

    private static string Heading(Step step) => step.Title is { } title ? $"{title} ({step.Id})" : step.Id;

    private void Line(int depth, string line) => text.Append(' ', depth * 2).Append(PlainWords.Flat(line)).Append('\n');
}
