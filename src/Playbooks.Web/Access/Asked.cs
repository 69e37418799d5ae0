using Playbooks.Core.Decisions;

namespace Playbooks.Web.Access;

/// <summary>What somebody asks of a run, and how its answer is found in the run's journal.</summary>
/// <param name="RequestId">Unique in the run: the person's own id behind the person.</param>
/// <param name="Path">Of the step that it is about; null for the run.</param>
/// <param name="Event">As it would be recorded.</param>
internal sealed record Asked(Operation Operation, string RequestId, string? Path, RunEvent Event)
{
    /// <summary>Whether the journal may hold it already. A confirmation has no id; it is looked for once its step is over.</summary>
    public bool MayBeRepeat(Run run) => Event switch
    {
        RunEvent.VoteCast vote => run.Seen.Contains("vote/" + vote.VoteId),
        RunEvent.OrderGiven order => run.Seen.Contains("order/" + order.OrderId),
        RunEvent.TaskConfirmed task => run.StateOf(task.Path) is StepState.Ended,
        // Anything may be sent with any id, and runs do not remember it.
        RunEvent.SignalReceived => true,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The same id.</summary>
    public bool Names(RunEvent stored) => (Event, stored) switch
    {
        (RunEvent.VoteCast asked, RunEvent.VoteCast found) => asked.VoteId == found.VoteId,
        (RunEvent.OrderGiven asked, RunEvent.OrderGiven found) => asked.OrderId == found.OrderId,
        (RunEvent.SignalReceived asked, RunEvent.SignalReceived found) => asked.SignalId == found.SignalId,
        (RunEvent.TaskConfirmed asked, RunEvent.TaskConfirmed found) => (asked.Path, asked.Person, asked.Note) == (found.Path, found.Person, found.Note),
        _ => false,
    };

    /// <summary>The same content; groups may have changed since, and the instant has.</summary>
    public bool Equals(RunEvent stored) => (Event, stored) switch
    {
        (RunEvent.VoteCast asked, RunEvent.VoteCast found) => asked == found with { Roles = asked.Roles, Via = asked.Via, At = asked.At },
        (RunEvent.OrderGiven asked, RunEvent.OrderGiven found) => asked == found with { Roles = asked.Roles, Via = asked.Via, At = asked.At },
        (RunEvent.SignalReceived asked, RunEvent.SignalReceived found) => asked == found with { At = asked.At },
        (RunEvent.TaskConfirmed asked, RunEvent.TaskConfirmed found) => Names(found) && asked.Person == found.Person,
        _ => false,
    };

    /// <summary>Null where the event says nothing about it.</summary>
    public Judgement? JudgedBy(RunEvent stored) => (Event, stored) switch
    {
        (RunEvent.VoteCast asked, RunEvent.VoteCounted found) when asked.VoteId == found.VoteId => Judgement.Taken,
        (RunEvent.VoteCast asked, RunEvent.VoteRefused found) when asked.VoteId == found.VoteId => Judgement.Refused(found.Reason),
        (RunEvent.OrderGiven asked, RunEvent.OrderTaken found) when asked.OrderId == found.OrderId => Judgement.Taken,
        (RunEvent.OrderGiven asked, RunEvent.OrderRefused found) when asked.OrderId == found.OrderId => Judgement.Refused(found.Why),
        (RunEvent.TaskConfirmed asked, RunEvent.StepSucceeded found) when asked.Path == found.Path && found.Output?["by"]?.AsString() == asked.Person => Judgement.Taken,
        (RunEvent.TaskConfirmed asked, RunEvent.TaskRefused found) when asked.Path == found.Path && asked.Person == found.Person => Judgement.Refused(found.Reason),
        // Nobody judges a signal: it is there for whoever waits for it.
        (RunEvent.SignalReceived, RunEvent.SignalReceived found) when Names(found) => Judgement.Taken,
        _ => null,
    };
}
