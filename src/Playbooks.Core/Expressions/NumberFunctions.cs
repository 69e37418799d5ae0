using System.Numerics;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>Exact decimal arithmetic. Only <c>avg</c> may round, and a result beyond the limits of a number is an error.</summary>
internal static class NumberFunctions
{
    /// <summary>Places that <c>avg</c> adds to those of its numbers before it rounds.</summary>
    private const int AverageExtraPlaces = 28;

    public static JsonData? Abs(Evaluator evaluator, FunctionCall call) => JsonData.Of(NumberAt(call) with { Negative = false });

    public static JsonData? Ceil(Evaluator evaluator, FunctionCall call) => Whole(evaluator, call, up: true);

    public static JsonData? Floor(Evaluator evaluator, FunctionCall call) => Whole(evaluator, call, up: false);

    public static JsonData? Sum(Evaluator evaluator, FunctionCall call)
    {
        return Total(evaluator, call) is var (total, exponent) ? Result(evaluator, call, total, exponent) : null;
    }

    public static JsonData? Avg(Evaluator evaluator, FunctionCall call)
    {
        var count = call.Values[0].Elements.Length;
        if (count == 0)
            return JsonData.Null;
        if (Total(evaluator, call) is not var (total, exponent))
            return null;
        var (quotient, remainder) = BigInteger.DivRem(total * BigInteger.Pow(10, AverageExtraPlaces), count);
        // Never exactly half: that many places leave a half only among half a billion numbers.
        if (BigInteger.Abs(remainder) * 2 > count)
            quotient += total.Sign;
        return Result(evaluator, call, quotient, exponent - AverageExtraPlaces);
    }

    /// <summary>A string that is no JSON number gives null, as every other type does.</summary>
    public static JsonData? ToNumber(Evaluator evaluator, FunctionCall call) => call.Values[0] switch
    {
        var value when value.AsNumber() is not null => value,
        var value when value.AsString() is { } text && JsonNumber.TryParse(text, out var number) => JsonData.Of(number),
        _ => JsonData.Null,
    };

    private static JsonData? Whole(Evaluator evaluator, FunctionCall call, bool up)
    {
        var number = NumberAt(call);
        if (number.Exponent >= 0)
            return call.Values[0];
        var (whole, fraction) = BigInteger.DivRem(number.Mantissa(), BigInteger.Pow(10, -number.Exponent));
        // Division cuts toward zero.
        if (fraction.Sign > 0 && up)
            whole += 1;
        else if (fraction.Sign < 0 && !up)
            whole -= 1;
        return Result(evaluator, call, whole, 0);
    }

    private static (BigInteger Total, int Exponent)? Total(Evaluator evaluator, FunctionCall call)
    {
        var numbers = call.Values[0].Elements.Select(element => element.AsNumber() ?? JsonNumber.Zero).ToArray();
        if (numbers.Length == 0)
            return (BigInteger.Zero, 0);
        var exponent = numbers.Min(number => number.Exponent);
        // 1e999 beside 1e-999 takes two thousand digits to add.
        var places = (long)numbers.Max(number => number.Exponent) - exponent;
        if (!evaluator.Charge(numbers.Length * places / Budget.BytesPerStep, call.Node.Offset))
            return null;
        var total = BigInteger.Zero;
        foreach (var number in numbers)
            total += number.Mantissa() * BigInteger.Pow(10, number.Exponent - exponent);
        return (total, exponent);
    }

    private static JsonNumber NumberAt(FunctionCall call) => call.Values[0].AsNumber() ?? JsonNumber.Zero;

    private static JsonData? Result(Evaluator evaluator, FunctionCall call, BigInteger value, int exponent) =>
        JsonNumber.TryCreate(value, exponent, out var number) ? JsonData.Of(number)
            : evaluator.Fail(ExpressionErrorKind.InvalidValue, call.Node.Offset, $"The result of {call.Node.Function} is out of range.",
                $"Numbers have at most {JsonNumber.MaxSignificantDigits} digits and exponents up to {JsonNumber.MaxExponentMagnitude}.");
}
