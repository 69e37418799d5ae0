using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Decisions;

namespace Playbooks.Core.Evidence.Folding;

/// <summary>What people were asked, said and ordered, and how long they were waited for.</summary>
internal sealed class PeopleFold(PlannedSteps planned)
{
    private readonly List<Asked> asked = [];
    private readonly Dictionary<string, RunEvent.VoteCast> cast = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunEvent.OrderGiven> given = new(StringComparer.Ordinal);
    private readonly List<TaskReport> tasks = [];
    private readonly WaitList waits = new();

    public List<OrderReport> Orders { get; } = [];
    public List<RefusalReport> Refusals { get; } = [];

    public void Add(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.ApprovalOpened e:
                asked.Add(new Asked(e));
                waits.Begin("approval", e.Path, e.At);
                break;
            case RunEvent.ApprovalEscalated e:
                Last(e.Path)?.EscalatedTo.Add(e.Role);
                break;
            case RunEvent.VoteCast e:
                cast[e.VoteId] = e;
                break;
            case RunEvent.VoteCounted e:
                Last(e.Path)?.Votes.Add(Vote(e));
                break;
            case RunEvent.VoteRefused e:
                Refusals.Add(new("vote", e.Path, e.Person, e.Reason, e.At));
                break;
            case RunEvent.RequestRefused e:
                Refusals.Add(new(e.Operation, e.Path, e.Person, e.Reason, e.At));
                break;
            case RunEvent.ApprovalDecided e:
                Last(e.Path)?.Decide(e.Result, e.At);
                waits.End("approval", e.Path, e.At);
                break;
            case RunEvent.ApprovalVoided e:
                Last(e.Path)?.Void(e.What, e.At);
                waits.End("approval", e.Path, e.At);
                break;
            case RunEvent.StepStarted e when planned.Find(e.Path)?.Kind == "task":
                tasks.Add(new(e.Path, e.At, null, null, null));
                waits.Begin("task", e.Path, e.At);
                break;
            case RunEvent.TaskConfirmed e:
                if (tasks.FindLastIndex(task => task.Path == e.Path && task.Person is null) is >= 0 and var index)
                    tasks[index] = tasks[index] with { Person = e.Person, Note = e.Note };
                break;
            case RunEvent.OrderAwaited e:
                waits.Begin("order", e.Path, e.At);
                break;
            case RunEvent.OrderGiven e:
                given[e.OrderId] = e;
                break;
            case RunEvent.OrderTaken e:
                Take(e);
                break;
            case RunEvent.OrderRefused e:
                Refusals.Add(new("order", PathOf(e.Order), e.Person, $"{NameOf(e.Order)}: {e.Why}", e.At));
                break;
            case RunEvent.StepSucceeded e:
                Over(e.Path, e.At);
                if (tasks.FindLastIndex(task => task.Path == e.Path) is >= 0 and var done)
                    tasks[done] = tasks[done] with { DoneAt = e.At };
                break;
            case RunEvent.StepFailed e:
                Over(e.Path, e.At);
                break;
            case RunEvent.StepSkipped e:
                Over(e.Path, e.At);
                break;
            case RunEvent.RunStopping or RunEvent.RunEnded:
                // Nobody is waited for any more.
                waits.EndAll(happened.At);
                break;
        }
    }

    public ImmutableArray<ApprovalReport> Approvals() => [.. asked.Select(one => one.Report())];

    public ImmutableArray<TaskReport> Tasks() => [.. tasks];

    public TimeUse TimeUse(ReportClocks clocks)
    {
        var from = clocks.Detected ?? clocks.Made;
        var to = clocks.ClockStopped;
        var all = waits.Until(clocks.LastEvent);
        TimeSpan Of(string? what) => Interval.Length(all.Where(wait => what is null || wait.What == what)
            .Select(wait => new Interval(wait.From, wait.To).Within(from, to)).OfType<Interval>());
        var (total, human) = (to > from ? to - from : TimeSpan.Zero, Of(null));
        return new(total, human, total - human, Of("approval"), Of("task"), Of("order"), Of("pause"), all);
    }

    public static string NameOf(Order order) => order switch
    {
        Order.Retry { Again: true } => "retry --again",
        Order.Skip { NoEffect: true } => "skip --no-effect",
        _ => JsonNamingPolicy.KebabCaseLower.ConvertName(order.GetType().Name),
    };

    private static string? PathOf(Order order) => order switch { Order.Retry retry => retry.Path, Order.Skip skip => skip.Path, _ => null };

    private void Take(RunEvent.OrderTaken e)
    {
        Orders.Add(new(NameOf(e.Order), PathOf(e.Order), e.Person, e.Reason, given.GetValueOrDefault(e.OrderId)?.Via ?? "", e.At));
        switch (e.Order)
        {
            case Order.Pause:
                waits.Begin("pause", null, e.At);
                break;
            case Order.Resume:
                waits.End("pause", null, e.At);
                break;
            default:
                if (PathOf(e.Order) is { } path)
                    waits.End("order", path, e.At);
                break;
        }
    }

    private void Over(string path, DateTimeOffset at)
    {
        waits.End("task", path, at);
        waits.End("order", path, at);
        waits.End("approval", path, at);
    }

    private Asked? Last(string path) => asked.FindLast(one => one.Opened.Path == path);

    private VoteReport Vote(RunEvent.VoteCounted e)
    {
        var shown = cast.GetValueOrDefault(e.VoteId);
        return new(e.Person, e.Approves, shown?.At ?? e.At, shown?.Via ?? "", shown?.Comment, e.SelfApproved, e.Scripted, shown?.Digest ?? "");
    }

    private sealed class Asked(RunEvent.ApprovalOpened opened)
    {
        private string result = "open";
        private string? voidedBecause;
        private DateTimeOffset? decidedAt;

        public RunEvent.ApprovalOpened Opened { get; } = opened;
        public List<string> EscalatedTo { get; } = [];
        public List<VoteReport> Votes { get; } = [];

        public void Decide(string how, DateTimeOffset at) => (result, decidedAt) = (how, at);

        public void Void(string what, DateTimeOffset at) => (result, voidedBecause, decidedAt) = ("voided", what, at);

        public ApprovalReport Report() => new(Opened.Path, Opened.Round, Opened.Message, Opened.Roles, [.. EscalatedTo], Opened.Quorum, Opened.Covered,
            Opened.Digest, Opened.At, Opened.Until, decidedAt, result, voidedBecause, [.. Votes]);
    }
}
