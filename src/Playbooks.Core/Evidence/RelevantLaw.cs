using System.Collections.Immutable;

namespace Playbooks.Core.Evidence;

/// <summary>A provision to which a part of this evidence is relevant. Relevant to, never more: whether a duty is kept is for lawyers to say.</summary>
/// <param name="About">What the provision is about, in our words.</param>
/// <param name="Evidence">Which part of the pack may be relevant.</param>
/// <param name="Applies">From when, as far as we know; the dates have been moved before.</param>
public sealed record RelevantProvision(string Law, string Provision, string About, string Evidence, string Applies);

/// <summary>The mapping from provisions to parts of the pack. Data: when the law's dates move, only this table does.</summary>
public static class RelevantLaw
{
    private const string AiAct = "EU AI Act";
    private const string Gdpr = "GDPR";

    /// <summary>Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744, for high-risk systems of Annex III and of Annex I.</summary>
    private static readonly DateOnly HighRiskAnnexIII = new(2027, 12, 2);
    private static readonly DateOnly HighRiskAnnexI = new(2028, 8, 2);
    /// <summary>Regulation (EU) 2016/679.</summary>
    private static readonly DateOnly GdprInForce = new(2018, 5, 25);

    private static readonly string HighRisk =
        $"high-risk systems: {HighRiskAnnexIII:yyyy-MM-dd} (Annex III), {HighRiskAnnexI:yyyy-MM-dd} (Annex I)";
    private static readonly string SinceGdpr = $"since {GdprInForce:yyyy-MM-dd}";

    private static readonly ImmutableArray<(RelevantProvision Provision, Func<RunReport, bool> When)> Table =
    [
        (new(AiAct, "Art. 12(1)–(2), 19(1), 26(6)", "Automatic logs, and keeping them", "timeline.ndjson, anchors.json", HighRisk), Always),
        (new(AiAct, "Art. 14(4)(d)–(e)", "People can override and stop the system", "Isolation and approvals: approvals.json, measurements.json", HighRisk), Always),
        (new(AiAct, "Art. 15(4)", "Resilience against errors and faults; back-up and fail-safe plans are among the means. The Act names no hours: the objective is the organisation's own",
            "measurements.json, artifacts.json", HighRisk), Always),
        (new(AiAct, "Art. 20, 26(5)", "Corrective action; suspending use and informing", "timeline.ndjson, notices in measurements.json", HighRisk), Always),
        (new(AiAct, "Art. 72, 73", "Monitoring after placing on the market; reporting serious incidents", "Clocks in measurements.json", HighRisk), Always),
        (new(AiAct, "Art. 73(6)", "Not altering a system before its causes can be examined", "Copies preserved before the restore: artifacts.json", HighRisk),
            report => report.Artifacts.Any(artifact => artifact.Preserved is not null)),
        (new(AiAct, "Annex IV(2)(g)", "Test reports, dated and signed", "Verifications in artifacts.json, manifest.sig.json", HighRisk), report => !report.Outputs.IsEmpty),
        (new(Gdpr, "Art. 32(1)(b)–(c)", "Resilience, and restoring access in a timely manner", "measurements.json", SinceGdpr), Always),
        (new(Gdpr, "Art. 32(1)(d)", "Regularly testing such measures", "The pack of a drill as a whole", SinceGdpr), report => report.Mode == Decisions.RunMode.Drill),
        (new(Gdpr, "Art. 33", "Notifying breaches, to which loss of availability may belong", "Clocks in measurements.json", SinceGdpr), Always),
        (new(Gdpr, "Art. 5(1)(d)", "Accuracy of personal data", "artifacts.json, replay.json", SinceGdpr), report => !report.Artifacts.IsEmpty),
        (new(Gdpr, "Art. 17, 19", "Erasure, also out of what was restored", "erasures.json, replay.json", SinceGdpr), report => !report.Erasures.IsEmpty),
        (new(Gdpr, "Art. 22", "Automated decisions, and people who look at them", "Fallback during isolation, approvals.json", SinceGdpr), Always),
    ];

    public static ImmutableArray<RelevantProvision> For(RunReport report) => [.. Table.Where(row => row.When(report)).Select(row => row.Provision)];

    private static bool Always(RunReport report) => true;
}
