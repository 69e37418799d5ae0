using System.Collections.Immutable;

namespace Playbooks.Core.Evidence;

/// <summary>The names of a pack's files.</summary>
public static class PackFiles
{
    public const string Playbook = "playbook.json";
    public const string Environment = "environment.json";
    public const string Timeline = "timeline.ndjson";
    public const string Approvals = "approvals.json";
    public const string Measurements = "measurements.json";
    public const string Artifacts = "artifacts.json";
    public const string Replay = "replay.json";
    public const string Erasures = "erasures.json";
    public const string Anchors = "anchors.json";
    public const string Report = "report.html";
    public const string Verify = "VERIFY.md";
    public const string Manifest = "manifest.json";
    public const string Signature = "manifest.sig.json";

    /// <summary>What the manifest lists, in its order.</summary>
    public static ImmutableArray<string> Listed { get; } =
        [Verify, Anchors, Approvals, Artifacts, Environment, Erasures, Measurements, Playbook, Replay, Report, Timeline];
}
