using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>Functions on strings. Text is never reinterpreted: what looks like a date stays the characters it is.</summary>
internal static class TextFunctions
{
    public static JsonData? StartsWith(Evaluator evaluator, FunctionCall call) =>
        JsonData.Of(TextAt(call, 0).StartsWith(TextAt(call, 1), StringComparison.Ordinal));

    public static JsonData? EndsWith(Evaluator evaluator, FunctionCall call) =>
        JsonData.Of(TextAt(call, 0).EndsWith(TextAt(call, 1), StringComparison.Ordinal));

    public static JsonData? Join(Evaluator evaluator, FunctionCall call)
    {
        var (glue, parts) = (call.Values[0], call.Values[1].Elements);
        // Before the text is made: a long glue between many parts would be huge.
        return evaluator.HasRoom(parts.Sum(part => part.SizeBytes) + (glue.SizeBytes * long.Max(0, parts.Length - 1)), call.Node.Offset)
            ? JsonData.Of(string.Join(TextAt(call, 0), parts.Select(part => part.AsString()))) : null;
    }

    public static JsonData? ToText(Evaluator evaluator, FunctionCall call) =>
        call.Values[0].Kind == JsonValueKind.String ? call.Values[0] : JsonData.Of(call.Values[0].Text);

    public static JsonData? TypeName(Evaluator evaluator, FunctionCall call) => JsonData.Of(call.Values[0].Kind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        _ => "object",
    });

    /// <summary>Lower-case hexadecimal SHA-256 of the string's UTF-8.</summary>
    public static JsonData? Sha256(Evaluator evaluator, FunctionCall call) =>
        JsonData.Of(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TextAt(call, 0)))));

    private static string TextAt(FunctionCall call, int argument) => call.Values[argument].AsString() ?? "";
}
