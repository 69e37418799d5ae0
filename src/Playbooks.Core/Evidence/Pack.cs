using System.Collections.Immutable;
using System.Text;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence.Html;
using Playbooks.Core.Evidence.Signing;

namespace Playbooks.Core.Evidence;

/// <summary>
/// The evidence of a run as files: what happened, what it means, and a signature over all of it. Made from the journal alone and the same bytes
/// each time, so whoever holds the journal can make it again and compare.
/// </summary>
public static class Pack
{
    /// <param name="events">The whole journal, in order. After the run's last event; earlier, the report says that the run is still going on.</param>
    /// <exception cref="ArgumentException">There is no event, or the first is not <c>run.started</c>.</exception>
    public static ImmutableSortedDictionary<string, byte[]> Make(IReadOnlyList<StoredEvent> events, EvidenceSigner signer)
    {
        var files = Contents(events, signer.Key.Id);
        var manifest = PackManifest.Of(events[0].RunId, events[^1], signer.Key, files).Write();
        return files
            .Add(PackFiles.Manifest, manifest)
            .Add(PackFiles.Signature, Dsse.Sign(PackManifest.PayloadType, manifest, signer).Write());
    }

    /// <summary>All files but manifest and signature.</summary>
    internal static ImmutableSortedDictionary<string, byte[]> Contents(IReadOnlyList<StoredEvent> events, string keyId)
    {
        var report = RunReport.Of(events);
        var started = (RunEvent.RunStarted)events[0].Event;
        return new Dictionary<string, byte[]>
        {
            [PackFiles.Playbook] = Encoding.UTF8.GetBytes(started.Playbook.Text),
            [PackFiles.Environment] = Encoding.UTF8.GetBytes(started.Environment.Text),
            [PackFiles.Timeline] = TimelineFile.Write(events),
            [PackFiles.Approvals] = PackJson.Write(new { report.RunId, report.FourEyesProven, report.Approvals, report.Tasks, report.Orders, report.Refusals }),
            [PackFiles.Measurements] = PackJson.Write(MeasurementsOf(report)),
            [PackFiles.Artifacts] = PackJson.Write(new { report.RunId, Models = report.Artifacts, report.Outputs }),
            [PackFiles.Replay] = PackJson.Write(new { report.RunId, report.Replays }),
            [PackFiles.Erasures] = PackJson.Write(new { report.RunId, report.Erasures }),
            [PackFiles.Anchors] = PackJson.Write(new { report.RunId, report.Sequence, report.Head, report.Anchors }),
            [PackFiles.Report] = Encoding.UTF8.GetBytes(HtmlReport.Write(report)),
            [PackFiles.Verify] = Encoding.UTF8.GetBytes(VerifyGuide.Write(report, keyId)),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private static object MeasurementsOf(RunReport report) => new
    {
        report.RunId,
        report.Playbook,
        report.Version,
        report.PlaybookDigest,
        report.Environment,
        report.EnvironmentDigest,
        report.Mode,
        report.FirstLine,
        report.Summary,
        report.Outcome,
        report.Verdict,
        report.Reasons,
        report.Weaknesses,
        report.Incomplete,
        report.Unproven,
        report.StopReason,
        report.ParkedReason,
        report.UnconfirmedModels,
        Objectives = new { report.Rto, report.DegradedWithin },
        report.Clocks,
        report.Time,
        report.Steps,
        report.Holds,
        report.Undos,
        report.Alarms,
        report.Notices,
        RelevantTo = RelevantLaw.For(report),
    };
}
