using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>Where one instance of a step stands. A step that has not been reached has no state.</summary>
public abstract record StepState
{
    private StepState() { }

    public required DateTimeOffset StartedAt { get; init; }
    /// <summary>Its budget has been reported as exceeded.</summary>
    public bool OverBudget { get; init; }

    public bool HasEnded => this is Ended;

    /// <summary>The attempts of a state, also of one whose step is over or waits: an attempt may report later than its step ends.</summary>
    internal static Acting? ActingIn(StepState? state) => state switch
    {
        Acting acting => acting,
        AwaitingOrder awaiting => awaiting.Prior as Acting,
        Ended ended => ended.Prior as Acting,
        _ => null,
    };

    internal StepState WithStage(Stage stage) => this switch
    {
        Acting acting => acting with { Stage = stage },
        AwaitingOrder { Prior: Acting acting } awaiting => awaiting with { Prior = acting with { Stage = stage } },
        Ended { Prior: Acting acting } ended => ended with { Prior = acting with { Stage = stage } },
        _ => this,
    };

    /// <summary>An action is being tried.</summary>
    /// <param name="Redo">Rises only when a person orders <c>retry --again</c>.</param>
    /// <param name="AttemptsBefore">Attempts made before a person ordered a retry; the retry rule counts from here.</param>
    public sealed record Acting(JsonData Inputs, JsonData? UndoInputs, bool Simulated, int Redo, int AttemptsBefore, Stage Stage) : StepState;

    /// <param name="OpenedAt">Sequence of the event that opened this round; orders after it may have changed what is asked.</param>
    public sealed record Voting(OpenApproval Approval, ImmutableArray<Vote> Votes, int Escalations, long OpenedAt) : StepState;

    /// <summary>What was asked has changed; the next round is to be opened.</summary>
    public sealed record Voided(int Round, string What) : StepState;

    public sealed record TaskOpen(DateTimeOffset Until, string Text) : StepState;

    public sealed record Waiting(DateTimeOffset Until, string? Signal) : StepState;

    /// <param name="Items">Of a <c>forEach</c>.</param>
    /// <param name="Arm">Of a <c>switch</c>: the body that runs.</param>
    /// <param name="Inputs">Of an inlined playbook.</param>
    public sealed record InBlock(ImmutableArray<JsonData> Items, string? Arm, JsonData? Inputs, Iterations Iterations,
        Catching? Caught) : StepState;

    /// <summary>Failed, and a person says what follows.</summary>
    /// <param name="Prior">What it was doing; null when it failed before it could start.</param>
    public sealed record AwaitingOrder(StepState? Prior, ErrorKind Kind, string Message, DateTimeOffset Until) : StepState;

    /// <summary>Over. <see cref="Prior"/> keeps what later steps and the evidence look at.</summary>
    public abstract record Ended(StepState? Prior, DateTimeOffset At) : StepState;

    public sealed record Succeeded(JsonData Output, StepState? Prior, DateTimeOffset At) : Ended(Prior, At);

    /// <param name="Then">stop, continue, or goto with the step's id.</param>
    public sealed record Failed(ErrorKind Kind, string Message, string Then, StepState? Prior, DateTimeOffset At) : Ended(Prior, At)
    {
        public bool Stops => Then == ThenStop;
    }

    public sealed record Skipped(string Reason, StepState? Prior, DateTimeOffset At) : Ended(Prior, At);

    internal const string ThenStop = "stop";
    internal const string ThenContinue = "continue";
}

/// <summary>A vote that was counted.</summary>
public sealed record Vote(string Person, bool Approves, bool SelfApproved, bool Scripted, DateTimeOffset At);

public enum Iteration { Running, Done, Failed }

public sealed record Catching(int Arm, string FailedPath, ErrorKind Kind);

/// <summary>Where the attempts of one action stand.</summary>
public abstract record Stage
{
    private Stage() { }

    /// <summary>Attempts begun so far in this redo, from 1; 0 before the first.</summary>
    public abstract int Attempt { get; init; }

    /// <summary>Nothing is under way.</summary>
    public sealed record Fresh : Stage
    {
        /// <summary>An earlier attempt never reported, and may still act until then.</summary>
        public DateTimeOffset? MayActUntil { get; init; }
        public override int Attempt { get; init; }
    }

    /// <param name="Owner">Who started it; another owner's attempt may never report.</param>
    /// <param name="Key">The effect's key; null in a state that was written before states kept it.</param>
    public sealed record Running(int Attempt, int Poll, DateTimeOffset Deadline, string? Token, string Owner, string? Key = null) : Stage
    {
        public override int Attempt { get; init; } = Attempt;
    }

    public sealed record Pending(int Attempt, int NextPoll, DateTimeOffset Deadline, string Token, DateTimeOffset AskAt, string? Progress) : Stage
    {
        public override int Attempt { get; init; } = Attempt;
    }

    /// <summary>Its deadline passed without a report.</summary>
    public sealed record Expired(int Attempt, int Poll, DateTimeOffset Deadline, DateTimeOffset At) : Stage
    {
        public override int Attempt { get; init; } = Attempt;
    }

    public sealed record Reported(int Attempt, ErrorKind Kind, string Message, TimeSpan? RetryAfter, DateTimeOffset At) : Stage
    {
        public override int Attempt { get; init; } = Attempt;
    }

    public sealed record Done(int Attempt, JsonData Output) : Stage
    {
        public override int Attempt { get; init; } = Attempt;
    }
}
