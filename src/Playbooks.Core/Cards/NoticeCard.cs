using System.Globalization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Cards;

/// <summary>The card of a notice as it is now, from nothing but the run and the notice's name.</summary>
public static class NoticeCard
{
    /// <summary>Null for a name that is none of ours.</summary>
    public static JsonData? Of(Run run, string notice, CardContext context) => Parse(notice) switch
    {
        { Kind: Kind.Run } => RunCard.Of(run, context),
        { Kind: Kind.Approval } approval => ApprovalCard.Of(run, approval.Path, approval.Round, context),
        { Kind: Kind.Task } task => TaskCard.Of(run, task.Path, context),
        { Kind: Kind.Order } order => AskCard.Of(run, order.Path, context),
        _ => null,
    };

    /// <summary>Whether its card has something to press.</summary>
    public static bool IsOpen(Run run, string notice) => run.Phase is RunPhase.Recovering && run.ParkedBecause is null && Parse(notice) switch
    {
        { Kind: Kind.Approval } approval => run.StateOf(approval.Path) is StepState.Voting voting && voting.Approval.Round == approval.Round,
        { Kind: Kind.Task } task => run.StateOf(task.Path) is StepState.TaskOpen,
        { Kind: Kind.Order } order => run.StateOf(order.Path) is StepState.AwaitingOrder,
        _ => false,
    };

    private enum Kind { Run, Approval, Task, Order }

    private sealed record Parsed(Kind Kind, string Path, int Round);

    private static Parsed? Parse(string notice)
    {
        if (notice == Notices.Run)
            return new Parsed(Kind.Run, "", 0);
        var (begin, end) = (notice.IndexOf('/', StringComparison.Ordinal), notice.LastIndexOf('/'));
        if (begin < 0 || end <= begin + 1)
            return null;
        var (path, last) = (notice[(begin + 1)..end], notice[(end + 1)..]);
        return notice[..begin] switch
        {
            "approval" when int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var round) => new Parsed(Kind.Approval, path, round),
            "ask" when last == WireName.Of(AskFor.Confirmation) => new Parsed(Kind.Task, path, 0),
            "ask" when last == WireName.Of(AskFor.Order) => new Parsed(Kind.Order, path, 0),
            _ => null,
        };
    }
}
