using System.Diagnostics;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Bench.Journals;

/// <summary>The playbooks whose runs wait here.</summary>
internal static class Texts
{
    public const string ApprovalPath = "go";

    private static readonly DeploymentEnvironment Environment = Valid(EnvironmentReader.Read("""
        { "name": "bench", "kind": "live", "storage": { "main": { "connectionString": "env:NONE" }, "vault": { "connectionString": "env:NONE" } },
          "channels": { "incidents": { "kind": "terminal" } }, "roles": { "ml-approvers": ["approver@university.example"] },
          "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" },
          "signing": { "artifactsPublic": "file:keys/artifacts.pub.pem", "evidence": "env:NONE" } }
        """, "environment"));

    public static Playbook Approval() => Playbook("asks", """
        { "id": "go", "approve": { "role": "approver", "message": "Go on?", "covers": ["tell"], "decideWithin": "PT24H", "onTimeout": "deny" } },
        { "id": "tell", "do": "notify", "with": { "channel": "incidents", "text": "hello" }, "onFailure": "stop" }
        """);

    public static Playbook Waiting() => Playbook("waits", """{ "id": "hold", "wait": { "for": "PT10M" } }""");

    public static StartRequest Request(Playbook playbook, string id) => new(id, playbook, Environment, RunMode.Live, JsonData.EmptyObject, null, "bench", null, null, null);

    private static Playbook Playbook(string name, string step) => Valid(PlaybookReader.Read($$"""
        { "playbook": "{{name}}", "version": "1.0.0", "title": "Waits", "owner": "ml-oncall@university.example", "objectives": {},
          "roles": { "approver": "ml-approvers" }, "steps": [ {{step}} ] }
        """, "playbook"));

    private static T Valid<T>(ReadResult<T> read) where T : class => read switch
    {
        ReadResult<T>.Valid valid => valid.Value,
        ReadResult<T>.Invalid invalid => throw new InvalidOperationException(string.Join('\n', invalid.Errors)),
        _ => throw new UnreachableException(),
    };
}
