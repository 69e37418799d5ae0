using System.Globalization;
using System.Numerics;

namespace Playbooks.Core.Json;

/// <summary>
/// An exact decimal number: <c>±Digits × 10^Exponent</c>. A JSON number is a decimal text, so it is kept as one; a double would turn
/// the order number 9007199254740993 into 9007199254740992.
/// </summary>
/// <param name="Negative">Never true for zero: JSON's <c>-0</c> is <c>0</c>.</param>
/// <param name="Digits">Significant digits without leading or trailing zeros; <c>"0"</c> for zero.</param>
/// <param name="Exponent">Power of ten that the digits are multiplied by.</param>
internal readonly record struct JsonNumber(bool Negative, string Digits, int Exponent) : IComparable<JsonNumber>
{
    /// <summary>More significant digits than this are refused: no measured quantity has them, only an attack on arithmetic does.</summary>
    public const int MaxSignificantDigits = 1_000;

    /// <summary>Largest magnitude of the exponent in scientific notation; a double reaches 308.</summary>
    public const int MaxExponentMagnitude = 999;

    /// <summary>Up to this many places before the point, zeros are written out (the rule of ECMAScript and RFC 8785).</summary>
    private const int PlainIntegerMaxPlaces = 21;

    /// <summary>Up to this many zeros after the point are written out (the rule of ECMAScript and RFC 8785).</summary>
    private const int PlainFractionMaxZeros = 5;

    public static readonly JsonNumber Zero = new(false, "0", 0);

    public bool IsZero => Digits == "0";

    /// <summary>How many digits stand before the decimal point; zero or negative for numbers below 0.1.</summary>
    private int Places => Digits.Length + Exponent;

    /// <summary>Reads the grammar of RFC 8259 and nothing else; false also for what the two limits refuse.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out JsonNumber number)
    {
        number = Zero;
        var rest = text;
        var negative = Skip(ref rest, '-');
        var whole = TakeDigits(ref rest);
        if (whole.IsEmpty || (whole.Length > 1 && whole[0] == '0'))
            return false;
        ReadOnlySpan<char> fraction = [];
        if (Skip(ref rest, '.'))
        {
            fraction = TakeDigits(ref rest);
            if (fraction.IsEmpty)
                return false;
        }
        BigInteger exponent = 0;
        if (Skip(ref rest, 'e') || Skip(ref rest, 'E'))
        {
            var negativeExponent = Skip(ref rest, '-');
            if (!negativeExponent)
                Skip(ref rest, '+');
            var digits = TakeDigits(ref rest);
            if (digits.IsEmpty)
                return false;
            // Twenty digits of exponent are out of any range already; reading more would only cost time.
            var significant = digits.TrimStart('0');
            exponent = significant.IsEmpty ? 0 : BigInteger.Parse(significant[..int.Min(20, significant.Length)], CultureInfo.InvariantCulture);
            if (negativeExponent)
                exponent = -exponent;
        }
        return rest.IsEmpty && TryCreate(negative, string.Concat(whole, fraction), exponent - fraction.Length, out number);
    }

    /// <summary>False when the value is beyond <see cref="MaxSignificantDigits"/> or <see cref="MaxExponentMagnitude"/>.</summary>
    public static bool TryCreate(BigInteger value, int exponent, out JsonNumber number) =>
        TryCreate(value.Sign < 0, BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture), exponent, out number);

    /// <summary>The digits as a whole number, to be multiplied by <c>10^Exponent</c>.</summary>
    public BigInteger Mantissa()
    {
        var magnitude = BigInteger.Parse(Digits, CultureInfo.InvariantCulture);
        return Negative ? -magnitude : magnitude;
    }

    public int CompareTo(JsonNumber other)
    {
        if (Negative != other.Negative)
            return Negative ? -1 : 1;
        var magnitude = CompareMagnitude(other);
        return Negative ? -magnitude : magnitude;
    }

    /// <summary>The one text of this value: equal numbers have equal texts, so <c>1</c>, <c>1.0</c> and <c>10e-1</c> all read <c>1</c>.</summary>
    public override string ToString()
    {
        var sign = Negative ? "-" : "";
        if (IsZero || (Exponent == 0 || (Exponent > 0 && Places <= PlainIntegerMaxPlaces)))
            return sign + Digits + new string('0', Exponent);
        if (Exponent < 0 && Places > 0)
            return sign + Digits[..Places] + "." + Digits[Places..];
        if (Places <= 0 && -Places <= PlainFractionMaxZeros)
            return sign + "0." + new string('0', -Places) + Digits;
        var scientific = Digits.Length == 1 ? Digits : Digits[..1] + "." + Digits[1..];
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{scientific}e{(Places > 0 ? "+" : "-")}{int.Abs(Places - 1)}");
    }

    private int CompareMagnitude(JsonNumber other)
    {
        if (IsZero || other.IsZero)
            return (IsZero ? 0 : 1) - (other.IsZero ? 0 : 1);
        var places = Places.CompareTo(other.Places);
        // With the same number of places the digits compare as text: neither has trailing zeros, so a longer text is the larger one.
        return places != 0 ? places : int.Sign(string.CompareOrdinal(Digits, other.Digits));
    }

    private static bool TryCreate(bool negative, string allDigits, BigInteger exponent, out JsonNumber number)
    {
        number = Zero;
        var digits = allDigits.AsSpan().TrimStart('0');
        if (digits.IsEmpty)
            return true;
        var significant = digits.TrimEnd('0');
        var scaled = exponent + (digits.Length - significant.Length);
        if (significant.Length > MaxSignificantDigits || BigInteger.Abs(scaled + significant.Length - 1) > MaxExponentMagnitude)
            return false;
        number = new JsonNumber(negative, significant.ToString(), (int)scaled);
        return true;
    }

    private static bool Skip(scoped ref ReadOnlySpan<char> rest, char expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
            return false;
        rest = rest[1..];
        return true;
    }

    private static ReadOnlySpan<char> TakeDigits(scoped ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? rest : rest[..end];
        rest = rest[digits.Length..];
        return digits;
    }
}
