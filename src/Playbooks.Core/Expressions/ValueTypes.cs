using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>The types that a function's parameter takes or its result may have.</summary>
[Flags]
internal enum ValueTypes
{
    None = 0,
    Null = 1 << 0,
    Boolean = 1 << 1,
    Number = 1 << 2,
    String = 1 << 3,
    Array = 1 << 4,
    Object = 1 << 5,
    NumberArray = 1 << 6,
    StringArray = 1 << 7,

    /// <summary><c>&amp;expression</c>; never a value.</summary>
    Reference = 1 << 8,
    Any = Null | Boolean | Number | String | Array | Object,
}

internal static class ValueTypesOf
{
    public static ValueTypes Value(JsonData value) => value.Kind switch
    {
        JsonValueKind.Null => ValueTypes.Null,
        JsonValueKind.True or JsonValueKind.False => ValueTypes.Boolean,
        JsonValueKind.Number => ValueTypes.Number,
        JsonValueKind.String => ValueTypes.String,
        JsonValueKind.Array => ValueTypes.Array
            | (value.Elements.All(e => e.Kind == JsonValueKind.Number) ? ValueTypes.NumberArray : ValueTypes.None)
            | (value.Elements.All(e => e.Kind == JsonValueKind.String) ? ValueTypes.StringArray : ValueTypes.None),
        _ => ValueTypes.Object,
    };

    /// <summary>Every type that the node may have, as far as the text alone tells.</summary>
    public static ValueTypes Node(ExpressionNode node) => node switch
    {
        ExpressionNode.Literal literal => Value(literal.Value),
        ExpressionNode.ExpressionReference => ValueTypes.Reference,
        ExpressionNode.Not => ValueTypes.Boolean,
        ExpressionNode.Comparison { Comparator: Comparator.Equal or Comparator.NotEqual } => ValueTypes.Boolean,
        ExpressionNode.Comparison => ValueTypes.Boolean | ValueTypes.Null,
        ExpressionNode.Call call when FunctionTable.Find(call.Function) is { } function => Widened(function.Returns),
        ExpressionNode.Chain chain => Node(chain.Right),
        _ => Widened(ValueTypes.Any),
    };

    public static string Words(ValueTypes types) => string.Join(" or ", Enum.GetValues<ValueTypes>()
        .Where(type => type is not (ValueTypes.None or ValueTypes.Any) && types.HasFlag(type))
        .Select(type => type switch
        {
            ValueTypes.Null => "null",
            ValueTypes.Boolean => "a boolean",
            ValueTypes.Number => "a number",
            ValueTypes.String => "a string",
            ValueTypes.Array => "an array",
            ValueTypes.Object => "an object",
            ValueTypes.NumberArray => "an array of numbers",
            ValueTypes.StringArray => "an array of strings",
            _ => "an expression reference (&…)",
        }));

    private static ValueTypes Widened(ValueTypes types) =>
        types.HasFlag(ValueTypes.Array) ? types | ValueTypes.NumberArray | ValueTypes.StringArray : types;
}
