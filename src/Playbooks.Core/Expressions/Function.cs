using System.Collections.Immutable;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>One call under way.</summary>
/// <param name="Node">As written; lazy functions evaluate its arguments themselves.</param>
/// <param name="Current">The value that the call sees as <c>@</c>.</param>
/// <param name="Values">The arguments, checked against the parameters; empty for lazy functions, null data where a reference stands.</param>
internal readonly record struct FunctionCall(ExpressionNode.Call Node, JsonData Current, ImmutableArray<JsonData> Values)
{
    /// <summary>The expression behind the <c>&amp;</c> of that argument.</summary>
    public ExpressionNode Body(int argument) => ((ExpressionNode.ExpressionReference)Node.Arguments[argument]).Body;
}

/// <summary>The result, or null with the evaluator's error set.</summary>
internal delegate JsonData? FunctionBody(Evaluator evaluator, FunctionCall call);

/// <param name="Parameters">What each argument may be; the last one repeats when <paramref name="LastRepeats"/>.</param>
/// <param name="Returns">What the result may be.</param>
/// <param name="IsLazy">The function evaluates only the arguments that it needs.</param>
internal sealed record Function(
    string Name, ImmutableArray<ValueTypes> Parameters, ValueTypes Returns, FunctionBody Body, bool LastRepeats = false, bool IsLazy = false)
{
    public ValueTypes ParameterAt(int argument) => Parameters[int.Min(argument, Parameters.Length - 1)];

    public bool TakesArguments(int count) => count == Parameters.Length || (LastRepeats && count > Parameters.Length);
}
