using System.Globalization;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts.Actions;

/// <summary><c>artifacts.verify</c>: signature, lengths and digests of a version, to the last byte.</summary>
public sealed class VerifyArtifact(ArtifactStores stores) : IAction, IProbe
{
    public string Name => "artifacts.verify";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var slice = new Slice(stores.Time);
        var artifacts = stores.Open(call);
        // A later poll goes on with the version that the first one chose.
        var token = CheckToken.Read(call.Command.Token, null);
        var version = call.VersionInput() ?? (token.Tag.Length > 0 ? int.Parse(token.Tag, CultureInfo.InvariantCulture)
            : (await artifacts.RequirePointerAsync(cancellationToken)).Pointer.VersionAt(stores.Time.GetUtcNow()));
        var record = await artifacts.Records.ReadVersionAsync(version, cancellationToken);
        record.RequireSignature(artifacts.Verifier);
        if (token.NextFile == 0)
            await VersionCheck.ReadinessAsync(artifacts.Store, record, cancellationToken);
        if (await VersionCheck.BytesAsync(artifacts.Store, record, token.NextFile, slice, cancellationToken) is { } next)
            return stores.Time.AskAgain(new CheckToken(next, version.ToString(CultureInfo.InvariantCulture)).ToString(), next,
                record.Manifest.Files.Length, "checked");
        return ArtifactCall.Done(("version", JsonData.Of(record.Version)), ("digest", JsonData.Of(record.Digest)),
            ("files", JsonData.Of(record.Manifest.Files.Length)), ("bytes", JsonData.Of(record.Manifest.TotalBytes)));
    }

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        await stores.TargetAsync(call, cancellationToken);
        return new Probed(await stores.CurrentAsync(call, cancellationToken), "unchanged");
    }
}
