using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using static Playbooks.Tests.Decisions.Steps;

namespace Playbooks.Tests.Simulation;

/// <summary>What is simulated: the shipped playbooks, and small ones that have every kind of step and every class of effect between them.</summary>
internal static class SimulatedPlaybooks
{
    private const string On = """, "timeout": "PT30S", "retry": { "attempts": 4, "interval": "PT1S", "backoff": 2, "maxInterval": "PT10S", "on": ["transient", "timeout", "throttled", "conflict"] }""";

    private const string OnceOn = """, "timeout": "PT30S", "retry": { "attempts": 4, "interval": "PT1S", "backoff": 2, "maxInterval": "PT10S", "on": ["transient", "throttled"] }""";

    internal static ImmutableArray<Playbook> All { get; } =
    [
        Of("ladder", List(Isolate(more: On), Promote("one", On), Notify("tell", On), Rejoin(percent: 50, more: On), Rejoin("whole", more: On), Recovered(On))),
        Of("gate", List(Isolate(more: On), Approve("swap"), Promote("swap", On), Rejoin(more: On), Recovered(On))),
        Of("fails-late", List(Isolate(more: On), Promote("one", On), Promote("two", On), Rejoin(percent: 20, more: On),
            """{ "id": "no", "approve": { "role": "approver", "message": "?", "covers": ["rest"], "decideWithin": "PT5M", "quorum": 2, "escalate": [ { "after": "PT2M", "role": "commander" } ] } }""",
            Notify("rest", On), Rejoin("whole", more: On), Recovered(On)), """, "finally": [ """ + Notify("bye", On) + " ]"),
        Of("both", List(Isolate(more: On), """{ "id": "both", "parallel": { "branches": { "left": """ + List(Promote("one", On), Notify("two", On)) + """, "right": """
            + List(Post("three", OnceOn), Get("four", On)) + """ } } }""", Rejoin(more: On), Recovered(On))),
        Of("posts", List(Post("one", """, "timeout": "PT20S" """), Post("two", """, "timeout": "PT20S", "onFailure": "continue" """), Notify("three", On))),
        Of("waits", List("""{ "id": "short", "wait": { "for": "PT40S" } }""", """{ "id": "goOn", "wait": { "event": "ready", "within": "PT10M" }, "onFailure": "continue" }""",
            """{ "id": "byHand", "task": { "role": "approver", "instructions": "Look.", "doneWithin": "PT10M" } }""", Notify("end", On))),
        Of("rounds", List("""{ "id": "again", "repeat": { "maxTimes": 3, "every": "PT5S", "until": "${ steps.look.status == 'succeeded' }", "steps": [ """ + Get("look", """, "onFailure": "continue" """) + """ ] } }""",
            """{ "id": "each", "forEach": { "items": [10, 50, 100], "maxItems": 3, "concurrency": 2, "steps": [ """ + Notify("say", On) + " ] } }",
            """{ "id": "safe", "try": { "steps": [ """ + Post("risky", """, "onFailure": "stop" """) + """ ], "catch": [ { "on": ["denied", "not-found", "invalid", "integrity", "outcome-unknown", "timeout", "transient", "throttled", "bug"], "steps": [ """ + Notify("caught", On) + " ] } ] } }")),
        Of("keyed", List(Isolate(more: On), Rejoin(more: On), Recovered(On)), """, "concurrency": { "key": "${ inputs.model }", "onConflict": "queue" } """),
        Of("alarmed", List(Isolate(more: On), Rejoin(more: On), Recovered(On)), """, "concurrency": { "key": "${ inputs.model }", "onConflict": "attach", "cooldown": "PT3M" } """),
        Shipped("model-corruption"), Shipped("fraud-outage"),
    ];

    /// <summary>The second shell refuses a concurrency key, so there the same playbooks go without.</summary>
    internal static ImmutableArray<Playbook> For(Shell shell) => shell == Shell.Second ? Keyless : All;

    private static ImmutableArray<Playbook> Keyless { get; } = [.. All.Select(playbook => playbook.Concurrency is null ? playbook : WithoutKey(playbook.Text))];

    /// <summary>Many timers due in one instant.</summary>
    internal static Playbook Storm(int timers) => Of("storm", List("""{ "id": "each", "forEach": { "items": [""" + string.Join(',', Enumerable.Range(0, timers))
        + $$"""], "maxItems": {{timers}}, "concurrency": {{timers}}, "steps": [ { "id": "nap", "wait": { "for": "PT1M" } } ] } }"""));

