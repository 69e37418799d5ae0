using System.Collections.Immutable;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core;

/// <summary>What shells need of the outside world: actions of the catalogue.</summary>
public interface IActions
{
    /// <summary>
    /// Runs one attempt or poll. Returns within a minute, by answering <see cref="Outcome.Pending"/> where the work is longer.
    /// Throws only for defects of ours; the shell turns that into <see cref="ErrorKind.Bug"/> or, where the effect may have happened,
    /// <see cref="ErrorKind.OutcomeUnknown"/>.
    /// </summary>
    Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken);
}

/// <summary>What shells need to reach people: terminal now, Teams through the same seam. The journal keeps the message of what it throws: never a secret.</summary>
public interface IPeople
{
    /// <summary>Tells the holders of a role something. Returns how it was delivered.</summary>
    Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken);

    /// <summary>Shows an open approval, or takes it down when <paramref name="open"/> is false. Idempotent.</summary>
    Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken);

    /// <summary>Shows that somebody is awaited, or takes it down. Idempotent.</summary>
    Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken);
}

/// <summary>What shells need to make a chain's head known outside. The journal keeps the message of what it throws: never a secret.</summary>
public interface IAnchors
{
    /// <summary>Writes the head where another identity keeps it; create-only, so that a repeat is harmless. Returns the location.</summary>
    Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken);
}

/// <summary>What pages and verbs need of a shell. Every method that changes something returns after it is durable.</summary>
public interface IRuns
{
    /// <summary>Starts a run, or says why not. The same <see cref="StartRequest.RequestId"/> twice starts one run.</summary>
    Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken);

    /// <summary>Appends an event from outside (vote, order, signal, confirmation). Its <c>At</c> is set by the shell.</summary>
    /// <returns>False when the run does not exist.</returns>
    Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken);

    Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken);

    Task<Run?> FindAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The journal from a sequence on, in order.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken);
}

/// <summary>Alerts as they arrived. A delivery is durable before its sender is answered, and stays with what became of it.</summary>
public interface IAlertInbox
{
    /// <summary>Keeps a delivery, and returns after it is durable.</summary>
    /// <returns>False when it had been kept before; it stays as it was.</returns>
    Task<bool> KeepAsync(ReceivedAlert alert, CancellationToken cancellationToken);

    /// <summary>Says what became of a delivery. The first word stays.</summary>
    Task SettleAsync(string delivery, AlertFate fate, CancellationToken cancellationToken);

    /// <summary>Deliveries of which nothing has become yet, oldest first.</summary>
    IReadOnlyList<KeptAlert> Unsettled(int atMost);

    /// <summary>The latest deliveries before a number, newest first.</summary>
    /// <param name="before">Null for the very latest.</param>
    IReadOnlyList<KeptAlert> Latest(long? before, int atMost);

    /// <summary>Deliveries of one alert that are looked at: a sender that uses one id for ever is not to fill the memory.</summary>
    const int OfAlertMax = 64;

    /// <summary>The latest deliveries of one alert, at most <see cref="OfAlertMax"/>, in the order of arrival.</summary>
    IReadOnlyList<KeptAlert> OfAlert(string alertId);
}

/// <summary>Who somebody is and what groups they belong to, as those know who keep people.</summary>
public interface IDirectory
{
    /// <summary>Asked each time somebody wants to decide something; what is answered then is not older than a few seconds.</summary>
    /// <param name="person">An id as environments name it.</param>
    Task<PersonLookup> LookUpAsync(DeploymentEnvironment environment, string person, CancellationToken cancellationToken);
}

/// <summary>What a directory knows of a person.</summary>
public abstract record PersonLookup
{
    private PersonLookup() { }

    /// <param name="Name">For people to read; not an id.</param>
    /// <param name="Groups">Names in <see cref="DeploymentEnvironment.Roles"/> that the person belongs to.</param>
    /// <param name="IsGuest">Invited from elsewhere; decides nothing.</param>
    /// <param name="IsEnabled">False for an account that is switched off.</param>
    public sealed record Known(string Name, ImmutableArray<string> Groups, bool IsGuest, bool IsEnabled) : PersonLookup;

    public sealed record Unknown : PersonLookup;

    /// <summary>Nobody can tell now. Nothing is decided on a guess.</summary>
    public sealed record Unavailable(string Reason) : PersonLookup;
}

/// <summary>Whether the engine goes on.</summary>
/// <param name="Problem">What it waits for, one sentence with what a person can do; null when it waits for nothing.</param>
/// <param name="WaitsSince">Null when it waits for nothing.</param>
public sealed record EngineHealth(string? Problem, DateTimeOffset? WaitsSince)
{
    public static EngineHealth Well { get; } = new(null, null);
}

/// <summary>One attempt or poll of an action, with all that it may know.</summary>
/// <param name="Command">What to do, with key, deadline and token.</param>
public sealed record ActionCall(string RunId, RunMode Mode, DeploymentEnvironment Environment, Command.RunAction Command)
{
    /// <summary>Alert's own context; some actions quote it.</summary>
    public JsonData Inputs => Command.Inputs;
}

/// <summary>An event as it lies in the journal.</summary>
/// <param name="Sequence">From 1, without gaps, per run.</param>
/// <param name="Hash">SHA-256 of previous hash and stored bytes, lower hex; see <c>Evidence/HashChain</c>.</param>
/// <param name="Json">The stored bytes, exactly.</param>
public sealed record StoredEvent(string RunId, long Sequence, RunEvent Event, string Hash, ReadOnlyMemory<byte> Json);

/// <param name="RequestId">Makes a start idempotent.</param>
/// <param name="DetectedReason">Why <paramref name="DetectedAt"/> is not now; needed whenever a person gives it.</param>
public sealed record StartRequest(string RequestId, Playbook Playbook, DeploymentEnvironment Environment, RunMode Mode, JsonData Inputs, JsonData? Alert,
    string StartedBy, DateTimeOffset? OccurredAt, DateTimeOffset? DetectedAt, string? DetectedReason);

/// <summary>What became of a start.</summary>
public abstract record StartResult
{
    private StartResult() { }

    public sealed record Started(string RunId) : StartResult;
    /// <summary>The alert joined a run of the same key.</summary>
    public sealed record Attached(string RunId) : StartResult;
    public sealed record Queued(int Position) : StartResult;
    /// <summary>Held back by the cooldown after a run's end.</summary>
    public sealed record HeldBack(string EndedRunId, DateTimeOffset Until) : StartResult;
    public sealed record Rejected(ImmutableArray<string> Reasons) : StartResult;
}

/// <summary>A run in one line.</summary>
public sealed record RunSummary(string RunId, string Playbook, string Version, RunMode Mode, string Environment, RunState State, RunOutcome? Outcome,
    RtoVerdict? Verdict, DateTimeOffset CreatedAt, DateTimeOffset? DetectedAt, DateTimeOffset? Deadline, DateTimeOffset? EndedAt, string? WaitingFor)
{
    /// <summary>When the service had recovered: the RTO clock stands still since. Null where a model was isolated again: it never stopped.</summary>
    public DateTimeOffset? RecoveredAt { get; init; }
}

public enum RunState { Injecting, AwaitingDetection, Recovering, Paused, Stopping, Finishing, Ended, Parked }
