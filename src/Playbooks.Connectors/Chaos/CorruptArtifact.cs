using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Artifacts.Actions;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Chaos;

/// <summary>
/// <c>chaos.corruptArtifact</c>: puts a corrupted version in a model's place. The same effect again answers the same version and end.
/// </summary>
public sealed class CorruptArtifact(ArtifactStores stores) : IAction, IProbe
{
    private readonly ArtifactCorruption corruption = new(stores);

    public string Name => "chaos.corruptArtifact";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var until = stores.Time.GetUtcNow() + TimeToLive.Of(call);
        var corrupted = await corruption.PutCorruptedAsync(call.Environment, call.Inputs["model"]!.AsString()!, until, call.Command.Key, call.MovedBy(),
            cancellationToken);
        // The version says when it ends: an earlier try's clock counts, not this one's.
        return new Outcome.Succeeded(JsonData.Object(
            ("version", JsonData.Of(corrupted.Version)), ("until", TimeToLive.Json(corrupted.Manifest.Chaos?.Until ?? until))));
    }

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken) =>
        new(await stores.CurrentAsync(call, cancellationToken), "a corrupted version is current for a while");
}
