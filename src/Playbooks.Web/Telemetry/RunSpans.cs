using System.Diagnostics;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Json;

namespace Playbooks.Web.Telemetry;

/// <summary>
/// The spans of one run, made from its events alone: given the same events it makes the same spans, whoever tells it and however often. Attributes name steps,
/// actions and results; never a person, an input, an output or a message.
/// </summary>
internal sealed class RunSpans(string runId)
{
    private const int LinksMax = 16;

    private readonly Dictionary<string, OpenSpan> steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> timesEnded = new(StringComparer.Ordinal);
    private readonly Dictionary<CommandId, OpenSpan> attempts = [];
    private readonly List<ActivityContext> links = [];
    private PlannedSteps? planned;
    private OpenSpan? whole;
    private string playbook = "", mode = "";

    /// <summary>Events taken in so far.</summary>
    public long Sequence { get; private set; }

    /// <summary>Playbook and mode, known from the first event on.</summary>
    public (string Playbook, string Mode) Of => (playbook, mode);

    /// <summary>Takes the next event in.</summary>
    /// <returns>Spans that ended with it, inner ones first.</returns>
    public IEnumerable<EndedSpan> Add(RunEvent happened)
    {
        Sequence++;
        return happened switch
        {
            RunEvent.RunStarted e => Begin(e),
            RunEvent.AlertAttached e => Linked(e.Alert, e),
            RunEvent.StepStarted e => StepBegun(e.Path, e.Simulated, e),
            RunEvent.ApprovalOpened e => StepBegun(e.Path, false, e),
            RunEvent.StepSucceeded e => StepOver(e.Path, "succeeded", null, e),
            RunEvent.StepSkipped e => StepOver(e.Path, "skipped", null, e),
            RunEvent.StepFailed e => StepOver(e.Path, "failed", WireName.Of(e.Kind), e),
            RunEvent.AttemptStarted e => AttemptBegun(e),
            RunEvent.ActionPending e => Noted(attempts.GetValueOrDefault(e.Id with { Poll = 0 }), e),
            RunEvent.ActionSucceeded e => AttemptOver(e.Id, null, e),
            RunEvent.ActionFailed e => AttemptOver(e.Id, WireName.Of(e.Kind), e),
            RunEvent.AttemptExpired e => AttemptOver(e.Id, WireName.Of(e.Kind), e),
            RunEvent.ApprovalEscalated e => NotedAtStep(e.Path, e),
            RunEvent.ApprovalVoided e => NotedAtStep(e.Path, e),
            RunEvent.ApprovalDecided e => NotedAtStep(e.Path, e),
            RunEvent.VoteCounted e => NotedAtStep(e.Path, e),
            RunEvent.VoteRefused e => NotedAtStep(e.Path, e),
            RunEvent.OrderAwaited e => NotedAtStep(e.Path, e),
            RunEvent.BudgetExceeded e => NotedAtStep(e.Path, e),
            RunEvent.BlockDraining e => NotedAtStep(e.Path, e),
            RunEvent.ErrorCaught e => NotedAtStep(e.Path, e),
            RunEvent.AlertResolved or RunEvent.DetectionAwaited or RunEvent.RecoveryStarted or RunEvent.OrderTaken or RunEvent.OrderRefused or RunEvent.ModelDegraded
                or RunEvent.ServiceRecovered or RunEvent.RtoAtRisk or RunEvent.RtoMissed or RunEvent.RunStopping or RunEvent.RunDrained or RunEvent.UndoSucceeded or RunEvent.UndoFailed
                or RunEvent.IsolationConfirmed or RunEvent.IsolationUnconfirmed or RunEvent.FinallyStarted or RunEvent.RunParked => Noted(whole, happened),
            RunEvent.RunEnded e => End(e),
            _ => [],
        };
    }

    private IEnumerable<EndedSpan> Begin(RunEvent.RunStarted e)
    {
        planned = new PlannedSteps(e);
        (playbook, mode) = (e.Playbook.Name, WireName.Of(e.Mode));
        whole = new OpenSpan(SpanOf.Run, $"run {playbook}", TraceIds.OfRun(runId), default, e.At);
        Describe(whole);
        whole.Attributes[TelemetryNames.Version] = planned.Document["version"]?.AsString();
        return Linked(e.Alert, null);
    }

    private IEnumerable<EndedSpan> Linked(JsonData? alert, RunEvent? happened)
    {
        if (alert is not null && links.Count < LinksMax && Alert.DeliveryOf(alert) is { } delivery)
            links.Add(TraceIds.OfDelivery(delivery));
        return happened is null ? [] : Noted(whole, happened);
    }

