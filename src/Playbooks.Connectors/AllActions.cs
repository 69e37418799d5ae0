using Playbooks.Connectors.Artifacts.Actions;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Chaos;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Connectors.Erasures;
using Playbooks.Connectors.Evidence;
using Playbooks.Connectors.Http;
using Playbooks.Connectors.People;
using Playbooks.Connectors.Serving;

namespace Playbooks.Connectors;

/// <summary>Every action of the catalogue with the class that does it. A test compares the two lists.</summary>
public static class AllActions
{
    public static ActionSet Create(ActionHost host)
    {
        var artifacts = new ArtifactStores(host.Storage, host.Secrets, host.Time);
        return new ActionSet(
        [
            new PreserveArtifact(artifacts), new LastKnownGood(artifacts), new RestoreArtifact(artifacts), new PromoteArtifact(artifacts),
            new VerifyArtifact(artifacts), new PublishEvidence(host.Storage, host.ReadJournal),
            new ReprocessDeadLetters(host.Storage, host.Time), new ReapplyErasures(artifacts, host.Storage),
            new IsolateModel(host.Storage, host.Time), new RejoinModel(host.Storage, host.Time), new ReloadModel(host.Time), new VerifyModel(host),
            new Notify(host.Notify),
            new HttpRequest(host.Secrets, host.Time), new HttpGet(host.Secrets, host.Time),
            new CorruptArtifact(artifacts), new AddDeadLetters(host.Storage, artifacts, host.Time), new FaultModel(),
        ], host.Time);
    }
}
