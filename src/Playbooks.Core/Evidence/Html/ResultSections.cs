namespace Playbooks.Core.Evidence.Html;

/// <summary>What was changed in the world: artifacts, letters, subjects.</summary>
internal static class ResultSections
{
    public static Html Write(RunReport report) => Html.Of($"""
        {HtmlReport.Section("Artifacts before and after", Html.Join(report.Artifacts.Select(Artifact)))}
        {HtmlReport.Section("Dead letters replayed", Replays(report))}
        {HtmlReport.Section("Erased subjects", Erasures(report))}
        {HtmlReport.Section("How long verifications watched", Holds(report))}
        """);

    private static Html Artifact(ArtifactReport artifact) => Html.Of($"""
        <article>
        <h3>{artifact.Model}</h3>
        {HtmlReport.Table(["", "Version", "Digest (SHA-256)", "From step", "At"],
        [
            State("before", artifact.Before), State("preserved as evidence", artifact.Preserved), State("after", artifact.After),
            Html.If(artifact.ServedDigest is not null, () => HtmlReport.Row(HtmlReport.Text("reported by the service"), HtmlReport.Text(null), HtmlReport.Code(artifact.ServedDigest),
                HtmlReport.Text(artifact.ServesWhatWasRestored switch { true => "the same as after", false => "NOT the same as after", null => null }), HtmlReport.Time(artifact.ServedAt))),
        ])}
        {Html.If(artifact.Preserved?.Location is not null, () => Html.Of($"<p class=\"soft\">The copy preserved before anything changed lies at <code>{artifact.Preserved!.Location}</code>.</p>"))}
        </article>
        """);

    private static Html State(string name, ArtifactState? state) => state is null ? Html.Nothing : HtmlReport.Row(HtmlReport.Text(name),
        HtmlReport.Text(state.Version is { } version ? $"{version}" : null), HtmlReport.Code(state.Digest), HtmlReport.Code(state.From), HtmlReport.Time(state.At));

    private static Html Replays(RunReport report) => report.Replays.IsEmpty ? Html.Nothing : HtmlReport.Table(
        ["Queue", "Taken", "Sent", "Duplicates dropped", "Of erased subjects", "Set aside", "Kept back", "Came back dead"],
        report.Replays.Select(replay => HtmlReport.Row(HtmlReport.Text(replay.Queue), Number(replay.Matched), Number(replay.Sent), Number(replay.Duplicates),
            Number(replay.Erased), Number(replay.Quarantined), Number(replay.Held), Number(replay.Returned))));

    private static Html Erasures(RunReport report) => report.Erasures.IsEmpty ? Html.Nothing : HtmlReport.Table(
        ["Model", "Erasures since the artifact was made", "Records removed", "Records still found", "Step"],
        report.Erasures.Select(erasure => HtmlReport.Row(HtmlReport.Text(erasure.Model), Number(erasure.Erasures), Number(erasure.Removed),
            Html.Of($"<span class=\"{new Html(erasure.Remaining > 0 ? "bad" : "")}\">{erasure.Remaining}</span>"), HtmlReport.Code(erasure.Path))));

    private static Html Holds(RunReport report) => report.Holds.All(hold => hold.RequestedSeconds == 0) ? Html.Nothing : HtmlReport.Table(["Step", "Wanted", "Watched", ""],
        report.Holds.Where(hold => hold.RequestedSeconds > 0).Select(hold => HtmlReport.Row(HtmlReport.Code(hold.Path), HtmlReport.Text(Spoken.Of(hold.RequestedSeconds)), HtmlReport.Text(Spoken.Of(hold.HeldSeconds)),
            hold.Shortened ? Html.Of($"<span class=\"tag warn\">shortened by the environment</span>") : Html.Nothing)));

    private static Html Number(long value) => Html.Of($"{value}");
}