    internal static Playbook SmallStorm { get; } = Storm(50);

    /// <summary>The same name, with a step more; under a new version only where the author remembered.</summary>
    internal static Playbook Edited(Playbook playbook, bool newVersion) => Edits.GetOrAdd((playbook.Digest, newVersion), _ => Read(playbook.Text
        .Replace("\"version\": \"1.0.0\"", newVersion ? "\"version\": \"1.0.1\"" : "\"version\": \"1.0.0\"", StringComparison.Ordinal)
        .Replace("\"title\": \"", "\"title\": \"Edited. ", StringComparison.Ordinal)));

    private static ImmutableArray<string> Queues { get; } = ["recommendation-jobs", "fraud-checks"];

    internal static DeploymentEnvironment Environment { get; } = EnvironmentOf("live", "");

    internal static DeploymentEnvironment DrillEnvironment { get; } = EnvironmentOf("drill", """, "drill": { "raiseAlert": true, "scriptedApprover": "anna" }""");

    private static DeploymentEnvironment EnvironmentOf(string kind, string extra) => EnvironmentReader.Read($$"""
        { "name": "{{kind}}", "kind": "{{kind}}",
          "storage": { "main": { "connectionString": "env:STORAGE" }, "vault": { "connectionString": "env:VAULT" } },
          "gateways": { "main": { "state": { "storage": "main", "container": "gateway" } } },
          "models": { {{string.Join(", ", Enumerable.Range(0, 5).Select(number => $$"""
            "m{{number}}": { "artifacts": { "at": { "storage": "main", "container": "models" }, "layout": "pointer", "holdsPersonalData": true }, "gateway": "main",
            "service": "http://127.0.0.1:9/", "defaultSuite": "golden", "suites": { "golden": "golden.json" } }
            """))}} },
          "queues": { {{string.Join(", ", Queues.Select(name =>
            $$""" "{{name}}": { "storage": "main", "deadLetter": "{{name}}-poison", "work": "{{name}}", "ledgerTable": "ledger", "consumer": "keyed" } """))}} },
          "channels": { "incidents": { "kind": "terminal" } },
          "roles": { "approvers": ["anna"], "commanders": ["commander"], "ml-approvers": [], "payment-approvers": [], "incident-commanders": [] },
          "erasures": { "storage": "main", "table": "erasures" }, "evidence": { "storage": "main", "container": "evidence" },
          "anchor": { "storage": "vault", "container": "anchors" }, "signing": { "artifactsPublic": "file:artifacts.pub.pem", "evidence": "file:evidence.pem" }{{extra}} }
        """, "environment.json") switch
    {
        ReadResult<DeploymentEnvironment>.Valid valid => valid.Value,
        ReadResult<DeploymentEnvironment>.Invalid invalid => throw new InvalidOperationException(string.Join('\n', invalid.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<(string, bool), Playbook> Edits = new();

    private static Playbook Shipped(string name) => Read(Repository.Read($"playbooks/{name}/playbook.json")
        .Replace("ml-approvers", "approvers", StringComparison.Ordinal).Replace("payment-approvers", "approvers", StringComparison.Ordinal)
        .Replace("incident-commanders", "commanders", StringComparison.Ordinal));

    private static Playbook WithoutKey(string text)
    {
        var document = System.Text.Json.Nodes.JsonNode.Parse(text)!.AsObject();
        document.Remove("concurrency");
        return Read(document.ToJsonString());
    }

    private static Playbook Of(string name, string steps, string extra = "") => Read($$"""
        { "playbook": "{{name}}", "version": "1.0.0", "title": "Simulated", "objectives": { {{(steps.Contains("recovers", StringComparison.Ordinal) ? "\"rto\": \"PT4H\"" : "")}} },
          "inputs": { "model": { "type": "string", "default": "m0" } }, "roles": { "approver": "approvers", "commander": "commanders" },
          "steps": {{steps.Replace("\"model\": \"grading\"", "\"model\": \"${ inputs.model }\"", StringComparison.Ordinal)}} {{extra}} }
        """);

    private static Playbook Read(string text) => PlaybookReader.Read(text, "playbook.json") switch
    {
        ReadResult<Playbook>.Valid valid => valid.Value,
        ReadResult<Playbook>.Invalid invalid => throw new InvalidOperationException(string.Join('\n', invalid.Errors) + text),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
