namespace Playbooks.DurableFunctions.Runs;

/// <summary>What is needed of a durable task client. Where the task hub does not answer, each throws <see cref="IOException"/>.</summary>
public interface IInstances
{
    /// <summary>Makes an instance of the run's orchestration; nothing happens when the id is that of a living one.</summary>
    Task ScheduleAsync(string instanceId, string input, CancellationToken cancellationToken);

    /// <returns>False when there is no such instance, or it is over.</returns>
    Task<bool> RaiseAsync(string instanceId, string signal, CancellationToken cancellationToken);

    /// <summary>Whether there is such an instance and it is not over.</summary>
    Task<bool> LivesAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>Removes the histories of instances that were made before an instant and are over: the journals are the record.</summary>
    /// <returns>How many there were.</returns>
    Task<int> PurgeAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken);
}
