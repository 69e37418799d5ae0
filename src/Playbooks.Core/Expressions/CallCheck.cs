using System.Globalization;

namespace Playbooks.Core.Expressions;

/// <summary>What is wrong with a call for whatever values it will see; found when the text is read, not at three in the morning.</summary>
internal static class CallCheck
{
    public static ExpressionError? Find(ExpressionNode.Call call)
    {
        if (FunctionTable.Find(call.Function) is not { } function)
            return new ExpressionError(ExpressionErrorKind.UnknownFunction, call.Offset, $"There is no function '{Shorten(call.Function)}'.",
                NearestFunction.To(call.Function) is { } nearest ? $"Did you mean {nearest}?" : $"Known are {string.Join(", ", FunctionTable.Names)}.");
        if (!function.TakesArguments(call.Arguments.Length))
            return new ExpressionError(ExpressionErrorKind.InvalidArity, call.Offset, string.Create(CultureInfo.InvariantCulture,
                $"{function.Name} has {call.Arguments.Length} arguments."), string.Create(CultureInfo.InvariantCulture,
                $"Give it {(function.LastRepeats ? "at least " : "")}{function.Parameters.Length}."));
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            var possible = ValueTypesOf.Node(call.Arguments[i]);
            if ((possible & function.ParameterAt(i)) == ValueTypes.None)
                return WrongType(function, i, possible, call.Arguments[i].Offset);
        }
        return null;
    }

    public static ExpressionError WrongType(Function function, int argument, ValueTypes found, int offset) =>
        new(ExpressionErrorKind.InvalidType, offset,
            string.Create(CultureInfo.InvariantCulture, $"Argument {argument + 1} of {function.Name} is {(found.HasFlag(ValueTypes.Any) ? "a value" : ValueTypesOf.Words(found))}."),
            $"Give it {ValueTypesOf.Words(function.ParameterAt(argument))}.");

    private static string Shorten(string name) => name.Length <= 64 ? name : name[..64] + "…";
}
