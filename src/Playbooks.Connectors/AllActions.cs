using Playbooks.Connectors.Artifacts.Actions;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Connectors.Evidence;
using Playbooks.Connectors.Storage;
using Playbooks.Core;

namespace Playbooks.Connectors;

/// <summary>Every action of the catalogue with the class that does it. A test compares the two lists.</summary>
public static class AllActions
{
    /// <param name="readJournal">A run's events so far; asked only while an action runs, so the shell may be made after the actions.</param>
    public static ActionSet Create(StorageClients storage, Secrets secrets, TimeProvider time,
        Func<string, CancellationToken, Task<IReadOnlyList<StoredEvent>>> readJournal)
    {
        var artifacts = new ArtifactStores(storage, secrets, time);
        return new ActionSet(
        [
            new PreserveArtifact(artifacts), new LastKnownGood(artifacts), new RestoreArtifact(artifacts), new PromoteArtifact(artifacts),
            new VerifyArtifact(artifacts), new PublishEvidence(storage, readJournal),
            new ReprocessDeadLetters(storage, time),
        ], time);
    }
}
