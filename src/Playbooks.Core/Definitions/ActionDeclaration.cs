using System.Collections.Immutable;

namespace Playbooks.Core.Definitions;

/// <summary>
/// What an action promises: schema, reference page, checks and readiness are made from this. What is not declared does not load.
/// </summary>
/// <param name="Name">As playbooks write it, for example <c>model.isolate</c>.</param>
/// <param name="Description">One line, for authors.</param>
/// <param name="Probe">What readiness checks, in words: which permission, which target.</param>
public sealed record ActionDeclaration(
    string Name,
    string Description,
    Effect Effect,
    Repeatability Repeatability,
    ImmutableArray<ValueDeclaration> Inputs,
    ImmutableArray<ValueDeclaration> Outputs,
    string Probe)
{
    /// <summary>What it does and how to do it by hand, for people. The catalogue gives it to every action.</summary>
    public ActionWords? Words { get; init; }
    /// <summary>Isolating or preserving: has no undo and is never undone.</summary>
    public bool Protective { get; init; }
    /// <summary>May carry <c>recovers</c>.</summary>
    public bool Verifies { get; init; }
    /// <summary>Can answer what it would do without doing it.</summary>
    public bool Simulatable { get; init; }
    /// <summary>Refused outside drill environments.</summary>
    public bool DrillOnly { get; init; }

    public ValueDeclaration? Input(string name) => Inputs.FirstOrDefault(input => input.Name == name);

    // Arrays make record equality useless and names are unique: an action is its name.
    public bool Equals(ActionDeclaration? other) => other is not null && other.Name == Name;
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A typed input or output of an action.</summary>
/// <param name="Refers">For strings that name something of the environment.</param>
public sealed record ValueDeclaration(string Name, ValueType Type, bool Required, string Description, Refers Refers = Refers.Nothing)
{
    /// <summary>Allowed words, empty for any.</summary>
    public ImmutableArray<string> Words { get; init; } = [];
    public decimal? Minimum { get; init; }
    public decimal? Maximum { get; init; }
    /// <summary>The string is itself JMESPath, evaluated by the action over its own data.</summary>
    public bool IsExpression { get; init; }
}

/// <summary>JSON types, and strings with a form.</summary>
public enum ValueType { String, Integer, Number, Boolean, Array, Object, Duration, Instant, Any }

/// <summary>What of the environment a string names.</summary>
public enum Refers { Nothing, Model, Queue, Channel, Suite, Role }

/// <summary>What an action does to the world.</summary>
public enum Effect { ReadOnly, Mutating, Irreversible }

/// <summary>How an action is made safe to repeat.</summary>
public enum Repeatability
{
    /// <summary>The target takes our key: doing it twice is doing it once.</summary>
    Keyed,
    /// <summary>The act is conditional on what was seen (If-Match, create-only).</summary>
    Checked,
    /// <summary>Cannot be repeated safely.</summary>
    Once,
}
