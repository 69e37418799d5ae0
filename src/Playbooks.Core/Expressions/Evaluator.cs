using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>
/// Evaluates nodes within one budget. A method that returns null has set <see cref="Error"/>; null data is <see cref="JsonData.Null"/>.
/// Recursion is as deep as the tree, which the parser bounds.
/// </summary>
internal sealed class Evaluator(Budget budget)
{
    private long steps;

    public ExpressionError? Error { get; private set; }

    /// <summary>False are null, false, and the empty string, array and object; zero is true.</summary>
    public static bool IsTrue(JsonData value) => value.Kind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => value.AsString() is not "",
        JsonValueKind.Array => value.Elements.Length > 0,
        JsonValueKind.Object => value.Properties.Length > 0,
        _ => true,
    };

    public JsonData? Visit(ExpressionNode node, JsonData current)
    {
        if (!Charge(1, node.Offset))
            return null;
        switch (node)
        {
            case ExpressionNode.Current:
                return current;
            case ExpressionNode.Field field:
                return current[field.Name] ?? JsonData.Null;
            case ExpressionNode.Literal literal:
                return literal.Value;
            case ExpressionNode.Chain chain:
                return Visit(chain.Left, current) is { } left ? Visit(chain.Right, left) : null;
            case ExpressionNode.Index index:
                return Visit(index.Target, current) is { } indexed ? At(indexed, index.Position) : null;
            case ExpressionNode.Slice slice:
                return Visit(slice.Target, current) is { } sliced ? SliceOf(sliced, slice) : null;
            case ExpressionNode.Flatten flatten:
                return Visit(flatten.Target, current) is { } nested ? Flattened(nested, flatten.Offset) : null;
            case ExpressionNode.ListProjection projection:
                return Visit(projection.Target, current) is { } list
                    ? list.Kind == JsonValueKind.Array ? Project(list.Elements, null, projection.Body, node.Offset) : JsonData.Null : null;
            case ExpressionNode.FilterProjection filter:
                return Visit(filter.Target, current) is { } filtered
                    ? filtered.Kind == JsonValueKind.Array ? Project(filtered.Elements, filter.Condition, filter.Body, node.Offset) : JsonData.Null : null;
            case ExpressionNode.ObjectProjection projection:
                return Visit(projection.Target, current) is { } parent
                    ? parent.Kind == JsonValueKind.Object ? Project(parent.Properties.Select(p => p.Value), null, projection.Body, node.Offset) : JsonData.Null : null;
            case ExpressionNode.MultiSelectList select:
                return current.IsNull ? current : ListOf(select, current);
            case ExpressionNode.MultiSelectHash select:
                return current.IsNull ? current : ObjectOf(select, current);
            case ExpressionNode.Or or:
                return Visit(or.Left, current) is { } first ? IsTrue(first) ? first : Visit(or.Right, current) : null;
            case ExpressionNode.And and:
                return Visit(and.Left, current) is { } one ? IsTrue(one) ? Visit(and.Right, current) : one : null;
            case ExpressionNode.Not not:
                return Visit(not.Operand, current) is { } operand ? JsonData.Of(!IsTrue(operand)) : null;
            case ExpressionNode.Comparison comparison:
                return Compare(comparison, current);
            case ExpressionNode.Call call:
                return Invoke(call, current);
            default:
                // A reference is evaluated by the function that it is given to, and the parser lets it stand nowhere else.
                throw new System.Diagnostics.UnreachableException(node.ToString());
        }
    }

    /// <summary>False, with the error set, when the budget does not hold that many more steps.</summary>
    public bool Charge(long count, int offset)
    {
        steps += count;
        if (steps <= budget.MaxSteps)
            return true;
        Fail(ExpressionErrorKind.OverBudget, offset, string.Create(CultureInfo.InvariantCulture, $"The expression takes more than {budget.MaxSteps} steps."),
            "Let it look at less data, or compute less.");
        return false;
    }

    /// <summary>False, with the error set, when a value of that size may not be made.</summary>
    public bool HasRoom(long bytes, int offset)
    {
        if (bytes <= budget.MaxValueBytes)
            return true;
        Fail(ExpressionErrorKind.OverBudget, offset, string.Create(CultureInfo.InvariantCulture, $"The expression makes a value larger than {budget.MaxValueBytes} bytes."),
            "Select less.");
        return false;
    }

    /// <summary>The value, or null when it is larger or deeper than the budget allows.</summary>
    public JsonData? Made(JsonData value, int offset)
    {
        if (!HasRoom(value.SizeBytes, offset))
            return null;
        return value.Depth <= Budget.MaxValueDepthLevels ? value
            : Fail(ExpressionErrorKind.OverBudget, offset, $"The expression makes a value deeper than {Budget.MaxValueDepthLevels} levels.", "Make it flatter.");
    }

    public bool? AreEqual(JsonData left, JsonData right, int offset) =>
        Charge(1 + (long.Min(left.SizeBytes, right.SizeBytes) / Budget.BytesPerStep), offset) ? left.Equals(right) : null;

    public JsonData? Fail(ExpressionErrorKind kind, int offset, string message, string remedy) => Fail(new(kind, offset, message, remedy));

    public JsonData? Fail(ExpressionError error)
    {
        Error ??= error;
        return null;
    }

    private JsonData? Project(IEnumerable<JsonData> items, ExpressionNode? condition, ExpressionNode body, int offset)
    {
        var results = new List<JsonData>();
        foreach (var item in items)
        {
            if (condition is not null)
            {
                if (Visit(condition, item) is not { } verdict)
                    return null;
                if (!IsTrue(verdict))
                    continue;
            }
            if (Visit(body, item) is not { } result)
                return null;
            if (!result.IsNull)
                results.Add(result);
        }
        return Made(JsonData.Array(results), offset);
    }

    private static JsonData At(JsonData array, long position)
    {
        var index = position < 0 ? position + array.Elements.Length : position;
        return index >= 0 && index < array.Elements.Length ? array.Elements[(int)index] : JsonData.Null;
    }

    private JsonData? SliceOf(JsonData array, ExpressionNode.Slice slice)
    {
        if (array.Kind != JsonValueKind.Array)
            return JsonData.Null;
        var length = array.Elements.Length;
        // No array is longer than an int counts; a larger step would only overflow.
        var step = long.Clamp(slice.Step, -int.MaxValue, int.MaxValue);
        var (low, high) = step > 0 ? (0, length) : (-1, length - 1);
        var start = Bound(slice.Start, step > 0 ? low : high);
        var stop = Bound(slice.Stop, step > 0 ? high : low);
        var items = new List<JsonData>();
        for (var i = start; step > 0 ? i < stop : i > stop; i += step)
            items.Add(array.Elements[(int)i]);
        return Charge(items.Count, slice.Offset) ? JsonData.Array(items) : null;

        long Bound(long? written, long otherwise) =>
            written is { } value ? long.Clamp(value < 0 ? value + length : value, low, high) : otherwise;
    }

    private JsonData? Flattened(JsonData array, int offset)
    {
        if (array.Kind != JsonValueKind.Array)
            return JsonData.Null;
        var items = new List<JsonData>();
        foreach (var element in array.Elements)
        {
            if (element.Kind == JsonValueKind.Array)
                items.AddRange(element.Elements);
            else
                items.Add(element);
            if (!Charge(1, offset))
                return null;
        }
        return Charge(items.Count, offset) ? Made(JsonData.Array(items), offset) : null;
    }

    private JsonData? ListOf(ExpressionNode.MultiSelectList select, JsonData current)
    {
        var items = new List<JsonData>(select.Items.Length);
        foreach (var node in select.Items)
        {
            if (Visit(node, current) is not { } item)
                return null;
            items.Add(item);
        }
        return Made(JsonData.Array(items), select.Offset);
    }

    private JsonData? ObjectOf(ExpressionNode.MultiSelectHash select, JsonData current)
    {
        var properties = new List<KeyValuePair<string, JsonData>>(select.Entries.Length);
        foreach (var entry in select.Entries)
        {
            if (Visit(entry.Value, current) is not { } value)
                return null;
            properties.Add(KeyValuePair.Create(entry.Name, value));
        }
        return Made(JsonData.Object(properties), select.Offset);
    }

    private JsonData? Compare(ExpressionNode.Comparison comparison, JsonData current)
    {
        if (Visit(comparison.Left, current) is not { } left || Visit(comparison.Right, current) is not { } right)
            return null;
        if (comparison.Comparator is Comparator.Equal or Comparator.NotEqual)
            return AreEqual(left, right, comparison.Offset) is { } equal ? JsonData.Of(equal == (comparison.Comparator == Comparator.Equal)) : null;
        if (left.AsNumber() is not { } a || right.AsNumber() is not { } b)
            return JsonData.Null;
        var order = a.CompareTo(b);
        return JsonData.Of(comparison.Comparator switch
        {
            Comparator.Less => order < 0,
            Comparator.LessOrEqual => order <= 0,
            Comparator.Greater => order > 0,
            Comparator.GreaterOrEqual => order >= 0,
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }

    private JsonData? Invoke(ExpressionNode.Call call, JsonData current)
    {
        var function = FunctionTable.Find(call.Function)!;
        if (function.IsLazy)
            return function.Body(this, new FunctionCall(call, current, []));
        var values = ImmutableArray.CreateBuilder<JsonData>(call.Arguments.Length);
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i] is ExpressionNode.ExpressionReference)
            {
                values.Add(JsonData.Null);
                continue;
            }
            if (Visit(call.Arguments[i], current) is not { } value
                || !Charge(value.Elements.Length + value.Properties.Length + (value.SizeBytes / Budget.BytesPerStep), call.Offset))
                return null;
            var type = ValueTypesOf.Value(value);
            if ((type & function.ParameterAt(i)) == ValueTypes.None)
                return Fail(CallCheck.WrongType(function, i, type & ValueTypes.Any, call.Arguments[i].Offset));
            values.Add(value);
        }
        return function.Body(this, new FunctionCall(call, current, values.DrainToImmutable())) is { } result ? Made(result, call.Offset) : null;
    }
}
