using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>
/// What ought to be outstanding now. A shell starts what is not outstanding, cancels timers that are no longer wanted,
/// and does nothing else.
/// </summary>
public abstract record Command
{
    private Command() { }

    /// <summary>Deterministic; two commands with the same id are the same command.</summary>
    public abstract string Name { get; }

    /// <summary>Runs an action. Before the effect, <see cref="RunEvent.AttemptStarted"/> must be durable.</summary>
    /// <param name="Key">Effect key: the same for every attempt and poll of one step and redo.</param>
    /// <param name="Deadline">No connector starts an effect after it.</param>
    /// <param name="Token">Of the answer <see cref="Outcome.Pending"/> that this poll follows.</param>
    /// <param name="Stopping">The run or block is draining: finish or give up quickly, start nothing new.</param>
    public sealed record RunAction(CommandId Id, string Key, ActionDeclaration Action, JsonData Inputs, DateTimeOffset Deadline,
        string? Token, bool Stopping) : Command
    {
        public override string Name => Id.ToString();
        /// <summary>Resolved when the step starts, so that the undo reads nothing later.</summary>
        public JsonData? UndoInputs { get; init; }
        /// <summary>Answers what it would do, without doing it (a drill's <c>simulate</c>).</summary>
        public bool Simulate { get; init; }
    }

    /// <summary>Wakes the run at the instant; <see cref="RunEvent.TimerFired"/> follows.</summary>
    public sealed record StartTimer(string Id, DateTimeOffset DueAt) : Command
    {
        public override string Name => "timer/" + Id;
    }

    /// <summary>Asks people to vote. Outstanding while the approval is open; channels show it and take it down with it.</summary>
    public sealed record AskForVotes(OpenApproval Approval) : Command
    {
        public override string Name => $"votes/{Approval.Path}/{Approval.Round}/{Approval.Roles.Length}";
    }

    /// <summary>Asks a person to do something by hand, or to order what follows a failure.</summary>
    public sealed record AskPerson(string Path, string Role, string Text, DateTimeOffset Until, AskFor What) : Command
    {
        public override string Name => $"ask/{Path}/{WireName.Of(What)}";
    }

    /// <summary>Tells people something once; <see cref="RunEvent.Told"/> or <see cref="RunEvent.TellFailed"/> follows. Nothing waits for it.</summary>
    public sealed record Tell(string Id, string Role, string Text) : Command
    {
        public override string Name => "tell/" + Id;
    }

    /// <summary>Writes the chain's head to another identity's storage. Nothing waits for it.</summary>
    /// <param name="Sequence">The event whose hash is the head to write.</param>
    public sealed record AnchorHead(string Id, long Sequence) : Command
    {
        public override string Name => "anchor/" + Id;
    }

    /// <summary>Raises the drill's alert, because nothing watches in this environment.</summary>
    public sealed record RaiseAlert : Command
    {
        public override string Name => "raise-alert";
    }
}

public enum AskFor { Confirmation, Order }
