using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>A small environment with everything in it.</summary>
internal static class EnvironmentText
{
    public const string Drill = """
        {
          "name": "drill",
          "kind": "drill",
          "storage": { "main": { "connectionString": "env:DRILL_STORAGE" }, "anchor": { "connectionString": "env:DRILL_ANCHOR" } },
          "gateways": { "main": { "state": { "storage": "main", "container": "gateway" }, "data": "http://127.0.0.1:5080" } },
          "models": {
            "grading": {
              "artifacts": {
                "at": { "storage": "main", "container": "artifacts", "prefix": "grading/" },
                "layout": "pointer", "holdsPersonalData": true, "dataSets": { "students.json": "studentId" }
              },
              "gateway": "main",
              "service": "http://127.0.0.1:5081",
              "defaultSuite": "golden",
              "suites": { "golden": "golden/grading.json" },
              "faults": "http://127.0.0.1:5081/faults"
            }
          },
          "queues": {
            "grading-jobs": {
              "storage": "main", "deadLetter": "grading-jobs-dead", "work": "grading-jobs", "ledgerTable": "ledger", "consumer": "keyed",
              "classifier": "error.kind", "key": "jobId", "order": "courseId", "subject": "studentId"
            }
          },
          "channels": { "incidents": { "kind": "terminal" } },
          "roles": { "ml-approvers": ["approver@university.example"], "incident-commanders": [] },
          "erasures": { "storage": "main", "table": "erasures" },
          "evidence": { "storage": "main", "container": "evidence" },
          "anchor": { "storage": "anchor", "container": "heads" },
          "httpOrigins": ["https://status.university.example"],
          "signing": { "artifacts": "file:keys/artifacts.pem", "artifactsPublic": "file:keys/artifacts.pub.pem", "evidence": "env:EVIDENCE_KEY" },
          "drill": { "holdAtMost": "PT5S", "raiseAlert": true, "scriptedApprover": "drill-script" }
        }
        """;

    public static DeploymentEnvironment Valid(string text) => EnvironmentReader.Read(text, "environment.json") switch
    {
        ReadResult<DeploymentEnvironment>.Valid valid => valid.Value,
        ReadResult<DeploymentEnvironment>.Invalid invalid => throw new InvalidOperationException(string.Join('\n', invalid.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static IReadOnlyList<AuthorError> Errors(string text) =>
        EnvironmentReader.Read(text, "environment.json") is ReadResult<DeploymentEnvironment>.Invalid invalid ? invalid.Errors : [];
}
