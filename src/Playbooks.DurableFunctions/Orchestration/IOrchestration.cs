namespace Playbooks.DurableFunctions.Orchestration;

/// <summary>
/// What the orchestrator needs of a durable orchestration context, one to one, so that the host's translation has nothing to decide and a
/// replay runner can stand in its place. All that goes through it is text that this project writes and reads: the form that is tested is the
/// form that lies in the history.
/// </summary>
public interface IOrchestration
{
    /// <summary>The run's id.</summary>
    string InstanceId { get; }

    /// <summary>The present instant as the history knows it; the same in every replay.</summary>
    DateTimeOffset Now { get; }

    /// <summary>What this generation was started with.</summary>
    string Input { get; }

    /// <summary>Calls an activity by name. Faults when it has failed for good.</summary>
    Task<string> ActAsync(string activity, string input);

    /// <summary>Completes at the instant; is cancelled with the token.</summary>
    Task TimerAsync(DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>The next of the external events, all of one name. One wait at a time, and never with a limit: both lose events.</summary>
    Task<string> NextSignalAsync();

    /// <summary>Ends this generation and begins the next. Events that nobody has waited for yet are kept; nothing may be outstanding.</summary>
    void ContinueAsNew(string input);

    /// <summary>What who asks about the instance is shown; at most 16 KB.</summary>
    void SetStatus(string status);
}
