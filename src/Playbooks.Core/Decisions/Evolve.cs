using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

public static partial class Decider
{
    /// <summary>Number of the decision logic. A run lives and ends under the number it started with.</summary>
    public const int LogicVersion = 1;

    /// <summary>Folds one event. Pure, and never throws: what cannot be parks the run with its reason.</summary>
    public static Run Evolve(Run run, RunEvent happened)
    {
        var next = run with { Sequence = run.Sequence + 1, Now = happened.At > run.Now ? happened.At : run.Now };
        if (run.ParkedBecause is not null)
            return next;
        if (run.Started is null && happened is not RunEvent.RunStarted)
            return next with { ParkedBecause = $"The journal begins with {EventNames.Of(happened)} instead of run.started." };
        return happened switch
        {
            RunEvent.RunStarted started => Begin(next, started),
            RunEvent.AlertAttached e => Attach(next, e),
            RunEvent.AlertResolved e => next with { AlertResolvedAt = next.AlertResolvedAt ?? e.ResolvedAt },
            RunEvent.AttemptStarted e => EvolveAttempts.Started(next, e),
            RunEvent.ActionSucceeded e => EvolveAttempts.Succeeded(next, e),
            RunEvent.ActionFailed e => EvolveAttempts.Failed(next, e),
            RunEvent.ActionPending e => EvolveAttempts.Pending(next, e),
            RunEvent.AttemptExpired e => EvolveAttempts.Expired(next, e),
            RunEvent.TimerFired => next,
            RunEvent.VoteCast e => EvolvePeople.Arrived(next, "vote/" + e.VoteId, e),
            RunEvent.TaskConfirmed e => EvolvePeople.Arrived(next, $"task/{e.Path}/{e.Person}/{next.Sequence}", e),
            RunEvent.OrderGiven e => EvolvePeople.Arrived(next, "order/" + e.OrderId, e),
            RunEvent.SignalReceived e => run.Signals.ContainsKey(e.Name) ? next : next with { Signals = next.Signals.Add(e.Name, new Signal(e.Payload, e.At)) },
            RunEvent.Told e => next with { Messages = next.Messages.Remove(e.Id) },
            RunEvent.TellFailed e => TellFailed(next, e),
            RunEvent.HeadAnchored e => next with { Anchors = next.Anchors.Remove(e.Id) },
            RunEvent.AnchorFailed e => AnchorFailed(next, e),
            RunEvent.NoticeDelivered e => EvolvePeople.Delivered(next, e),
            RunEvent.NoticeFailed => next,
            RunEvent.RequestRefused e => EvolvePeople.RefusedAtTheDoor(next, e),
            RunEvent.DetectionAwaited e => next with { Phase = new RunPhase.AwaitingDetection(e.Until), Clocks = next.Clocks with { Occurred = LastInjection(next) } },
            RunEvent.RecoveryStarted e => next with { Phase = new RunPhase.Recovering(), Clocks = StartClocks(next.Clocks, e) },
            RunEvent.StepStarted e => EvolveSteps.Started(next, e),
            RunEvent.StepSucceeded e => EvolveSteps.Succeeded(next, e),
            RunEvent.StepFailed e => EvolveSteps.Failed(next, e),
            RunEvent.StepSkipped e => EvolveSteps.Skipped(next, e),
            RunEvent.OrderAwaited e => EvolveSteps.AwaitsOrder(next, e),
            RunEvent.IterationStarted e => EvolveSteps.InBlock(next, e.Path, block => block with { Iterations = block.Iterations.With(e.Index, Iteration.Running) }),
            RunEvent.IterationEnded e => EvolveSteps.InBlock(next, e.Path,
                block => block with { Iterations = block.Iterations.With(e.Index, e.Failed ? Iteration.Failed : Iteration.Done) }),
            RunEvent.BlockDraining e => next with { Drains = next.Drains.SetItem(e.Path, new Drain(e.Kind, e.Message)) },
            RunEvent.ErrorCaught e => EvolveSteps.InBlock(next, e.Path, block => block with { Caught = new Catching(e.Arm, e.FailedPath, e.Kind) }),
            RunEvent.ApprovalOpened e => EvolvePeople.Opened(next, e),
            RunEvent.ApprovalEscalated e => EvolvePeople.Escalated(next, e),
            RunEvent.VoteCounted e => EvolvePeople.Counted(next, e),
            RunEvent.VoteRefused e => EvolvePeople.Judged(next, e.VoteId),
            RunEvent.ApprovalDecided e => WithAnchor(next, $"approval/{e.Path}/{e.Round}"),
            RunEvent.ApprovalVoided e => EvolveSteps.Set(next, e.Path, new StepState.Voided(e.Round, e.What) { StartedAt = EvolveSteps.StartOf(next, e.Path) }),
            RunEvent.TaskRefused e => EvolvePeople.JudgedTask(next, e.Path, e.Person),
            RunEvent.OrderTaken e => EvolveOrders.Taken(next, e),
            RunEvent.OrderRefused e => EvolvePeople.Judged(next, e.OrderId),
            RunEvent.ModelDegraded e => next with { Clocks = next.Clocks with { Degraded = next.Clocks.Degraded ?? e.At } },
            RunEvent.ServiceRecovered e => Recovered(next, e),
            RunEvent.BudgetExceeded e => OverBudget(next, e),
            RunEvent.RtoAtRisk e => Tell(next with { AtRiskTold = true }, "rto.atRisk",
                $"The RTO is at risk: in the worst case the service recovers at {Instant(e.ExpectedEnd)}, the deadline is {Instant(e.Deadline)}."),
            RunEvent.RtoMissed e => Tell(next with { MissedTold = true }, "rto.missed", $"The RTO is missed: the deadline was {Instant(e.Deadline)} and the service has not recovered."),
            RunEvent.RunStopping e => Tell(next with { Phase = new RunPhase.Draining(new Ending(e.Outcome, e.Path, e.Kind, e.Reason, e.At)) }, "run.stopping",
                $"The run stops: {e.Reason}"),
            RunEvent.RunDrained => next.Phase is RunPhase.Draining draining ? next with { Phase = new RunPhase.Undoing(draining.Ending) } : next,
            RunEvent.UndoSucceeded e => next with { Undone = next.Undone.SetItem(e.Path, true) },
            RunEvent.UndoFailed e => Tell(next with { Undone = next.Undone.SetItem(e.Path, false) }, "undo/" + e.Path,
                $"Taking back {e.Path} failed ({WireName.Of(e.Kind)}): {e.Message} Take it back by hand."),
            RunEvent.IsolationUnconfirmed e => Tell(next with { UnconfirmedModels = next.UnconfirmedModels.Add(e.Model) }, "isolation/" + e.Model,
                $"Isolation NOT confirmed: model {e.Model} may still serve. {e.Message} Isolate it by hand: playbooks gateway isolate {e.Model}"),
            RunEvent.IsolationConfirmed e => Stopping.Confirmed(next, e.Model),
            RunEvent.FinallyStarted e => next with { Phase = new RunPhase.Finishing(EndingOf(next), e.Until) },
            RunEvent.RunEnded e => Ended(next, e),
            RunEvent.RunParked e => next with { ParkedBecause = e.Reason },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The run that these events tell.</summary>
    public static Run Fold(IEnumerable<RunEvent> events) => events.Aggregate(Run.Empty, Evolve);

    internal static Run Tell(Run run, string id, string text)
    {
        // While an earlier text is on its way, its delivery must not count for this one.
        var own = run.Messages.ContainsKey(id) ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{id}@{run.Sequence}") : id;
        return run with { Messages = run.Messages.SetItem(own, new Message(run.Playbook?.CommanderGroup ?? "", text, 0, run.Now)) };
    }

    private static Run TellFailed(Run run, RunEvent.TellFailed e)
    {
        if (!run.Messages.TryGetValue(e.Id, out var message))
            return run;
        return message.Tries + 1 >= TellTriesMax
            ? run with { Messages = run.Messages.Remove(e.Id), Untold = run.Untold.Add(e.Id) }
            : run with { Messages = run.Messages.SetItem(e.Id, message with { Tries = message.Tries + 1, NotBefore = e.At + TellRetryInterval }) };
    }

    internal static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static Run Begin(Run run, RunEvent.RunStarted started)
    {
        if (run.Started is not null)
            return run with { ParkedBecause = "A second run.started stands in the journal." };
        run = run with { Id = started.RunId, Started = started, Alert = started.Alert };
        if (started.DecisionVersion is < 1 or > LogicVersion)
            return run with { ParkedBecause = $"The run was started by decision logic {started.DecisionVersion}; this program knows up to {LogicVersion}. Run a newer version." };
        var (playbook, environment) = (PinnedTexts.PlaybookOf(started), PinnedTexts.EnvironmentOf(started));
        if (playbook is ReadResult<Playbook>.Invalid wrong)
            return run with { ParkedBecause = $"The pinned playbook cannot be read: {wrong.Errors[0]}" };
        if (environment is ReadResult<DeploymentEnvironment>.Invalid amiss)
            return run with { ParkedBecause = $"The pinned environment cannot be read: {amiss.Errors[0]}" };
        return Begin(run, started, ((ReadResult<Playbook>.Valid)playbook).Value, ((ReadResult<DeploymentEnvironment>.Valid)environment).Value);
    }

    private static Run Begin(Run run, RunEvent.RunStarted started, Playbook playbook, DeploymentEnvironment environment)
    {
        var drills = started.Mode == RunMode.Drill && playbook.Drill is not null;
        run = run with
        {
            Playbook = playbook,
            Environment = environment,
            Phase = drills ? new RunPhase.Injecting() : new RunPhase.Recovering(),
            Clocks = new Clocks { Occurred = started.OccurredAt, Detected = started.DetectedAt, DetectedFirst = started.DetectedAt },
        };
        return WithAnchor(run, "start");
    }

    private static Run Attach(Run run, RunEvent.AlertAttached e) => run.Phase is RunPhase.AwaitingDetection awaiting && e.At >= awaiting.Until
        // Too late to have detected the drill's incident, whatever the order of arrival.
        ? run
        : run with
    {
        Alert = run.Alert ?? e.Alert,
        Clocks = run.Clocks with
        {
            Detected = run.Clocks.Detected is { } known && known <= e.DetectedAt ? known : e.DetectedAt,
            DetectedFirst = run.Clocks.DetectedFirst ?? e.DetectedAt,
        },
    };

    private static Clocks StartClocks(Clocks clocks, RunEvent.RecoveryStarted e) => clocks with
    {
        Occurred = clocks.Occurred ?? e.OccurredAt,
        Detected = clocks.Detected ?? e.DetectedAt,
        DetectedFirst = clocks.DetectedFirst ?? e.DetectedAt,
        Started = e.At,
    };

    private static DateTimeOffset? LastInjection(Run run) => run.Steps.All
        .Where(step => step.Key.StartsWith(Place.Inject, StringComparison.Ordinal))
        .Select(step => (step.Value as StepState.Succeeded)?.At).Max() ?? run.Clocks.Occurred;

    private static Run Recovered(Run run, RunEvent.ServiceRecovered e) => run with
    {
        Clocks = run.Clocks with { Recovered = e.At },
        Steps = run.Steps.WithEffects((_, effect) => effect with { Sealed = true }),
    };

    private static Run OverBudget(Run run, RunEvent.BudgetExceeded e)
    {
        var told = Tell(run, "budget/" + e.Path, $"{e.Path} has taken longer than its budget of {System.Xml.XmlConvert.ToString(e.Budget)}.");
        return told.StateOf(e.Path) is { } state ? EvolveSteps.Set(told, e.Path, state with { OverBudget = true }) : told;
    }

    private static Run Ended(Run run, RunEvent.RunEnded e)
    {
        var text = $"The run has ended: {WireName.Of(e.Outcome)}; RTO {WireName.Of(e.Verdict)}."
            + (run.UnconfirmedModels.IsEmpty ? "" : $" Isolation NOT confirmed: {string.Join(", ", run.UnconfirmedModels)}.")
            + (run.Untold.IsEmpty ? "" : $" Nobody could be told: {string.Join(", ", run.Untold)}.");
        return WithAnchor(Tell(run with { Phase = new RunPhase.Ended(e), Clocks = run.Clocks with { Ended = e.At } }, "run.ended", text), "end");
    }

    private static Ending EndingOf(Run run) => run.Phase switch
    {
        RunPhase.Undoing undoing => undoing.Ending,
        RunPhase.Draining draining => draining.Ending,
        _ => new Ending(run.Clocks.Recovered is null ? RunOutcome.Completed : RunOutcome.Recovered, null, null, "", run.Now),
    };

    private static Run WithAnchor(Run run, string id) =>
        run with { Anchors = run.Anchors.SetItem(id, new PendingAnchor(run.Sequence, 0, run.Now)) };

    private static Run AnchorFailed(Run run, RunEvent.AnchorFailed e)
    {
        if (!run.Anchors.TryGetValue(e.Id, out var pending))
            return run;
        return pending.Tries + 1 >= AnchorTriesMax
            ? Tell(run with { Anchors = run.Anchors.Remove(e.Id) }, "anchor/" + e.Id,
                $"The chain's head could not be anchored for {e.Id}: {e.Message} The evidence will show the gap.")
            : run with { Anchors = run.Anchors.SetItem(e.Id, pending with { Tries = pending.Tries + 1, NotBefore = e.At + AnchorRetryInterval }) };
    }

    internal const int TellTriesMax = 3;
    internal static readonly TimeSpan TellRetryInterval = TimeSpan.FromSeconds(30);
    internal const int AnchorTriesMax = 10;
    internal static readonly TimeSpan AnchorRetryInterval = TimeSpan.FromSeconds(10);
}
