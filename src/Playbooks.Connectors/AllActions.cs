using Playbooks.Connectors.Artifacts.Actions;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Storage;

namespace Playbooks.Connectors;

/// <summary>Every action of the catalogue with the class that does it. A test compares the two lists.</summary>
public static class AllActions
{
    public static ActionSet Create(StorageClients storage, Secrets secrets, TimeProvider time)
    {
        var artifacts = new ArtifactStores(storage, secrets, time);
        return new ActionSet(
        [
            new PreserveArtifact(artifacts), new LastKnownGood(artifacts), new RestoreArtifact(artifacts), new PromoteArtifact(artifacts),
            new VerifyArtifact(artifacts),
        ], time);
    }
}
