using System.Text.Json.Nodes;

namespace Playbooks.Core.Definitions.Schema;

/// <summary>The form of <c>with</c> for each action of the catalogue.</summary>
internal static class ActionSchema
{
    public static string DefinitionName(ActionDeclaration action) => "with-" + action.Name;

    public static JsonObject With(ActionDeclaration action) =>
        Form.Object(Describe(action), action.Inputs.Where(input => input.Required).Select(input => input.Name),
            action.Inputs.Select(input => (input.Name, Input(input))));

    /// <summary>For each action: when <c>do</c> names it, <c>with</c> has its form.</summary>
    public static JsonArray Choices() => new([.. Catalogue.Actions.Select(Choice)]);

    public static JsonObject Names()
    {
        var names = new JsonObject { ["description"] = "An action of the catalogue.", ["oneOf"] = new JsonArray() };
        foreach (var action in Catalogue.Actions)
            names["oneOf"]!.AsArray().Add((JsonNode)new JsonObject { ["const"] = action.Name, ["description"] = action.Description });
        return names;
    }

    private static JsonObject Choice(ActionDeclaration action)
    {
        var then = new JsonObject { ["properties"] = new JsonObject { ["with"] = Form.Reference(DefinitionName(action)) } };
        if (action.Inputs.Any(input => input.Required))
            then["required"] = new JsonArray("with");
        return new JsonObject
        {
            ["if"] = new JsonObject { ["properties"] = new JsonObject { ["do"] = new JsonObject { ["const"] = action.Name } }, ["required"] = new JsonArray("do") },
            ["then"] = then,
        };
    }

    private static string Describe(ActionDeclaration action) =>
        $"{action.Description} Effect: {WireName.Of(action.Effect)}, {WireName.Of(action.Repeatability)}. Outputs: {string.Join(", ", action.Outputs.Select(output => output.Name))}.";

    private static JsonObject Input(ValueDeclaration input)
    {
        var form = input.Type switch
        {
            ValueType.String => input.Words.IsEmpty ? new JsonObject { ["type"] = "string", ["minLength"] = 1 } : Form.Words("", input.Words),
            ValueType.Integer => Bounded("integer", input),
            ValueType.Number => Bounded("number", input),
            ValueType.Boolean => new JsonObject { ["type"] = "boolean" },
            ValueType.Array => new JsonObject { ["type"] = "array" },
            ValueType.Object => new JsonObject { ["type"] = "object" },
            ValueType.Duration => Form.Reference("duration"),
            ValueType.Instant => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            ValueType.Any => [],
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        // Anything may come from an expression; plain strings take ${ … } anyway.
        if (input.Type is ValueType.Any || (input.Type is ValueType.String && input.Words.IsEmpty))
        {
            form["description"] = input.Description;
            return form;
        }
        form.Remove("description");
        return new JsonObject { ["description"] = input.Description, ["anyOf"] = new JsonArray(form, Form.Reference("expression")) };
    }

    private static JsonObject Bounded(string type, ValueDeclaration input)
    {
        var form = new JsonObject { ["type"] = type };
        if (input.Minimum is { } minimum)
            form["minimum"] = minimum;
        if (input.Maximum is { } maximum)
            form["maximum"] = maximum;
        return form;
    }
}
