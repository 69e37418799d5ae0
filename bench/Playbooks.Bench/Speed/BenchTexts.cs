using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Bench.Speed;

/// <summary>The playbooks that are measured. Their actions read and their inputs are constant: what is left is the engine's own work.</summary>
internal static class BenchTexts
{
    private const string Environment = """
        { "name": "bench", "kind": "live",
          "storage": { "main": { "connectionString": "env:NONE" }, "anchor": { "connectionString": "env:NONE" } },
          "channels": { "incidents": { "kind": "terminal" } },
          "roles": { "ml-approvers": ["approver@university.example"] },
          "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "anchor", "container": "heads" },
          "httpOrigins": ["https://status.university.example"],
          "signing": { "artifactsPublic": "file:keys/artifacts.pub.pem", "evidence": "env:NONE" } }
        """;

    private static readonly DeploymentEnvironment Bound = EnvironmentReader.Read(Environment, "bench.json") switch
    {
        ReadResult<DeploymentEnvironment>.Valid valid => valid.Value,
        ReadResult<DeploymentEnvironment>.Invalid invalid => throw new InvalidOperationException(string.Join('\n', invalid.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static StartRequest Request(Playbook playbook, string requestId) =>
        new(requestId, playbook, Bound, RunMode.Live, JsonData.EmptyObject, null, "bench", null, null, null);

    /// <summary>So many steps, one after the other.</summary>
    public static Playbook InTurn(int steps) => Read("in-turn-" + steps, string.Join(',', Enumerable.Range(0, steps).Select(index => Step("s" + index))));

    /// <summary>The same, each reading the output of an earlier step: what expressions cost.</summary>
    public static Playbook Reading(int steps) => Read("reading-" + steps, string.Join(',',
        Enumerable.Range(0, steps).Select(index => index == 0 ? Step("s0") : Step("s" + index, $$""", "headers": { "X-Status": "${ steps.s{{index - 1}}.status }" }"""))));

    /// <summary>One step, then ten times a hundred at once, then one step.</summary>
    public static Playbook FanOut() => Read("fan-out", $$"""
        {{Step("before")}},
        { "id": "all", "timeout": "PT1H", "parallel": { "branches": { {{string.Join(',', Enumerable.Range(0, 10).Select(branch =>
            $"\"b{branch}\": [ {Each("each" + branch, 100, 100, Step("s" + branch))} ]"))}} } } },
        {{Step("after")}}
        """);

    /// <summary>A thousand rounds of five steps, one after the other: as long as a run may be.</summary>
    public static Playbook Long() => Read("long", Each("rounds", 1000, 1, string.Join(',', Enumerable.Range(0, 5).Select(index => Step("s" + index)))));

    /// <summary>Waits for people.</summary>
    public static Playbook Waiting() => Read("waiting", $$"""
        { "id": "ask", "approve": { "role": "approver", "message": "Go on?", "covers": ["look"], "decideWithin": "P30D" } }, {{Step("look")}}
        """);

    private static string Step(string id, string more = "") =>
        $$"""{ "id": "{{id}}", "do": "http.get", "with": { "url": "https://status.university.example/health"{{more}} } }""";

    private static string Each(string id, int items, int concurrency, string steps) => $$"""
        { "id": "{{id}}", "timeout": "PT1H", "forEach": { "items": [{{string.Join(',', Enumerable.Range(0, items))}}],
          "maxItems": {{items}}, "concurrency": {{concurrency}}, "steps": [ {{steps}} ] } }
        """;

    private static Playbook Read(string name, string steps) => PlaybookReader.Read($$"""
        { "playbook": "{{name}}", "version": "1.0.0", "title": "Measured", "owner": "ml-oncall@university.example", "objectives": {},
          "roles": { "approver": "ml-approvers" }, "steps": [ {{steps}} ] }
        """, name + ".json") switch
    {
        ReadResult<Playbook>.Valid valid => valid.Value,
        ReadResult<Playbook>.Invalid invalid => throw new InvalidOperationException(string.Join('\n', invalid.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
