using System.Numerics;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>Functions that sort. Numbers by exact value, strings by code point; equal ones keep their order, and the first of them wins.</summary>
internal static class OrderFunctions
{
    public static JsonData? Max(Evaluator evaluator, FunctionCall call) => call.Values[0].Elements.MaxBy(e => e, Order.Instance) ?? JsonData.Null;

    public static JsonData? Min(Evaluator evaluator, FunctionCall call) => call.Values[0].Elements.MinBy(e => e, Order.Instance) ?? JsonData.Null;

    public static JsonData? MaxBy(Evaluator evaluator, FunctionCall call) =>
        Keyed(evaluator, call) is { } keyed ? keyed.Count == 0 ? JsonData.Null : keyed.MaxBy(pair => pair.Key, Order.Instance).Value : null;

    public static JsonData? MinBy(Evaluator evaluator, FunctionCall call) =>
        Keyed(evaluator, call) is { } keyed ? keyed.Count == 0 ? JsonData.Null : keyed.MinBy(pair => pair.Key, Order.Instance).Value : null;

    public static JsonData? Sort(Evaluator evaluator, FunctionCall call) =>
        ChargeSort(evaluator, call) ? JsonData.Array(call.Values[0].Elements.Order(Order.Instance)) : null;

    public static JsonData? SortBy(Evaluator evaluator, FunctionCall call) =>
        Keyed(evaluator, call) is { } keyed && ChargeSort(evaluator, call)
            ? JsonData.Array(keyed.OrderBy(pair => pair.Key, Order.Instance).Select(pair => pair.Value)) : null;

    /// <summary>Each item with what the reference makes of it: all numbers or all strings.</summary>
    private static List<KeyValuePair<JsonData, JsonData>>? Keyed(Evaluator evaluator, FunctionCall call)
    {
        var keyed = new List<KeyValuePair<JsonData, JsonData>>();
        foreach (var element in call.Values[0].Elements)
        {
            if (evaluator.Visit(call.Body(1), element) is not { } key)
                return null;
            var type = ValueTypesOf.Value(key);
            if (type is not (ValueTypes.Number or ValueTypes.String) || (keyed.Count > 0 && key.Kind != keyed[0].Key.Kind))
            {
                evaluator.Fail(ExpressionErrorKind.InvalidType, call.Node.Arguments[1].Offset,
                    $"The reference of {call.Node.Function} gives {ValueTypesOf.Words(type)} for one of the items.", "It must give a number for all, or a string for all.");
                return null;
            }
            keyed.Add(KeyValuePair.Create(key, element));
        }
        return keyed;
    }

    private static bool ChargeSort(Evaluator evaluator, FunctionCall call)
    {
        var count = call.Values[0].Elements.Length;
        return evaluator.Charge((long)count * BitOperations.Log2((uint)count + 1), call.Node.Offset);
    }

    private sealed class Order : IComparer<JsonData>
    {
        public static readonly Order Instance = new();

        public int Compare(JsonData? x, JsonData? y) => x?.AsNumber() is { } left && y?.AsNumber() is { } right
            ? left.CompareTo(right) : CompareCodePoints(x?.AsString() ?? "", y?.AsString() ?? "");

        /// <summary>Not the order of UTF-16 units, in which U+1F600 stands before U+FFFD.</summary>
        private static int CompareCodePoints(string left, string right)
        {
            var common = left.AsSpan().CommonPrefixLength(right);
            if (common == left.Length || common == right.Length)
                return left.Length.CompareTo(right.Length);
            var (a, b) = (left[common], right[common]);
            return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
        }
    }
}
