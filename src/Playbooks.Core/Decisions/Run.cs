using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>A run as its events tell it. Changed only by <see cref="Decider.Evolve"/>.</summary>
public sealed record Run
{
    public static Run Empty { get; } = new();

    public string Id { get; init; } = "";
    /// <summary>Events folded so far, which is the last event's sequence.</summary>
    public long Sequence { get; init; }
    /// <summary>The last event's instant: the only clock that decisions know.</summary>
    public DateTimeOffset Now { get; init; }
    public RunEvent.RunStarted? Started { get; init; }
    /// <summary>Set once the run has started and its texts could be read.</summary>
    public Playbook? Playbook { get; init; }
    public DeploymentEnvironment? Environment { get; init; }
    public RunPhase Phase { get; init; } = new RunPhase.NotStarted();
    public string? ParkedBecause { get; init; }
    public bool Paused { get; init; }
    public Clocks Clocks { get; init; } = new();
    public JsonData? Alert { get; init; }
    public DateTimeOffset? AlertResolvedAt { get; init; }

    public StepStates Steps { get; init; } = StepStates.None;
    /// <summary>By path of a list, how many of its steps are over from its start; see <see cref="Decisions.PastSteps"/>.</summary>
    public ImmutableDictionary<string, int> PastSteps { get; init; } = ImmutableDictionary<string, int>.Empty;
    public ImmutableDictionary<string, ActingState> Undos { get; init; } = ImmutableDictionary<string, ActingState>.Empty;
    /// <summary>Undos that are over, by step path: true where it succeeded.</summary>
    public ImmutableDictionary<string, bool> Undone { get; init; } = ImmutableDictionary<string, bool>.Empty;
    /// <summary>Isolations because the run stops, by model.</summary>
    public ImmutableDictionary<string, ActingState> Safety { get; init; } = ImmutableDictionary<string, ActingState>.Empty;
    /// <summary>Last confirmed share of the requests, by model.</summary>
    public ImmutableSortedDictionary<string, int> Models { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
    /// <summary>Models whose isolation could not be shown.</summary>
    public ImmutableSortedSet<string> UnconfirmedModels { get; init; } = [];
    /// <summary>Bodies that drain, by body path.</summary>
    public ImmutableDictionary<string, Drain> Drains { get; init; } = ImmutableDictionary<string, Drain>.Empty;
    /// <summary>Until when a step's <c>ask</c> lasts; set once and not renewed.</summary>
    public ImmutableDictionary<string, DateTimeOffset> AskUntil { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;
    /// <summary>Steps to be skipped when they are reached, by order of a person.</summary>
    public ImmutableDictionary<string, string> SkipWhenReached { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableDictionary<string, Signal> Signals { get; init; } = ImmutableDictionary<string, Signal>.Empty;

    /// <summary>Votes, orders and confirmations that have arrived and are not judged yet, in order.</summary>
    public ImmutableList<RunEvent> Unjudged { get; init; } = [];
    /// <summary>Ids of votes, orders and signals already seen: a repeat changes nothing.</summary>
    public ImmutableHashSet<string> Seen { get; init; } = [];
    /// <summary>Sequence of the last order taken, or 0.</summary>
    public long LastOrder { get; init; }
    /// <summary>Messages to people that nobody has delivered yet, by id.</summary>
    public ImmutableSortedDictionary<string, Message> Messages { get; init; } = ImmutableSortedDictionary<string, Message>.Empty;
    /// <summary>Ids of messages that were given up: nobody could be reached.</summary>
    public ImmutableSortedSet<string> Untold { get; init; } = [];
    /// <summary>Where cards of this run lie, by notice.</summary>
    public ImmutableSortedDictionary<string, PostedCard> Cards { get; init; } = ImmutableSortedDictionary<string, PostedCard>.Empty;
    /// <summary>Requests that the door refused.</summary>
    public int Refusals { get; init; }
    public ImmutableSortedDictionary<string, PendingAnchor> Anchors { get; init; } = ImmutableSortedDictionary<string, PendingAnchor>.Empty;
    /// <summary>A model was isolated after the recovery: the clock was never stopped.</summary>
    public bool IsolatedAgain { get; init; }
    /// <summary>Steps that were skipped or simulated before the recovery, or so far.</summary>
    public ImmutableHashSet<string> Unproven { get; init; } = [];
    public bool AtRiskTold { get; init; }
    public bool MissedTold { get; init; }
    /// <summary>Bytes of all outputs so far.</summary>
    public int OutputBytes { get; init; }

    public RunMode Mode => Started?.Mode ?? RunMode.Live;
    public JsonData Inputs => Started?.Inputs ?? JsonData.EmptyObject;
    public bool HasEnded => Phase is RunPhase.Ended;
    public DateTimeOffset? Deadline => Clocks.Detected + Playbook?.Objectives.Rto;
    /// <summary>Over, and nothing is left to be told or anchored: the evidence pack can be made.</summary>
    public bool IsQuiet => (HasEnded && Messages.IsEmpty && Anchors.IsEmpty) || ParkedBecause is not null;

    /// <summary>The step that a path names; null when the playbook has none.</summary>
    public Step? StepOf(string path) => Playbook is null ? null : StepPaths.Find(Playbook, path);

    public StepState? StateOf(string path) => Steps.Of(path);

    /// <summary>The run in one line.</summary>
    public RunSummary Summary() => new(Id, Playbook?.Name ?? Started?.Playbook.Name ?? "", Playbook?.Version ?? "", Mode,
        Environment?.Name ?? Started?.Environment.Name ?? "", State(), (Phase as RunPhase.Ended)?.With.Outcome, (Phase as RunPhase.Ended)?.With.Verdict,
        Started?.At ?? Now, Clocks.Detected, Deadline, Clocks.Ended, WaitingFor()) { RecoveredAt = IsolatedAgain ? null : Clocks.Recovered };

    private RunState State() => (ParkedBecause, Phase) switch
    {
        ({ }, _) => RunState.Parked,
        (_, RunPhase.NotStarted or RunPhase.Injecting) => RunState.Injecting,
        (_, RunPhase.AwaitingDetection) => RunState.AwaitingDetection,
        (_, RunPhase.Recovering) => Paused ? RunState.Paused : RunState.Recovering,
        (_, RunPhase.Draining or RunPhase.Undoing) => RunState.Stopping,
        (_, RunPhase.Finishing) => RunState.Finishing,
        (_, RunPhase.Ended) => RunState.Ended,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private string? WaitingFor()
    {
        if (ParkedBecause is not null)
            return "a person: " + ParkedBecause;
        if (HasEnded)
            return null;
        foreach (var (path, state) in Steps.Open.OrderBy(step => step.Key, StringComparer.Ordinal))
        {
            switch (state)
            {
                case StepState.Voting voting:
                    return $"votes of {string.Join(" or ", voting.Approval.Roles)} on {path}";
                case StepState.AwaitingOrder:
                    return $"an order for {path}: retry, skip or cancel";
                case StepState.TaskOpen:
                    return $"somebody to do {path}";
            }
        }
        return null;
    }
}

/// <summary>The instants that a run is judged by; null until known.</summary>
public sealed record Clocks
{
    public DateTimeOffset? Occurred { get; init; }
    /// <summary>The RTO counts from here; an alert that joins may move it earlier.</summary>
    public DateTimeOffset? Detected { get; init; }
    /// <summary>What <c>run.detectedAt</c> means to expressions: set once, so that approvals keep their digest.</summary>
    public DateTimeOffset? DetectedFirst { get; init; }
    public DateTimeOffset? Started { get; init; }
    /// <summary>First isolation.</summary>
    public DateTimeOffset? Degraded { get; init; }
    public DateTimeOffset? Recovered { get; init; }
    public DateTimeOffset? Ended { get; init; }
}

/// <summary>An effect that a step has, or may have had.</summary>
/// <param name="Order">Sequence of the step's first start; undos go backwards.</param>
/// <param name="MayHaveActed">Some attempt succeeded, is pending, timed out or is unknown, and nobody has stated that nothing happened.</param>
/// <param name="Sealed">The service recovered after it; it is not undone any more.</param>
public sealed record EffectRecord(long Order, Step.Do Step, JsonData Inputs, JsonData? UndoInputs, int Redo, bool MayHaveActed, bool Sealed);

/// <summary>Attempts outside a step's own: an undo, an isolation for safety.</summary>
/// <param name="Confirmed">Its success has been stated as a fact.</param>
public sealed record ActingState(int Redo, Stage Stage, bool Confirmed = false);

/// <param name="Kind">What the block fails with when drained; null for a branch that lost.</param>
public sealed record Drain(ErrorKind? Kind, string Message);

/// <param name="Tries">Failed tries so far.</param>
public sealed record Message(string Role, string Text, int Tries, DateTimeOffset NotBefore);

/// <param name="At">When it came: in time or late for who waits.</param>
public sealed record Signal(JsonData Payload, DateTimeOffset At);

/// <param name="Tries">Failed tries so far.</param>
public sealed record PendingAnchor(long Sequence, int Tries, DateTimeOffset NotBefore);
