using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playbooks.Core.Definitions;

/// <summary>Writes an enum as the kebab-case word that playbooks and journals use (<c>outcome-unknown</c>); refuses numbers and unknown words.</summary>
public sealed class WireNameConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Enum values as the words that people and files use.</summary>
public static class WireName
{
    /// <summary>The kebab-case word of a value.</summary>
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
