using System.Text.Json.Nodes;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Renderings;

namespace Playbooks.Tests.Definitions;

/// <summary>Rule 12: unknown fields are errors, never ignored, in whatever object they stand.</summary>
public class UnknownFieldTests
{
    private const string Unknown = "zzz";

    /// <summary>Objects whose fields are names that the author gives.</summary>
    private static readonly string[] Maps = ["inputs", "roles", "branches", "customProperties", "classification", "storage", "gateways", "models", "suites", "queues", "channels", "dataSets"];

    private static readonly string Playbook = EveryKind.Text.Replace("\"roles\":", """
        "defaults": { "timeout": "PT2M", "retry": { "attempts": 3, "interval": "PT5S", "on": ["transient"] } }, "classification": { "aiAct": { "risk": "high" } }, "roles":
        """, StringComparison.Ordinal);

    [Fact]
    public void Every_object_of_a_playbook_refuses_what_it_does_not_know() => Assert.Empty(Silent(Playbook, text => Read.Errors(text, EveryKind.Resolve)));

    [Fact]
    public void Every_object_of_an_environment_refuses_what_it_does_not_know() => Assert.Empty(Silent(EnvironmentText.Drill, EnvironmentText.Errors));

    /// <summary>Objects that say nothing to a field that they do not know.</summary>
    private static List<string> Silent(string text, Func<string, IReadOnlyList<AuthorError>> read)
    {
        var root = JsonNode.Parse(text)!;
        var silent = new List<string>();
        foreach (var place in Objects(root).ToList())
        {
            place.Add(Unknown, 1);
            if (!read(root.ToJsonString()).Any(error => error.Message.Contains($"'{Unknown}'", StringComparison.Ordinal)))
                silent.Add(place.GetPath());
            place.Remove(Unknown);
        }
        return silent;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node, string name = "") => node switch
    {
        JsonObject map => (Maps.Contains(name) ? [] : (JsonObject[])[map]).Concat(map.SelectMany(property => name == "classification" ? [] : Objects(property.Value, property.Key))),
        JsonArray list => list.SelectMany(item => Objects(item)),
        _ => [],
    };
}
