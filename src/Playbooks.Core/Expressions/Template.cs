using System.Collections.Immutable;
using System.Text;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>One part of a template.</summary>
public abstract record TemplatePart
{
    private TemplatePart()
    {
    }

    /// <summary>Text to be taken as it is.</summary>
    public sealed record Literal(string Text) : TemplatePart;

    /// <param name="Offset">Where the expression's own text begins in the template.</param>
    public sealed record Embedded(Expression Expression, int Offset) : TemplatePart;
}

/// <summary>
/// A string that may hold <c>${ expression }</c>. Alone it keeps the value's type; inside a longer string strings are inserted raw and
/// other values as JSON, and null is an error; <c>$${</c> is a literal <c>${</c>. Data is never read as an expression. Equal when the
/// texts are. Offsets are in UTF-16 code units of the template.
/// </summary>
public sealed class Template : IEquatable<Template>
{
    internal Template(string text, ImmutableArray<TemplatePart> parts) => (Text, Parts) = (text, parts);

    /// <summary>As written.</summary>
    public string Text { get; }

    public ImmutableArray<TemplatePart> Parts { get; }

    /// <summary>True when no expression is inside, so that the value is known without a scope.</summary>
    public bool IsLiteral => Parts.All(part => part is TemplatePart.Literal);

    public static TemplateResult Parse(string text) => TemplateReader.Read(text);

    /// <summary>The value in this scope; all expressions inside share one budget.</summary>
    public EvaluationResult Evaluate(JsonData scope, Budget? budget = null)
    {
        var evaluator = new Evaluator(budget ?? Budget.Default);
        if (Parts is [TemplatePart.Embedded alone])
            return alone.Expression.Evaluate(scope, evaluator) is { } value ? EvaluationResult.Of(value) : Failed(evaluator.Error!, alone.Offset);
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            switch (part)
            {
                case TemplatePart.Literal literal:
                    text.Append(literal.Text);
                    break;
                case TemplatePart.Embedded embedded:
                    if (embedded.Expression.Evaluate(scope, evaluator) is not { } value)
                        return Failed(evaluator.Error!, embedded.Offset);
                    if (value.IsNull)
                        return EvaluationResult.Failed(new ExpressionError(ExpressionErrorKind.InvalidValue, embedded.Offset,
                            $"'{embedded.Expression.Text.Trim()}' is null inside a text.", "Say what to write then: coalesce(…, 'unknown')."));
                    text.Append(value.AsString() ?? value.Text);
                    if (!evaluator.HasRoom(text.Length, 0))
                        return Failed(evaluator.Error!, embedded.Offset);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
        return evaluator.Made(JsonData.Of(text.ToString()), 0) is { } made ? EvaluationResult.Of(made) : Failed(evaluator.Error!, 0);
    }

    /// <summary>What the expressions inside may read of their scope, with offsets in the template.</summary>
    public ImmutableArray<Reference> References() => [.. Parts.OfType<TemplatePart.Embedded>()
        .SelectMany(part => part.Expression.References().Select(reference => reference with { Offset = reference.Offset + part.Offset }))];

    public bool Equals(Template? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Template);

    public override int GetHashCode() => JsonText.StableHash(Text);

    public override string ToString() => Text;

    private static EvaluationResult Failed(ExpressionError error, int offset) =>
        EvaluationResult.Failed(error with { Offset = error.Offset + offset });
}

/// <summary>A template, or everything that is wrong with it.</summary>
public sealed record TemplateResult(Template? Template, ImmutableArray<ExpressionError> Errors);
