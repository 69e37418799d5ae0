using System.Text;
using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>Functions on arrays and objects. Properties come in the order they were written.</summary>
internal static class CollectionFunctions
{
    public static JsonData? Contains(Evaluator evaluator, FunctionCall call)
    {
        var (subject, wanted) = (call.Values[0], call.Values[1]);
        if (subject.AsString() is { } text)
            return JsonData.Of(wanted.AsString() is { } part && text.Contains(part, StringComparison.Ordinal));
        foreach (var element in subject.Elements)
        {
            if (evaluator.AreEqual(element, wanted, call.Node.Offset) is not { } equal)
                return null;
            if (equal)
                return JsonData.True;
        }
        return JsonData.False;
    }

    public static JsonData? Keys(Evaluator evaluator, FunctionCall call) =>
        JsonData.Array(call.Values[0].Properties.Select(property => JsonData.Of(property.Key)));

    public static JsonData? Values(Evaluator evaluator, FunctionCall call) =>
        JsonData.Array(call.Values[0].Properties.Select(property => property.Value));

    /// <summary>Of a string, its characters: a pair of surrogates is one.</summary>
    public static JsonData? Length(Evaluator evaluator, FunctionCall call) => JsonData.Of(call.Values[0] switch
    {
        { Kind: JsonValueKind.String } text => text.AsString()!.EnumerateRunes().Count(),
        { Kind: JsonValueKind.Array } array => (long)array.Elements.Length,
        var value => value.Properties.Length,
    });

    public static JsonData? Map(Evaluator evaluator, FunctionCall call)
    {
        var results = new List<JsonData>();
        foreach (var element in call.Values[1].Elements)
        {
            if (evaluator.Visit(call.Body(0), element) is not { } result)
                return null;
            results.Add(result);
        }
        return JsonData.Array(results);
    }

    public static JsonData? Merge(Evaluator evaluator, FunctionCall call) =>
        JsonData.Object(call.Values.SelectMany(value => value.Properties));

    public static JsonData? Reverse(Evaluator evaluator, FunctionCall call)
    {
        if (call.Values[0].AsString() is not { } text)
            return JsonData.Array(call.Values[0].Elements.Reverse());
        var reversed = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes().Reverse())
            reversed.Append(rune.ToString());
        return JsonData.Of(reversed.ToString());
    }

    public static JsonData? ToArray(Evaluator evaluator, FunctionCall call) =>
        call.Values[0].Kind == JsonValueKind.Array ? call.Values[0] : JsonData.Array([call.Values[0]]);
}
