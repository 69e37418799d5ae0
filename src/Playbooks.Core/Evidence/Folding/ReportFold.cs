using Playbooks.Core.Decisions;

namespace Playbooks.Core.Evidence.Folding;

/// <summary>Events in, report out. What an event means to one part of the report stands in that part's fold.</summary>
internal static class ReportFold
{
    public static RunReport Of(IReadOnlyList<StoredEvent> events)
    {
        if (events is not [{ Event: RunEvent.RunStarted started }, ..])
            throw new ArgumentException("A journal begins with run.started.", nameof(events));
        var planned = new PlannedSteps(started);
        var clocks = new ClockFold(started, planned.Rto);
        var steps = new StepFold(planned);
        var people = new PeopleFold(planned);
        var results = new ResultFold(planned);
        var ending = new EndingFold(planned);
        foreach (var stored in events)
        {
            clocks.Add(stored.Event);
            steps.Add(stored.Event);
            people.Add(stored.Event);
            results.Add(stored.Event);
            ending.Add(stored.Event);
        }
        var moments = clocks.Result();
        var (verdict, reasons) = Judge.Of(moments, planned.Rto, ending);
        return new RunReport
        {
            RunId = started.RunId,
            Mode = started.Mode,
            Playbook = started.Playbook.Name,
            Version = planned.Document["version"]?.AsString() ?? "",
            Title = planned.Document["title"]?.AsString() ?? started.Playbook.Name,
            PlaybookDigest = started.Playbook.Digest,
            Environment = started.Environment.Name,
            EnvironmentDigest = started.Environment.Digest,
            StartedBy = started.StartedBy,
            Inputs = started.Inputs,
            Alert = clocks.Alert,
            Classification = planned.Document["classification"],
            Clocks = moments,
            Rto = planned.Rto,
            DegradedWithin = planned.DegradedWithin,
            Outcome = ending.Ended?.Outcome,
            Verdict = verdict,
            Reasons = reasons,
            Incomplete = ending.Ended?.Incomplete ?? [],
            Unproven = ending.Ended?.Unproven ?? [],
            StopReason = ending.StopReason,
            ParkedReason = ending.ParkedReason,
            Time = people.TimeUse(moments),
            Steps = steps.Result(),
            Approvals = people.Approvals(),
            Orders = [.. people.Orders],
            Tasks = people.Tasks(),
            Refusals = [.. people.Refusals],
            Artifacts = results.Artifacts(),
            Outputs = [.. results.Outputs],
            Replays = [.. results.Replays],
            Erasures = [.. results.Erasures],
            Holds = [.. results.Holds],
            Anchors = [.. ending.Anchors],
            Undos = [.. ending.Undos],
            UnconfirmedModels = [.. ending.Unconfirmed],
            Notices = [.. ending.Notices],
            Alarms = [.. ending.Alarms],
            Sequence = events[^1].Sequence,
            Head = events[^1].Hash,
        };
    }
}
