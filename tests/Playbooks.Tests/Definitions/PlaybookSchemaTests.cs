using System.Text.Json;
using System.Text.Json.Nodes;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class PlaybookSchemaTests
{
    /// <summary>Set to 1, this test writes the file instead of comparing it.</summary>
    private const string Regenerate = "PLAYBOOKS_WRITE_SCHEMA";

    [Fact]
    public void The_stored_schema_is_what_the_code_makes()
    {
        var path = Path.Combine(Repository.Root, "playbooks", "playbook.schema.json");
        if (Environment.GetEnvironmentVariable(Regenerate) == "1")
            File.WriteAllText(path, PlaybookSchema.Generate());

        Assert.True(File.ReadAllText(path) == PlaybookSchema.Generate(), $"{path} is out of date: run this test once with {Regenerate}=1.");
    }

    [Fact]
    public void Every_reference_leads_to_a_definition()
    {
        var schema = JsonNode.Parse(PlaybookSchema.Generate())!.AsObject();
        var definitions = schema["$defs"]!.AsObject().Select(definition => "#/$defs/" + definition.Key).ToHashSet();

        Assert.All(References(schema), reference => Assert.Contains(reference, definitions));
    }

    [Fact]
    public void Every_action_has_its_own_form_of_with()
    {
        var definitions = JsonNode.Parse(PlaybookSchema.Generate())!["$defs"]!.AsObject();

        Assert.All(Catalogue.Actions, action => Assert.Equal(action.Inputs.Select(input => input.Name),
            definitions["with-" + action.Name]!["properties"]!.AsObject().Select(property => property.Key)));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(property => property is { Key: "$ref", Value: JsonValue value } && value.GetValueKind() == JsonValueKind.String
            ? [value.GetValue<string>()] : References(property.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
