namespace Playbooks.Core.Evidence.Html;

/// <summary>Why to believe it: the chain, its anchors, how to check, and what law it may matter to.</summary>
internal static class TrustSections
{
    public static Html Write(RunReport report) => Html.Of($"""
        {HtmlReport.Section("Chain and anchors", Anchors(report))}
        {HtmlReport.Section("Evidence relevant to", Law(report))}
        {HtmlReport.Section("Told", Notices(report))}
        {HtmlReport.Section("What the run was given", Given(report))}
        """);

    private static Html Anchors(RunReport report) => Html.Of($"""
        <p>{report.Sequence} events, each hashed with all before it; the head is <code>{report.Head}</code>. <code>VERIFY.md</code> says how to check this without trusting us, with common tools alone.</p>
        {Html.If(!report.Anchors.IsEmpty, () => HtmlReport.Table(["Anchor", "When", "Event", "Head", "Where"], report.Anchors.Select(anchor => anchor.Missed is null
            ? HtmlReport.Row(HtmlReport.Text(anchor.Id), HtmlReport.Time(anchor.At), Html.Of($"{anchor.Sequence ?? 0}"), HtmlReport.Code(anchor.Head), HtmlReport.Text(anchor.Location))
            : HtmlReport.Row(HtmlReport.Text(anchor.Id), HtmlReport.Time(anchor.At), HtmlReport.Text(null), Html.Of($"<span class=\"bad\">missed</span>"), HtmlReport.Text(anchor.Missed)))))}
        """);

    private static Html Law(RunReport report) => Html.Of($"""
        <p>These provisions are ones to which this evidence may be relevant. Whether a duty applies and is kept is not for this report to say.
        {Html.If(report.Classification is not null, () => Html.Of($"The playbook's author classifies the system as <code>{report.Classification!.Text}</code>."))}</p>
        {HtmlReport.Table(["Law", "Provision", "About", "Relevant evidence", "Applies from"], RelevantLaw.For(report).Select(row =>
            HtmlReport.Row(HtmlReport.Text(row.Law), HtmlReport.Text(row.Provision), HtmlReport.Text(row.About), HtmlReport.Text(row.Evidence), HtmlReport.Text(row.Applies))))}
        """);

    private static Html Notices(RunReport report) => report.Notices.IsEmpty ? Html.Nothing : HtmlReport.Table(["When", "What", "Delivered"],
        report.Notices.Select(notice => HtmlReport.Row(HtmlReport.Time(notice.At), HtmlReport.Text(notice.Id), notice.Error is null
            ? HtmlReport.Text(notice.Via) : Html.Of($"<span class=\"bad\">not delivered: {notice.Error}</span>"))));

    private static Html Given(RunReport report) => Html.Of($"""
        <p>Inputs: <code>{report.Inputs.Text}</code></p>
        {Html.If(report.Alert is not null, () => Html.Of($"<p>Alert: <code>{report.Alert!.Text}</code></p>"))}
        <p class="soft">Playbook text SHA-256 <code>{report.PlaybookDigest}</code>; environment text SHA-256 <code>{report.EnvironmentDigest}</code>. Both texts are in this folder.</p>
        """);
}
