using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Scenarios;

/// <summary>
/// The environment of a rehearsal that names none. Its targets do not exist and nothing asks for them: a scenario says what the world and
/// the people answer, the decider only wants to know whether this is a drill.
/// </summary>
public static class PaperEnvironment
{
    private static readonly DeploymentEnvironment Live = Read("live", "");
    private static readonly DeploymentEnvironment Drill = Read("drill", """, "drill": { "raiseAlert": true }""");

    public static DeploymentEnvironment For(RunMode mode) => mode == RunMode.Drill ? Drill : Live;

    private static DeploymentEnvironment Read(string kind, string more) => ((ReadResult<DeploymentEnvironment>.Valid)EnvironmentReader.Read($$"""
        { "name": "paper-{{kind}}", "kind": "{{kind}}",
          "storage": { "main": { "connectionString": "env:PAPER_MAIN" }, "vault": { "connectionString": "env:PAPER_VAULT" } },
          "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" },
          "signing": { "artifactsPublic": "env:PAPER_ARTIFACTS", "evidence": "env:PAPER_EVIDENCE" }{{more}} }
        """, "paper.json")).Value;
}
