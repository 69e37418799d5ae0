namespace Playbooks.Web.Access;

/// <summary>Everything that somebody can want of this product. What each takes stands in <see cref="AccessTable"/>.</summary>
public enum Operation
{
    ViewRuns,
    ViewAlerts,
    ViewPlaybooks,
    ViewHealth,
    DownloadEvidence,
    StartRun,
    StartDrill,
    Vote,
    ConfirmTask,
    GiveOrder,
    SendSignal,
}
