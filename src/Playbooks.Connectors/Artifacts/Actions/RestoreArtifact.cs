using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts.Actions;

/// <summary>
/// <c>artifacts.restore</c>: checks signature and every byte of a version, then moves the pointer once, if nobody else did since the attempt
/// began. Until that move nothing has happened; after it everything has.
/// </summary>
public sealed class RestoreArtifact(ArtifactStores stores) : IAction, IProbe
{
    public string Name => Catalogue.Restore;

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var slice = new Slice(stores.Time);
        var artifacts = stores.Open(call);
        var seen = await artifacts.RequirePointerAsync(cancellationToken);
        var record = await artifacts.Records.ReadVersionAsync(call.VersionInput()!.Value, cancellationToken);
        if (seen.Pointer.Key == call.Command.Key && !seen.Pointer.Moving)
            return Done(record, seen.Pointer);
        if (call.Command.Stopping)
            return Stopped(seen.Pointer);
        var token = CheckToken.Read(call.Command.Token, seen.Tag);
        if (token.Tag != seen.Tag.ToString() && seen.Pointer.Key != call.Command.Key)
            return new Outcome.Failed(ErrorKind.Conflict, $"The current version was changed by {seen.Pointer.MovedBy} during the check; nothing was changed here.");
        record.RequireSignature(artifacts.Verifier);
        if (token.NextFile == 0)
            await VersionCheck.ReadinessAsync(artifacts.Store, record, cancellationToken);
        if (await VersionCheck.BytesAsync(artifacts.Store, record, token.NextFile, slice, cancellationToken) is { } next)
            return stores.Time.AskAgain((token with { NextFile = next }).ToString(), next, record.Manifest.Files.Length, "checked");
        var pointer = artifacts.Next(record, seen, call.Command.Key, call.MovedBy());
        if (await artifacts.Store.MakeCurrentAsync(record, pointer, seen, slice, cancellationToken) is { } placed)
            return stores.Time.AskAgain((token with { NextFile = record.Manifest.Files.Length }).ToString(), placed, record.Manifest.Files.Length, "put in place");
        return Done(record, pointer);
    }

    private static Outcome.Succeeded Done(VersionRecord record, Pointer pointer) => ArtifactCall.Done(
        ("version", JsonData.Of(record.Version)), ("digest", JsonData.Of(record.Digest)),
        ("previous", JsonData.Of(pointer.Previous ?? record.Version)), ("previousDigest", JsonData.Of(pointer.PreviousDigest ?? record.Digest)),
        ("files", JsonData.Of(record.Manifest.Files.Length)), ("bytes", JsonData.Of(record.Manifest.TotalBytes)));

    private static Outcome.Failed Stopped(Pointer pointer) => pointer.Moving
        ? new(ErrorKind.OutcomeUnknown, "The run is stopping while files are being put in place; readers refuse to load until one version is whole again.")
        : new(ErrorKind.Transient, "The run is stopping; nothing was changed.");

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken) => new(
        await stores.CurrentAsync(call, cancellationToken), await stores.TargetAsync(call, cancellationToken) is { } version ? $"version {version} is current" : "a version that the run finds is current");
}
