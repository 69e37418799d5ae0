using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>What the checks must know of a step beside the step itself: where it was written and which expressions it uses.</summary>
internal sealed class StepFacts(Node node, Scope scope)
{
    public Node Node { get; } = node;
    public Scope Scope { get; } = scope;
    public List<Use> Uses { get; } = [];
    /// <summary>Part of it could not be read; what follows from that is no second error.</summary>
    public bool Broken { get; set; }
}

/// <summary>An expression where it is used.</summary>
/// <param name="Node">The string that holds it.</param>
/// <param name="Offset">Where in that string the text begins that references count from.</param>
internal sealed record Use(Node Node, int Offset, IReadOnlyList<Reference> References, UseAt At);

/// <summary>When an expression is evaluated.</summary>
internal enum UseAt
{
    /// <summary>When the step starts, or before.</summary>
    Start,
    /// <summary>After each round of the body.</summary>
    AfterBody,
    /// <summary>When the step starts, for the time when it may have to be taken back.</summary>
    Undo,
}

/// <summary>What names mean to the steps of one text: an inlined playbook has its own inputs and step ids.</summary>
/// <param name="Prefix">In front of every id, empty or ending in a slash.</param>
/// <param name="Inputs">Declared names.</param>
internal sealed record Scope(string Prefix, IReadOnlyDictionary<string, InputDeclaration> Inputs);

/// <summary>Facts of all steps. By reference: steps are records, and two may be equal.</summary>
internal sealed class FactTable
{
    private readonly Dictionary<Step, StepFacts> facts = new(ReferenceEqualityComparer.Instance);

    /// <summary>Steps begun, over all texts: so that playbooks that inline each other many times end soon.</summary>
    public int Begun { get; set; }

    public StepFacts this[Step step] => facts[step];

    public void Add(Step step, StepFacts known) => facts.Add(step, known);
}
