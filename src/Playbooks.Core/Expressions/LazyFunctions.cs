using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>Functions that evaluate only what they need; all but <c>not_null</c> are our additions to the standard.</summary>
internal static class LazyFunctions
{
    /// <summary><c>if(c, a, b)</c>: truth as in JMESPath (false, null and whatever is empty are false).</summary>
    public static JsonData? If(Evaluator evaluator, FunctionCall call) =>
        evaluator.Visit(call.Node.Arguments[0], call.Current) is { } condition
            ? evaluator.Visit(call.Node.Arguments[Evaluator.IsTrue(condition) ? 1 : 2], call.Current) : null;

    /// <summary><c>require(x, 'why')</c>: x, or an error with that text when it is null.</summary>
    public static JsonData? Require(Evaluator evaluator, FunctionCall call)
    {
        var value = evaluator.Visit(call.Node.Arguments[0], call.Current);
        if (value is not { IsNull: true })
            return value;
        if (evaluator.Visit(call.Node.Arguments[1], call.Current) is not { } why)
            return null;
        return why.AsString() is { } text
            ? evaluator.Fail(ExpressionErrorKind.Required, call.Node.Offset, text, "Make sure that the value exists before this is read.")
            : evaluator.Fail(CallCheck.WrongType(FunctionTable.Find("require")!, 1, ValueTypesOf.Value(why), call.Node.Arguments[1].Offset));
    }

    /// <summary><c>coalesce(a, b, …)</c> and <c>not_null</c>: the first that is not null, else null.</summary>
    public static JsonData? FirstNotNull(Evaluator evaluator, FunctionCall call)
    {
        foreach (var argument in call.Node.Arguments)
        {
            if (evaluator.Visit(argument, call.Current) is not { } value)
                return null;
            if (!value.IsNull)
                return value;
        }
        return JsonData.Null;
    }
}
