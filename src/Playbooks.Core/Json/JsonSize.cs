using System.Collections.Immutable;

namespace Playbooks.Core.Json;

/// <summary>How long a value's text is in UTF-8, summed while the value is built.</summary>
internal static class JsonSize
{
    /// <summary>Sums stop here, so that a value sharing its parts a billion times overflows nothing.</summary>
    public const long MaxCountedBytes = 1L << 40;

    private const int QuotesBytes = 2;

    public static long OfString(string value)
    {
        long size = QuotesBytes;
        foreach (var character in value)
        {
            size += character switch
            {
                '"' or '\\' or '\b' or '\t' or '\n' or '\f' or '\r' => 2,
                < ' ' => 6,
                < (char)0x80 => 1,
                < (char)0x800 => 2,
                // Each half of a pair is two of the character's four bytes.
                _ when char.IsSurrogate(character) => 2,
                _ => 3,
            };
        }
        return size;
    }

    public static (long Bytes, int Depth) OfArray(ImmutableArray<JsonData> elements)
    {
        var (bytes, depth) = (BracketsAndCommas(elements.Length), 0);
        foreach (var element in elements)
            (bytes, depth) = (long.Min(MaxCountedBytes, bytes + element.SizeBytes), int.Max(depth, element.Depth));
        return (bytes, depth + 1);
    }

    public static (long Bytes, int Depth) OfObject(ImmutableArray<KeyValuePair<string, JsonData>> properties)
    {
        var (bytes, depth) = (BracketsAndCommas(properties.Length), 0);
        foreach (var (name, value) in properties)
            (bytes, depth) = (long.Min(MaxCountedBytes, bytes + OfString(name) + 1 + value.SizeBytes), int.Max(depth, value.Depth));
        return (bytes, depth + 1);
    }

    private static long BracketsAndCommas(int count) => 2 + long.Max(0, count - 1);
}
