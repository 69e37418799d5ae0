namespace Playbooks.DurableFunctions.Runs;

/// <summary>What is needed of a durable task client, one to one.</summary>
public interface IInstances
{
    /// <summary>Makes an instance of the run's orchestration; nothing happens when the id is taken.</summary>
    Task ScheduleAsync(string instanceId, string input, CancellationToken cancellationToken);

    /// <returns>False when there is no such instance, or it is over.</returns>
    Task<bool> RaiseAsync(string instanceId, string signal, CancellationToken cancellationToken);

    /// <summary>Custom statuses of all instances, by id; null where none was set yet.</summary>
    Task<IReadOnlyList<KeyValuePair<string, string?>>> StatusesAsync(CancellationToken cancellationToken);
}
