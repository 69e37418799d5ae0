using System.Collections.Immutable;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>
/// The syntax tree of a JMESPath expression, public so that a checker can walk it. Every node is evaluated against a current value;
/// <see cref="Offset"/> is where it begins in the text, in UTF-16 code units from 0.
/// </summary>
public abstract record ExpressionNode
{
    private ExpressionNode(int offset, params ReadOnlySpan<ExpressionNode> children)
    {
        Offset = offset;
        foreach (var child in children)
            Depth = int.Max(Depth, child.Depth);
        Depth++;
    }

    public int Offset { get; }

    /// <summary>Levels of nodes from here down, 1 for a leaf; what bounds every recursion over the tree.</summary>
    public int Depth { get; }

    /// <summary><c>@</c>, and the start that <c>[0]</c> or <c>*</c> leaves out.</summary>
    public sealed record Current(int Offset) : ExpressionNode(Offset);

    /// <summary><c>name</c> of the current value.</summary>
    public sealed record Field(string Name, int Offset) : ExpressionNode(Offset);

    public sealed record Literal(JsonData Value, int Offset) : ExpressionNode(Offset);

    /// <summary><c>left.right</c> and <c>left | right</c>: the right side sees the left one's value. They differ only in what binds tighter.</summary>
    public sealed record Chain(ExpressionNode Left, ExpressionNode Right, int Offset) : ExpressionNode(Offset, Left, Right);

    /// <summary><c>target[2]</c>, from the end when negative.</summary>
    public sealed record Index(ExpressionNode Target, long Position, int Offset) : ExpressionNode(Offset, Target);

    /// <summary><c>target[start:stop:step]</c>, before it is projected.</summary>
    public sealed record Slice(ExpressionNode Target, long? Start, long? Stop, long Step, int Offset) : ExpressionNode(Offset, Target);

    /// <summary><c>target[]</c>, before it is projected: arrays inside the array are merged into it.</summary>
    public sealed record Flatten(ExpressionNode Target, int Offset) : ExpressionNode(Offset, Target);

    /// <summary><c>target[*].body</c>, and what follows a slice or a flatten: the body for every item, nulls left out.</summary>
    public sealed record ListProjection(ExpressionNode Target, ExpressionNode Body, int Offset) : ExpressionNode(Offset, Target, Body);

    /// <summary><c>target.*.body</c>: the body for every property's value, nulls left out.</summary>
    public sealed record ObjectProjection(ExpressionNode Target, ExpressionNode Body, int Offset) : ExpressionNode(Offset, Target, Body);

    /// <summary><c>target[?condition].body</c>.</summary>
    public sealed record FilterProjection(ExpressionNode Target, ExpressionNode Condition, ExpressionNode Body, int Offset)
        : ExpressionNode(Offset, Target, Condition, Body);

    /// <summary><c>[a, b]</c>; null when the current value is null.</summary>
    public sealed record MultiSelectList(ImmutableArray<ExpressionNode> Items, int Offset) : ExpressionNode(Offset, Items.AsSpan());

    /// <summary><c>{a: x, b: y}</c>; null when the current value is null.</summary>
    public sealed record MultiSelectHash(ImmutableArray<HashEntry> Entries, int Offset)
        : ExpressionNode(Offset, [.. Entries.Select(entry => entry.Value)]);

    public sealed record And(ExpressionNode Left, ExpressionNode Right, int Offset) : ExpressionNode(Offset, Left, Right);

    public sealed record Or(ExpressionNode Left, ExpressionNode Right, int Offset) : ExpressionNode(Offset, Left, Right);

    public sealed record Not(ExpressionNode Operand, int Offset) : ExpressionNode(Offset, Operand);

    public sealed record Comparison(Comparator Comparator, ExpressionNode Left, ExpressionNode Right, int Offset)
        : ExpressionNode(Offset, Left, Right);

    public sealed record Call(string Function, ImmutableArray<ExpressionNode> Arguments, int Offset)
        : ExpressionNode(Offset, Arguments.AsSpan());

    /// <summary><c>&amp;body</c>: the expression itself, as an argument of a function.</summary>
    public sealed record ExpressionReference(ExpressionNode Body, int Offset) : ExpressionNode(Offset, Body);
}

/// <summary>One <c>name: value</c> of a <see cref="ExpressionNode.MultiSelectHash"/>.</summary>
public sealed record HashEntry(string Name, ExpressionNode Value);

public enum Comparator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
