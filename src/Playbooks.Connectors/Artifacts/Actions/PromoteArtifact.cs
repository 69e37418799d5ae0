using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts.Actions;

/// <summary>
/// <c>artifacts.promote</c>: makes a signed version current. As an undo it puts back what was there before, good or not: the model is
/// isolated then, and a drill's corruption must come back with its end.
/// </summary>
public sealed class PromoteArtifact(ArtifactStores stores) : IAction, IProbe
{
    public string Name => "artifacts.promote";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var slice = new Slice(stores.Time);
        var artifacts = stores.Open(call);
        var seen = await artifacts.Records.ReadPointerAsync(cancellationToken);
        var record = await artifacts.Records.ReadVersionAsync(call.VersionInput()!.Value, cancellationToken);
        if (seen?.Pointer is { Moving: false } pointer && pointer.Key == call.Command.Key)
            return Done(record);
        if (call.Command.Id.Purpose != Purpose.Undo)
        {
            record.RequireSignature(artifacts.Verifier);
            await VersionCheck.ReadinessAsync(artifacts.Store, record, cancellationToken);
        }
        var next = artifacts.Next(record, seen, call.Command.Key, call.MovedBy());
        return await artifacts.Store.MakeCurrentAsync(record, next, seen, slice, cancellationToken) is { } placed
            ? stores.Time.AskAgain(call.Command.Key, placed, record.Manifest.Files.Length, "put in place") : Done(record);
    }

    private static Outcome.Succeeded Done(VersionRecord record) =>
        ArtifactCall.Done(("version", JsonData.Of(record.Version)), ("digest", JsonData.Of(record.Digest)));

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken) => new(
        await stores.CurrentAsync(call, cancellationToken), await stores.TargetAsync(call, cancellationToken) is { } version ? $"version {version} is current" : "a version that the run finds is current");
}
