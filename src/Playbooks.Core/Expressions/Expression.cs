using System.Collections.Immutable;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

public sealed class Expression
{
    public string Text { get; } = "";
    public EvaluationResult Evaluate(JsonData scope) => throw new NotSupportedException();
    public ImmutableArray<Reference> References() => throw new NotSupportedException();
}

public sealed record Reference(ImmutableArray<string> Path, bool Guarded, int Offset);

public sealed class Template
{
    public EvaluationResult Evaluate(JsonData scope) => throw new NotSupportedException();
}

public sealed record ExpressionError(string Message);

public sealed record EvaluationResult(JsonData? Value, ExpressionError? Error)
{
    public static EvaluationResult Of(JsonData value) => new(value, null);
}
