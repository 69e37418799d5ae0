using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>Reads <c>inputs</c>: what a run must be given.</summary>
internal static class InputReader
{
    public static readonly ImmutableArray<string> Types = ["string", "integer", "number", "boolean", "array", "object"];
    public const int PatternMaxLength = 256;

    public static ImmutableArray<InputDeclaration> Read(Node node)
    {
        if (!node.Is(JsonValueKind.Object, "{ \"model\": { \"type\": \"string\" } }"))
            return [];
        var inputs = ImmutableArray.CreateBuilder<InputDeclaration>();
        foreach (var (name, value) in node.Properties())
        {
            if (!LanguageNames.IsId(name))
                value.ErrorAtName(ErrorCodes.BadName, $"'{Fields.Short(name)}' is no name for an input.", "Start with a small letter, go on with letters and digits.");
            inputs.Add(ReadOne(name, value));
        }
        return inputs.DrainToImmutable();
    }

    private static InputDeclaration ReadOne(string name, Node node)
    {
        if (Fields.Of(node, "{ \"type\": \"string\" }") is not { } fields)
            return new InputDeclaration(name, "string", null, [], null, null);
        var type = fields.Required("type", "\"string\"") is { } written ? ReadType(written) : null;
        var pattern = fields.Optional("pattern") is { } text ? ReadPattern(text, type) : null;
        var allowed = fields.Optional("enum") is { } list ? ReadEnum(list, new InputDeclaration(name, type ?? "", pattern, [], null, null)) : [];
        var input = new InputDeclaration(name, type ?? "string", pattern, allowed, null, fields.Optional("description")?.AsText());
        if (fields.Optional("default") is { } otherwise)
        {
            if (type is not null && RunInputs.Problem(input, otherwise.Value) is { } problem)
                otherwise.Error(ErrorCodes.BadInput, problem, "Correct the default.");
            input = input with { Default = otherwise.Value };
        }
        fields.RefuseOthers();
        return input;
    }

    private static string? ReadType(Node node)
    {
        if (node.Text is { } text && Types.Contains(text))
            return text;
        node.Error(ErrorCodes.UnknownWord, $"{node.Shown} is no type.", NearestName.Advice(node.Text ?? "", Types, $"Write one of {string.Join(", ", Types)}."));
        return null;
    }

    private static string? ReadPattern(Node node, string? type)
    {
        if (node.AsText(PatternMaxLength) is not { } pattern)
            return null;
        if (type is not null and not "string")
            node.Error(ErrorCodes.BadPattern, "Only a string can match a pattern.", "Remove it, or make the input a string.");
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return pattern;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            // The only way the framework tells whether a pattern is one; NonBacktracking refuses look-around and back references.
            node.Error(ErrorCodes.BadPattern, $"{node.Shown} cannot be used as a pattern.", "Use plain regular expressions: no look-around, no back references, for example \"^[a-z0-9-]{1,64}$\".");
            return null;
        }
    }

    private static ImmutableArray<JsonData> ReadEnum(Node node, InputDeclaration plain)
    {
        var values = ImmutableArray.CreateBuilder<JsonData>();
        foreach (var item in node.AsList("[\"low\", \"high\"]"))
        {
            if (plain.Type.Length > 0 && RunInputs.Problem(plain, item.Value) is { } problem)
                item.Error(ErrorCodes.BadInput, problem, "Correct the value.");
            values.Add(item.Value);
        }
        return values.DrainToImmutable();
    }
}
