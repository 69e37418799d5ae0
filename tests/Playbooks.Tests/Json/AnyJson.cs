using CsCheck;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Json;

/// <summary>Random JSON values, with the strings and numbers that tend to break things.</summary>
internal static class AnyJson
{
    private static readonly Gen<string> Texts = OneOf("", "a", "b", "ü", "\U0001F600", "\"\\\n", "${ a }", "2026-01-01T00:00:00Z").Select(Gen.Char['a', 'd'], (s, c) => s + c);

    private static readonly Gen<JsonData> Scalars = Gen.OneOf(
        OneOf(JsonData.Null, JsonData.True, JsonData.False, JsonData.Of(0), JsonData.Parse("-0.5"), JsonData.Parse("9007199254740993"), JsonData.Parse("1e-300")),
        Texts.Select(JsonData.Of), Gen.Int[-3, 12].Select(i => JsonData.Of(i)));

    public static Gen<JsonData> OfDepth(int levels) => levels == 0 ? Scalars : Gen.OneOf(
        Scalars,
        OfDepth(levels - 1).Array[0, 4].Select(JsonData.Array),
        Gen.Select(Texts, OfDepth(levels - 1)).Array[0, 4].Select(properties => JsonData.Object(properties)));

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
