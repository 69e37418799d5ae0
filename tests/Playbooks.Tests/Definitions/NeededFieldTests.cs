using System.Text.Json;
using System.Text.Json.Nodes;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Renderings;

namespace Playbooks.Tests.Definitions;

/// <summary>
/// What an author reads who leaves a value out, or writes one of another type, at every place of a playbook and of an environment: word
/// for word in <c>needed.txt</c>, so that each example that a sentence gives can be read there.
/// </summary>
public class NeededFieldTests
{
    private static readonly string Stored = Path.Combine(Repository.Root, "tests", "Playbooks.Tests", "Definitions", "needed.txt");
    private static readonly string[] AboutForm = ["PB1101", "PB1102"];

    private static readonly string Playbook = EveryKind.Text.Replace("\"roles\":", """
        "defaults": { "timeout": "PT2M", "retry": { "attempts": 3, "interval": "PT5S", "on": ["transient"] } }, "classification": { "aiAct": { "risk": "high" } }, "roles":
        """, StringComparison.Ordinal).Replace("\"fail\": \"No: " + EveryKind.Hostile + "\"", """ "end": { "as": "stoodDown", "reason": "A false alarm." } """, StringComparison.Ordinal);

    [Fact]
    public void Every_place_says_what_it_needs()
    {
        string[] said = [.. Said("playbook", Playbook, text => Read.Errors(text, EveryKind.Resolve)), .. Said("environment", EnvironmentText.Drill, EnvironmentText.Errors)];
        if (Environment.GetEnvironmentVariable(Sentences.Regenerate) == "1")
            File.WriteAllLines(Stored, said);

        Assert.Equal(File.ReadAllLines(Stored), said);
    }

    private static IEnumerable<string> Said(string what, string text, Func<string, IReadOnlyList<AuthorError>> read)
    {
        Assert.Empty(read(text));
        var root = JsonNode.Parse(text)!;
        foreach (var path in Places(root).Select(place => place.GetPath()).ToList())
        {
            foreach (var (done, change) in new (string, Action<JsonNode>)[] { ("without", Remove), ("wrong", place => place.ReplaceWith(Other(place))) })
            {
                var changed = JsonNode.Parse(text)!;
                change(Places(changed).Single(place => place.GetPath() == path));
                foreach (var error in read(changed.ToJsonString()).Where(error => AboutForm.Contains(error.Code.ToString())))
                    yield return $"{what} {done} {path[2..]}: {error.Code} {error.Path} {error.Message} {error.Remedy}";
            }
        }
    }

    private static void Remove(JsonNode place)
    {
        if (place.Parent is JsonObject around)
            around.Remove(place.GetPropertyName());
        else
            ((JsonArray)place.Parent!).Remove(place);
    }

    /// <summary>A value of a type that the place does not take.</summary>
    private static JsonNode Other(JsonNode place) => place.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? "words" : 7;

    private static IEnumerable<JsonNode> Places(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(property => (JsonNode[])[property.Value!, .. Places(property.Value)]),
        JsonArray list => list.SelectMany(item => (JsonNode[])[item!, .. Places(item)]),
        _ => [],
    };
}
