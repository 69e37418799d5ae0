using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Evidence.Folding;

/// <summary>How the run ended and what was taken back, told, anchored and raised on the way.</summary>
internal sealed class EndingFold(PlannedSteps planned)
{
    public RunEvent.RunEnded? Ended { get; private set; }
    public string? StopReason { get; private set; }
    public string? ParkedReason { get; private set; }
    public List<string> Unconfirmed { get; } = [];
    public List<UndoReport> Undos { get; } = [];
    public List<AnchorReport> Anchors { get; } = [];
    public List<NoticeReport> Notices { get; } = [];
    public List<AlarmReport> Alarms { get; } = [];

    public void Add(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.RunStopping e:
                StopReason ??= e.Path is null ? e.Reason : $"{e.Path}: {e.Reason}";
                break;
            case RunEvent.RunEnded e:
                Ended = e;
                break;
            case RunEvent.RunParked e:
                ParkedReason = e.Reason;
                break;
            case RunEvent.IsolationUnconfirmed e:
                if (!Unconfirmed.Contains(e.Model))
                    Unconfirmed.Add(e.Model);
                break;
            case RunEvent.IsolationConfirmed e:
                Unconfirmed.Remove(e.Model);
                break;
            case RunEvent.UndoSucceeded e:
                Undos.Add(new(e.Path, UndoOf(e.Path), e.At, null, null));
                break;
            case RunEvent.UndoFailed e:
                Undos.Add(new(e.Path, UndoOf(e.Path), e.At, e.Kind, e.Message));
                break;
            case RunEvent.HeadAnchored e:
                Anchors.Add(new(e.Id, e.At, e.Sequence, e.Head, e.Location, null));
                break;
            case RunEvent.AnchorFailed e:
                Anchors.Add(new(e.Id, e.At, null, null, null, e.Message));
                break;
            case RunEvent.Told e:
                Notices.Add(new(e.Id, e.At, e.Via, null));
                break;
            case RunEvent.TellFailed e:
                Notices.Add(new(e.Id, e.At, null, e.Message));
                break;
            case RunEvent.BudgetExceeded e:
                Alarms.Add(new("budget", e.Path, e.At, $"The budget of {Spoken.Of(e.Budget)} was used up."));
                break;
            case RunEvent.RtoAtRisk e:
                Alarms.Add(new("at-risk", null, e.At, $"In the worst case recovery was expected at {Spoken.Instant(e.ExpectedEnd)}, after the objective's end."));
                break;
            case RunEvent.RtoMissed e:
                Alarms.Add(new("missed", null, e.At, $"The objective ended at {Spoken.Instant(e.Deadline)} without recovery."));
                break;
        }
    }

    private string? UndoOf(string path) => planned.Find(path) is { } step
        ? step.UndoAction ?? (step.Action == Catalogue.Rejoin ? Catalogue.Isolate : null) : null;
}
