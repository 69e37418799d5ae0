using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Decisions;

/// <summary>Small environments that name what the tests' playbooks name.</summary>
internal static class Environments
{
    public static DeploymentEnvironment Of(RunMode mode)
    {
        var read = EnvironmentReader.Read(mode == RunMode.Drill ? Drill : Live, "environment.json");
        return read is ReadResult<DeploymentEnvironment>.Valid valid ? valid.Value
            : throw new InvalidOperationException(string.Join('\n', ((ReadResult<DeploymentEnvironment>.Invalid)read).Errors));
    }

    private static readonly string Live = Text("live", "live", "");
    private static readonly string Drill = Text("drill", "drill", """, "drill": { "raiseAlert": true, "scriptedApprover": "drill-script" }""");

    private static string Text(string name, string kind, string extra) => $$"""
        { "name": "{{name}}", "kind": "{{kind}}",
          "storage": { "main": { "connectionString": "env:{{name}}_STORAGE" }, "vault": { "connectionString": "env:{{name}}_VAULT" } },
          "gateways": { "main": { "state": { "storage": "main", "container": "gateway" } } },
          "models": { "grading": { "artifacts": { "at": { "storage": "main", "container": "models" }, "layout": "pointer", "holdsPersonalData": true }, "gateway": "main",
            "service": "http://127.0.0.1:9/", "defaultSuite": "golden", "suites": { "golden": "golden.json" } } },
          "queues": { "jobs": { "storage": "main", "deadLetter": "jobs-poison", "work": "jobs", "ledgerTable": "ledger", "consumer": "keyed" } },
          "channels": { "incidents": { "kind": "terminal" } },
          "roles": { "approvers": ["drill-script"], "commanders": [] },
          "erasures": { "storage": "main", "table": "erasures" },
          "evidence": { "storage": "main", "container": "evidence" },
          "anchor": { "storage": "vault", "container": "anchors" },
          "signing": { "artifactsPublic": "file:artifacts.pub.pem", "evidence": "file:evidence.pem" }{{extra}} }
        """;
}
