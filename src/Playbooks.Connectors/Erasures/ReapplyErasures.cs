using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Erasures;

/// <summary>
/// <c>erasures.reapply</c>: a restore brings back data sets from before some subjects were erased; this takes those subjects out again,
/// publishes what is left as a new signed version and makes it current. Then it reads that version back and counts: a record of an erased
/// subject that is still there fails the step, so that nothing recovers on it.
/// <para>
/// Repeating it counts from the version it started from, so that the same answer comes out. What it cannot do: unlearn. A model that was
/// trained on the erased records must be judged by people.
/// </para>
/// </summary>
internal sealed class ReapplyErasures(ArtifactStores stores, StorageClients storage) : IAction, IProbe
{
    public string Name => Catalogue.ReapplyErasures;

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var model = call.Inputs["model"]!.AsString()!;
        var artifacts = stores.Open(call.Environment, model);
        var since = Since(call);
        if (call.Environment.Erasures is not { } table)
            throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} names no erasure ledger.");
        if (artifacts.Target is { HoldsPersonalData: true, DataSets.IsEmpty: true })
            throw new ActionFailedException(ErrorKind.Invalid, $"{model} holds personal data, but the environment names no data sets of it.");

        var erased = await ErasureLedger.Open(storage, call.Environment, table, stores.Time).SubjectsSinceAsync(model, since, cancellationToken);
        var current = await CurrentAsync(artifacts, cancellationToken);
        // An earlier try of this effect may have got to the end without being heard.
        var from = current.Manifest.Key == call.Command.Key && current.Manifest.DerivedFrom is { } derivedFrom
            ? await artifacts.Records.ReadVersionAsync(derivedFrom, cancellationToken) : current;
        var before = await CleanAsync(artifacts, from, erased, cancellationToken);
        var removed = before.Sum(file => file.Data.Removed);
        if (removed > 0)
        {
            var replacements = before.Where(file => file.Data.Removed > 0).ToDictionary(file => file.Name, file => file.Data.Bytes);
            current = await new ArtifactPublisher(stores).DeriveAsync(call.Environment, model, from, replacements, call.Command.Key,
                $"run {call.RunId}", $"version {from.Version} without {removed} records of erased subjects", cancellationToken);
        }
        // Counted in what is current now, read back, not in what was meant to be written.
        var now = await CurrentAsync(artifacts, cancellationToken);
        var remaining = (await CleanAsync(artifacts, now, erased, cancellationToken)).Sum(file => file.Data.Removed);
        if (remaining > 0 || now.Version != current.Version)
            throw new ActionFailedException(ErrorKind.Integrity,
                $"{remaining} records of erased subjects are in version {now.Version} of {model}, which is current; the model must not serve.");
        return new Outcome.Succeeded(JsonData.Object(("erasures", JsonData.Of(erased.Entries)), ("removed", JsonData.Of(removed)),
            ("remaining", JsonData.Of(remaining)), ("digest", JsonData.Of(now.Digest)), ("version", JsonData.Of(now.Version))));
    }

    private static async Task<VersionRecord> CurrentAsync(ModelArtifacts artifacts, CancellationToken cancellationToken)
    {
        var current = await artifacts.ReadCurrentAsync(await artifacts.RequirePointerAsync(cancellationToken), cancellationToken);
        current.RequireSignature(artifacts.Verifier);
        return current;
    }

    private static async Task<List<(string Name, DataSet Data)>> CleanAsync(ModelArtifacts artifacts, VersionRecord version, ErasedSubjects erased,
        CancellationToken cancellationToken)
    {
        var cleaned = new List<(string, DataSet)>();
        foreach (var (name, property) in artifacts.Target.DataSets)
        {
            var file = version.Manifest.Find(name) ?? throw new ActionFailedException(ErrorKind.Integrity,
                $"Version {version.Version} of {artifacts.Model} has no data set {name}, which the environment says holds subjects.");
            var bytes = await ReadAsync(artifacts, version, file, cancellationToken);
            cleaned.Add((name, DataSet.Without(bytes, name, property, erased.ContainsSubject)));
        }
        return cleaned;
    }

    private static async Task<byte[]> ReadAsync(ModelArtifacts artifacts, VersionRecord version, ManifestFile file, CancellationToken cancellationToken)
    {
        if (file.Size > DataSet.FileMaxBytes)
            throw new ActionFailedException(ErrorKind.Invalid, $"The data set {file.Name} has more than {DataSet.FileMaxBytes} bytes.");
        try
        {
            var blob = await artifacts.Store.LocateAsync(file, cancellationToken);
            var bytes = (await blob.DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) == file.Sha256)
                return bytes;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            throw Wrong("is missing");
        }
        throw Wrong("is not what the version says");

        ActionFailedException Wrong(string how) => new(ErrorKind.Integrity, $"{file.Name} of version {version.Version} of {artifacts.Model} {how}.");
    }

    private static DateTimeOffset Since(ActionCall call) =>
        DateTimeOffset.TryParse(call.Inputs["since"]?.AsString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? since
            : throw new ActionFailedException(ErrorKind.Invalid, $"since must be an instant; it is {call.Inputs["since"]?.Text}.");

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var model = call.Inputs["model"]!.AsString()!;
        if (call.Environment.Erasures is not { } table)
            throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} names no erasure ledger.");
        if (stores.Open(call.Environment, model).Target is { HoldsPersonalData: true, DataSets.IsEmpty: true })
            throw new ActionFailedException(ErrorKind.Invalid, $"{model} holds personal data, but the environment names no data sets of it.");
        var entries = 0;
        try
        {
            await foreach (var erasure in ErasureLedger.Open(storage, call.Environment, table, stores.Time).ReadSinceAsync(DateTimeOffset.UnixEpoch, cancellationToken))
                entries += erasure.Scope == model || erasure.Scope == ErasureLedger.Everywhere ? 1 : 0;
        }
        catch (RequestFailedException none) when (none.Status == 404)
        {
            // Made by whoever first writes to it or acts on it; looking makes nothing.
        }
        return new Probed($"{entries} erasures are recorded for {model}", "none of the people erased since the restored version was made is in it");
    }
}
