using Playbooks.Connectors.Storage;
using Playbooks.Core;

namespace Playbooks.Connectors;

/// <summary>What the actions need of the program that they run in.</summary>
/// <param name="Storage">Clients for the storage accounts of environments.</param>
/// <param name="Secrets">Resolves secrets by reference.</param>
/// <param name="Time">The clock of deadlines and waits.</param>
public sealed record ActionHost(StorageClients Storage, Secrets Secrets, TimeProvider Time)
{
    /// <summary>Folder that the suites' files are relative to: the one of the environment file.</summary>
    public required string SuiteFolder { get; init; }

    /// <summary>Tells a channel (its logical name) a text; returns how it was delivered.</summary>
    public required Func<string, string, CancellationToken, Task<string>> Notify { get; init; }

    /// <summary>A run's events so far, in order; asked only while an action runs, so the shell may be made after the actions.</summary>
    public required Func<string, CancellationToken, Task<IReadOnlyList<StoredEvent>>> ReadJournal { get; init; }
}
