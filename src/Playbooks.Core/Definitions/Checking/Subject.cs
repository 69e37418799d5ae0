using System.Collections.Immutable;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>What the rules look at.</summary>
internal sealed class Subject
{
    public Subject(Draft draft, FactTable facts)
    {
        (Draft, Facts) = (draft, facts);
        Finally = [.. draft.Finally.Cast<Step>()];
        Inject = draft.Drill is { } drill ? [.. drill.Inject.Cast<Step>()] : [];
        Tree = new StepTree([draft.Steps, Finally, Inject]);
        Main = [.. draft.Steps.SelectMany(step => step.WithDescendants())];
    }

    public Draft Draft { get; }
    public FactTable Facts { get; }
    public StepTree Tree { get; }
    public ImmutableArray<Step> Finally { get; }
    public ImmutableArray<Step> Inject { get; }
    /// <summary>All steps of <c>steps</c>, blocks before what is in them.</summary>
    public ImmutableArray<Step> Main { get; }

    public Node NodeOf(Step step) => Facts[step].Node;

    /// <summary>Where a field of the step stands; the step itself when it is not written.</summary>
    public Node NodeOf(Step step, params ReadOnlySpan<string> path)
    {
        var node = NodeOf(step);
        foreach (var name in path)
            node = node.Property(name) ?? node;
        return node;
    }

    public bool IsBroken(Step step) => Facts[step].Broken;

    /// <summary>The id as its author wrote it, without the prefix of an inlined playbook.</summary>
    public string Written(Step step) => step.Id[Facts[step].Scope.Prefix.Length..];
}
