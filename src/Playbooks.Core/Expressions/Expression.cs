using System.Collections.Immutable;
using System.Text;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>
/// An expression of the language: standard JMESPath plus <c>if</c>, <c>require</c>, <c>coalesce</c> and <c>sha256</c>. Numbers are exact,
/// strings are never reinterpreted, and no text or data can make it throw or run long. Equal when the texts are.
/// </summary>
public sealed class Expression : IEquatable<Expression>
{
    /// <summary>Size of the text in UTF-8.</summary>
    public const int MaxTextBytes = 4 * 1024;

    /// <summary>Levels of the syntax tree, and of brackets in the text.</summary>
    public const int MaxDepthLevels = 128;

    private Expression(string text, ExpressionNode root) => (Text, Root) = (text, root);

    /// <summary>As written.</summary>
    public string Text { get; }

    public ExpressionNode Root { get; }

    public static ParseResult Parse(string text)
    {
        if (text.Length > MaxTextBytes || Encoding.UTF8.GetByteCount(text) > MaxTextBytes)
            return new ParseResult(null, new ExpressionError(ExpressionErrorKind.OverBudget, 0,
                $"The expression is larger than {MaxTextBytes} bytes.", "Say it in smaller parts."));
        var (tokens, lexerError) = Lexer.Read(text);
        if (lexerError is not null)
            return new ParseResult(null, lexerError);
        var (root, error) = Parser.Parse(tokens);
        return root is null ? new ParseResult(null, error) : new ParseResult(new Expression(text, root), null);
    }

    /// <summary>The value in this scope, or why there is none. The same for the same scope, always.</summary>
    public EvaluationResult Evaluate(JsonData scope, Budget? budget = null)
    {
        var evaluator = new Evaluator(budget ?? Budget.Default);
        return Evaluate(scope, evaluator) is { } value ? EvaluationResult.Of(value) : EvaluationResult.Failed(evaluator.Error!);
    }

    /// <summary>What the expression may read of its scope, in the order of the text.</summary>
    public ImmutableArray<Reference> References() => ReferenceFinder.Find(Root);

    public bool Equals(Expression? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Expression);

    public override int GetHashCode() => JsonText.StableHash(Text);

    public override string ToString() => Text;

    internal JsonData? Evaluate(JsonData scope, Evaluator evaluator) =>
        evaluator.Visit(Root, scope) is { } value ? evaluator.Made(value, Root.Offset) : null;
}

/// <summary>Exactly one of the two is there.</summary>
public sealed record ParseResult(Expression? Expression, ExpressionError? Error);

/// <summary>Exactly one of the two is there; a null that was computed is <see cref="JsonData.Null"/>.</summary>
public sealed record EvaluationResult(JsonData? Value, ExpressionError? Error)
{
    public static EvaluationResult Of(JsonData value) => new(value, null);

    public static EvaluationResult Failed(ExpressionError error) => new(null, error);
}