    private IEnumerable<EndedSpan> StepBegun(string path, bool simulated, RunEvent happened)
    {
        if (!steps.TryGetValue(path, out var step))
        {
            var plan = planned?.Find(path);
            steps[path] = step = new OpenSpan(SpanOf.Step, $"step {plan?.Kind ?? "do"}", TraceIds.OfStep(runId, path, timesEnded.GetValueOrDefault(path)), BlockOf(path), happened.At);
            Describe(step);
            (step.Attributes[TelemetryNames.StepPath], step.Attributes[TelemetryNames.StepKind], step.Attributes[TelemetryNames.Action]) = (path, plan?.Kind, plan?.Action);
            step.Attributes[TelemetryNames.Simulated] = simulated ? true : null;
        }
        return happened is RunEvent.ApprovalOpened ? Noted(step, happened) : [];
    }

    private IEnumerable<EndedSpan> StepOver(string path, string outcome, string? error, RunEvent happened)
    {
        // One that is skipped, or cannot start, never began.
        if (!steps.ContainsKey(path))
            StepBegun(path, false, happened);
        steps.Remove(path, out var step);
        timesEnded[path] = timesEnded.GetValueOrDefault(path) + 1;
        step!.Attributes[TelemetryNames.StepOutcome] = outcome;
        return [step.End(happened.At, error)];
    }

    private IEnumerable<EndedSpan> AttemptBegun(RunEvent.AttemptStarted e)
    {
        var id = e.Id with { Poll = 0 };
        if (!attempts.TryGetValue(id, out var attempt))
        {
            var plan = planned?.Find(e.Id.Path);
            var action = e.Id.Purpose switch { Purpose.Do => plan?.Action, Purpose.Undo => plan?.UndoAction, _ => Catalogue.Isolate };
            attempts[id] = attempt = new OpenSpan(SpanOf.Attempt, $"attempt {action}", TraceIds.OfAttempt(runId, id),
                e.Id.Purpose == Purpose.Do && steps.TryGetValue(e.Id.Path, out var step) ? step.Id : TraceIds.OfRun(runId), e.At);
            Describe(attempt);
            // The path of an isolation holds the model's name, which may have come from outside.
            attempt.Attributes[TelemetryNames.StepPath] = e.Id.Purpose == Purpose.Safety ? null : e.Id.Path;
            (attempt.Attributes[TelemetryNames.StepKind], attempt.Attributes[TelemetryNames.Action]) = (plan?.Kind, action);
            (attempt.Attributes[TelemetryNames.Purpose], attempt.Attributes[TelemetryNames.Redo], attempt.Attributes[TelemetryNames.Attempt]) = (WireName.Of(e.Id.Purpose), e.Id.Redo, e.Id.Attempt);
            attempt.Attributes[TelemetryNames.Starts] = 0;
        }
        attempt.Attributes[TelemetryNames.Polls] = e.Id.Poll + 1;
        // More than one for each poll: a process died, and the next one began the poll again.
        attempt.Attributes[TelemetryNames.Starts] = (int)attempt.Attributes[TelemetryNames.Starts]! + 1;
        return [];
    }

    /// <summary>A report that comes after the attempt was given up changes nothing here.</summary>
    private IEnumerable<EndedSpan> AttemptOver(CommandId id, string? error, RunEvent happened) =>
        attempts.Remove(id with { Poll = 0 }, out var attempt) ? [attempt.End(happened.At, error)] : [];

    private List<EndedSpan> End(RunEvent.RunEnded e)
    {
        if (whole is null)
            return [];
        var ended = attempts.Values.Select(attempt => attempt.End(e.At, "unreported")).ToList();
        foreach (var (_, step) in steps.OrderByDescending(step => step.Key.Length))
        {
            step.Attributes[TelemetryNames.StepOutcome] = "abandoned";
            ended.Add(step.End(e.At, null));
        }
        attempts.Clear();
        steps.Clear();
        (whole.Attributes[TelemetryNames.Outcome], whole.Attributes[TelemetryNames.Verdict]) = (WireName.Of(e.Outcome), WireName.Of(e.Verdict));
        ended.Add(whole.End(e.At, e.Outcome == RunOutcome.Failed ? "failed" : null) with { Links = [.. links] });
        whole = null;
        return ended;
    }

    private static IEnumerable<EndedSpan> Noted(OpenSpan? span, RunEvent happened)
    {
        span?.Note(happened);
        return [];
    }

    private IEnumerable<EndedSpan> NotedAtStep(string path, RunEvent happened) => Noted(steps.GetValueOrDefault(path) ?? whole, happened);

    private void Describe(OpenSpan span) =>
        (span.Attributes[TelemetryNames.RunId], span.Attributes[TelemetryNames.Playbook], span.Attributes[TelemetryNames.Mode]) = (runId, playbook, mode);

    /// <summary>The innermost open block around a step: of <c>ramp[0]/shift</c> it is <c>ramp</c>, of <c>both.left/copy</c> it is <c>both</c>. Else the run.</summary>
    private ActivitySpanId BlockOf(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var body = path[..slash];
            var mark = body.AsSpan(body.LastIndexOf('/') + 1).IndexOfAny('[', '.');
            if (steps.TryGetValue(mark < 0 ? body : body[..(body.LastIndexOf('/') + 1 + mark)], out var block))
                return block.Id;
        }
        return TraceIds.OfRun(runId);
    }
}
