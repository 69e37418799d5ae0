using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Planning;

/// <summary>One action that a run would do, with what is known of it before the run.</summary>
/// <param name="Inputs">Those inputs that follow from the run's own; the others come from steps and the alert.</param>
/// <param name="Unknown">Names of the others.</param>
/// <param name="MayNotRun">It stands behind a condition, in an arm, or behind something that may lead around it.</param>
public sealed record PlannedStep(string StepId, int Line, ActionDeclaration Action, JsonData Inputs, ImmutableArray<string> Unknown, bool MayNotRun)
{
    /// <summary>Every action of <c>steps</c> and <c>finally</c> in the order written; undos and injections are not part of a run that goes well.</summary>
    /// <param name="inputs">Of the run, defaults filled in.</param>
    public static ImmutableArray<PlannedStep> Of(Playbook playbook, JsonData inputs) =>
        [.. playbook.Steps.SelectMany(step => Of(step, inputs, false)), .. playbook.Finally.Select(step => Of(step, inputs, step.When is not null).Single())];

    private static IEnumerable<PlannedStep> Of(Step step, JsonData inputs, bool mayNotRun)
    {
        mayNotRun |= step.When is not null;
        if (step is Step.Do action)
        {
            var (known, unknown) = Resolve(action.With, inputs);
            yield return new PlannedStep(action.Id, action.Line, action.Action, known, unknown, mayNotRun);
        }
        // Inside an inlined playbook, inputs means what the step hands over.
        var inner = step is Step.Inline inline ? Resolve(inline.With, inputs).Known : inputs;
        foreach (var body in step.Bodies())
        {
            var maybe = mayNotRun || step is Step.Switch or Step.ForEach or Step.Parallel { Join: Join.Any } || (step is Step.Try && body.Name != "steps");
            foreach (var planned in body.Steps.SelectMany(one => Of(one, inner, maybe)))
                yield return planned;
        }
    }

    private static (JsonData Known, ImmutableArray<string> Unknown) Resolve(ImmutableArray<TemplateField> fields, JsonData inputs)
    {
        var scope = JsonData.Object(("inputs", inputs));
        var (known, unknown) = (new List<(string, JsonData)>(), ImmutableArray.CreateBuilder<string>());
        foreach (var field in fields)
        {
            var isKnown = field.Value.Templates().SelectMany(template => template.References()).All(reference => reference.Path is ["inputs", var name, ..] && inputs[name] is not null);
            if (isKnown && field.Value.Resolve(scope) is { Error: null, Value: { } value })
                known.Add((field.Name, value));
            else
                unknown.Add(field.Name);
        }
        return (JsonData.Object([.. known]), unknown.DrainToImmutable());
    }
}
