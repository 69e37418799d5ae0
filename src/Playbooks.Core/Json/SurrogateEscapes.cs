using System.Globalization;

namespace Playbooks.Core.Json;

/// <summary>Finds <c>\ud800</c> without its other half in a string as written, which System.Text.Json notices only when the string is read.</summary>
internal static class SurrogateEscapes
{
    private const int EscapeLength = 6;

    /// <summary>Offset of the first half that stands alone; null when there is none. The escapes are known to be well formed.</summary>
    public static int? FirstLone(ReadOnlySpan<byte> escaped)
    {
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
                continue;
            if (CodeUnit(escaped[i..]) is not { } unit || !char.IsSurrogate(unit))
            {
                // Also the second character of the escape, so that \\ud800 is a backslash and five letters.
                i++;
                continue;
            }
            if (!char.IsHighSurrogate(unit) || CodeUnit(escaped[(i + EscapeLength)..]) is not { } next || !char.IsLowSurrogate(next))
                return i;
            i += (2 * EscapeLength) - 1;
        }
        return null;
    }

    private static char? CodeUnit(ReadOnlySpan<byte> at) =>
        at.Length >= EscapeLength && at[0] == '\\' && at[1] == 'u'
        && ushort.TryParse(at[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : null;
}
