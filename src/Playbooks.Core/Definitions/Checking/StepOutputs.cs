namespace Playbooks.Core.Definitions.Checking;

/// <summary>
/// What <c>steps.id.output</c> holds, for each kind of step. An action's output is as declared; a block's is made of its steps' outputs:
/// by branch and step, by index and step, by step.
/// </summary>
internal abstract record StepOutputs
{
    private StepOutputs() { }

    /// <summary>Nothing is known before it runs.</summary>
    public sealed record Anything : StepOutputs;

    /// <summary>A value without members.</summary>
    public sealed record Single : StepOutputs;

    /// <summary>To be indexed before anything else.</summary>
    public sealed record List : StepOutputs;

    public sealed record Members(IReadOnlyDictionary<string, StepOutputs> Known) : StepOutputs;

    public static StepOutputs Of(Step step) => step switch
    {
        Step.Do action => new Members(action.Action.Outputs.ToDictionary(output => output.Name, Of, StringComparer.Ordinal)),
        Step.Approve => Named("result", "round", "by"),
        Step.ManualTask => Named("by", "note"),
        Step.Wait { For: WaitFor.Signal } => new Anything(),
        Step.Parallel parallel => new Members(parallel.Branches.DistinctBy(branch => branch.Name)
            .ToDictionary(branch => branch.Name, branch => (StepOutputs)Of(branch.Steps), StringComparer.Ordinal)),
        Step.ForEach or Step.Repeat => new List(),
        Step.Inline inline => Of(inline.Steps),
        _ => Named(),
    };

    private static Members Of(IEnumerable<Step> steps) =>
        new(steps.DistinctBy(NameOf).ToDictionary(NameOf, Of, StringComparer.Ordinal));

    private static StepOutputs Of(ValueDeclaration output) => output.Type is ValueType.Any or ValueType.Object or ValueType.Array ? new Anything() : new Single();

    private static Members Named(params IEnumerable<string> names) =>
        new(names.ToDictionary(name => name, name => name == "by" ? (StepOutputs)new Anything() : new Single(), StringComparer.Ordinal));

    private static string NameOf(Step step) => step.Id[(step.Id.LastIndexOf('/') + 1)..];
}
