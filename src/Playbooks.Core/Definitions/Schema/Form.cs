using System.Text.Json.Nodes;

namespace Playbooks.Core.Definitions.Schema;

/// <summary>Small pieces of JSON Schema.</summary>
internal static class Form
{
    public static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/$defs/{definition}" };

    public static JsonObject Reference(string definition, string description)
    {
        var reference = Reference(definition);
        reference["description"] = description;
        return reference;
    }

    public static JsonObject Text(string description) => new() { ["type"] = "string", ["minLength"] = 1, ["description"] = description };

    public static JsonObject Pattern(string pattern, string description) => new() { ["type"] = "string", ["pattern"] = pattern, ["description"] = description };

    public static JsonObject Flag(string description) => new() { ["type"] = "boolean", ["description"] = description };

    public static JsonObject Whole(int minimum, int maximum, string description) =>
        new() { ["type"] = "integer", ["minimum"] = minimum, ["maximum"] = maximum, ["description"] = description };

    public static JsonObject Words(string description, params IEnumerable<string> words) =>
        new() { ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]), ["description"] = description };

    public static JsonObject List(JsonObject items, string description, int minimum = 1) =>
        new() { ["type"] = "array", ["items"] = items, ["minItems"] = minimum, ["description"] = description };

    public static JsonObject Map(JsonObject values, string description, string? namePattern = null)
    {
        var map = new JsonObject { ["type"] = "object", ["description"] = description };
        if (namePattern is not null)
            map["propertyNames"] = new JsonObject { ["pattern"] = namePattern };
        map["additionalProperties"] = values;
        return map;
    }

    public static JsonObject Object(string description, IEnumerable<string> required, params IEnumerable<(string Name, JsonObject Form)> properties)
    {
        var named = new JsonObject();
        foreach (var (name, form) in properties)
            named[name] = form;
        var made = new JsonObject { ["type"] = "object", ["description"] = description, ["properties"] = named, ["additionalProperties"] = false };
        if (required.Any())
            made["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        return made;
    }

    public static JsonObject OneOf(string description, params IEnumerable<JsonObject> forms) =>
        new() { ["description"] = description, ["oneOf"] = new JsonArray([.. forms]) };
}
