using Playbooks.Core.Definitions.Environments;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions;

/// <summary>
/// The only way to a <see cref="DeploymentEnvironment"/>: valid, or every error with its place and remedy. The fields are the camelCase
/// names of its properties, at every level; expressions stand as plain JMESPath; secrets only as <c>env:NAME</c> or <c>file:PATH</c>.
/// </summary>
/// <example>
/// <code>
/// { "name": "drill", "kind": "drill",
///   "storage": { "main": { "connectionString": "env:DRILL_STORAGE" }, "anchor": { "connectionString": "env:DRILL_ANCHOR_STORAGE" } },
///   "gateways": { "main": { "state": { "storage": "main", "container": "gateway" }, "data": "http://127.0.0.1:5080" } },
///   "models": { "grading": {
///       "artifacts": { "at": { "storage": "main", "container": "artifacts", "prefix": "grading/" }, "layout": "pointer",
///                      "holdsPersonalData": true, "dataSets": { "students.json": "studentId" } },
///       "gateway": "main", "service": "http://127.0.0.1:5081", "defaultSuite": "golden", "suites": { "golden": "golden/grading.json" },
///       "faults": "http://127.0.0.1:5081/faults" } },
///   "queues": { "grading-jobs": { "storage": "main", "deadLetter": "grading-jobs-dead", "work": "grading-jobs", "ledgerTable": "ledger",
///       "consumer": "keyed", "classifier": "error.kind", "key": "jobId", "order": "courseId", "subject": "studentId" } },
///   "channels": { "incidents": { "kind": "terminal" } },
///   "roles": { "ml-approvers": ["approver@university.example"], "incident-commanders": ["commander@university.example"] },
///   "erasures": { "storage": "main", "table": "erasures" },
///   "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "anchor", "container": "heads" },
///   "httpOrigins": ["https://status.university.example"],
///   "signing": { "artifacts": "file:keys/artifacts.pem", "artifactsPublic": "file:keys/artifacts.pub.pem", "evidence": "file:keys/evidence.pem" },
///   "drill": { "holdAtMost": "PT5S", "raiseAlert": true, "scriptedApprover": "drill-script" } }
/// </code>
/// </example>
public static class EnvironmentReader
{
    /// <param name="fileName">What errors call it.</param>
    public static ReadResult<DeploymentEnvironment> Read(string text, string fileName)
    {
        var errors = new ErrorList();
        if (Document.Open(text, fileName, errors) is not { } document)
            return new ReadResult<DeploymentEnvironment>.Invalid(errors.InOrder());
        SecretScan.Run(document.Root);
        var environment = new EnvironmentDraftReader(document).Read();
        return errors.Any || environment is null
            ? new ReadResult<DeploymentEnvironment>.Invalid(errors.InOrder())
            : new ReadResult<DeploymentEnvironment>.Valid(environment);
    }
}
