namespace Playbooks.Core.Evidence.Html;

/// <summary>Who was asked, who decided, who ordered what.</summary>
internal static class PeopleSections
{
    public static Html Write(RunReport report) => Html.Of($"""
        {HtmlReport.Section("Approvals", Html.Join(report.Approvals.Select(Approval)))}
        {HtmlReport.Section("Orders", Orders(report))}
        {HtmlReport.Section("Done by hand", Tasks(report))}
        {HtmlReport.Section("Refused", Refused(report))}
        """);

    private static Html Approval(ApprovalReport approval) => Html.Of($"""
        <article>
        <h3>{approval.Message}</h3>
        <p><span class="state {new Html(approval.WasGiven ? "succeeded" : "failed")}">{approval.Result}</span> {Decided(approval)}
        {Html.If(approval.WasGiven, () => approval.FourEyesProven ? Html.Of($"<span class=\"tag\">four eyes proven</span>") : Html.Of($"<span class=\"tag warn\">four eyes not proven: {ReportWords.WhyNotFourEyes(approval)}</span>"))}</p>
        {Html.If(approval.VoidedBecause is not null, () => Html.Of($"<p>Voided, because what was asked had changed: {approval.VoidedBecause}</p>"))}
        {Html.If(!approval.Votes.IsEmpty, () => HtmlReport.Table(["Who", "Vote", "When", "Through", "Comment"], approval.Votes.Select(Vote)))}
        <p class="soft">Step <code>{approval.Path}</code>, round {approval.Round}; asked of {string.Join(", ", approval.Roles.Concat(approval.EscalatedTo))}, {approval.Quorum} needed, until {Spoken.Instant(approval.Until)}.
        What was shown: <code>{approval.Covered.Text}</code>, digest <code>{approval.Digest}</code></p>
        </article>
        """);

    private static string Decided(ApprovalReport approval) => approval.DecidedAt is { } at
        ? $"{Spoken.Of(at - approval.OpenedAt)} after it was asked" : "nobody has decided yet";

    private static Html Vote(VoteReport vote) => HtmlReport.Row(
        Html.Of($"{vote.Person}{Html.If(vote.Scripted, () => Html.Of($" <span class=\"tag warn\">scripted: no person decided</span>"))}{Html.If(vote.SelfApproved, () => Html.Of($" <span class=\"tag warn\">started the run</span>"))}"),
        HtmlReport.Text(vote.Approves ? "yes" : "no"), HtmlReport.Time(vote.At), HtmlReport.Text(vote.Via), HtmlReport.Text(vote.Comment));

    private static Html Orders(RunReport report) => report.Orders.IsEmpty ? Html.Nothing : HtmlReport.Table(["When", "Order", "Step", "Who", "Reason", "Through"],
        report.Orders.Select(order => HtmlReport.Row(HtmlReport.Time(order.At), HtmlReport.Text(order.Order), HtmlReport.Text(order.Path), HtmlReport.Text(order.Person),
            HtmlReport.Text(order.Reason), HtmlReport.Text(order.Via))));

    private static Html Tasks(RunReport report) => report.Tasks.IsEmpty ? Html.Nothing : HtmlReport.Table(["Step", "Asked", "Done", "Who", "Note"],
        report.Tasks.Select(task => HtmlReport.Row(HtmlReport.Code(task.Path), HtmlReport.Time(task.AskedAt), HtmlReport.Time(task.DoneAt), HtmlReport.Text(task.Person), HtmlReport.Text(task.Note))));

    private static Html Refused(RunReport report) => report.Refusals.IsEmpty ? Html.Nothing : HtmlReport.Table(["When", "What", "Step", "Who", "Why"],
        report.Refusals.Select(refusal => HtmlReport.Row(HtmlReport.Time(refusal.At), HtmlReport.Text(refusal.What), HtmlReport.Text(refusal.Path), HtmlReport.Text(refusal.Person), HtmlReport.Text(refusal.Why))));
}
