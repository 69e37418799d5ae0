using System.Collections.Concurrent;
using Azure.Storage.Blobs;
using Playbooks.Connectors.Artifacts.Signing;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts.Stores;

/// <summary>Finds the artifacts of an environment's models.</summary>
public sealed class ArtifactStores(StorageClients storage, Secrets secrets, TimeProvider time)
{
    // A store of fixed paths remembers that its account keeps versions, so stores are kept.
    private readonly ConcurrentDictionary<(Uri, string, string, ArtifactLayout), IArtifactStore> stores = new();

    public TimeProvider Time => time;

    public ModelArtifacts Open(DeploymentEnvironment environment, string model)
    {
        var target = environment.Models.GetValueOrDefault(model)
            ?? throw new ActionFailedException(ErrorKind.Invalid, $"The environment {environment.Name} has no model named {model}.");
        var container = storage.Container(environment, target.Artifacts.At);
        var prefix = Prefix(target.Artifacts.At.Prefix);
        var store = stores.GetOrAdd((container.Uri, prefix, model, target.Artifacts.Layout), _ => Create(container, prefix, model, target.Artifacts.Layout));
        return new ModelArtifacts(model, target.Artifacts, store, ArtifactVerifier.Of(environment, secrets), time);
    }

    /// <summary>The environment's evidence container and the prefix in it.</summary>
    public (BlobContainerClient Container, string Prefix) Evidence(DeploymentEnvironment environment) =>
        (storage.Container(environment, environment.Evidence), Prefix(environment.Evidence.Prefix));

    public ArtifactSigner Signer(DeploymentEnvironment environment) => ArtifactSigner.Of(environment, secrets);

    /// <summary>For readers that know no environment, such as a model's service.</summary>
    public static IArtifactStore Create(BlobContainerClient container, string prefix, string model, ArtifactLayout layout) => layout switch
    {
        ArtifactLayout.Pointer => new PointerStore(container, Prefix(prefix), model),
        ArtifactLayout.VersionedPath => new VersionedPathStore(container, Prefix(prefix), model),
        _ => throw new System.Diagnostics.UnreachableException(layout.ToString()),
    };

    private static string Prefix(string prefix) => prefix.Length == 0 || prefix.EndsWith('/') ? prefix : prefix + "/";
}

/// <summary>One model's artifacts in one environment.</summary>
public sealed record ModelArtifacts(string Model, ArtifactTarget Target, IArtifactStore Store, ArtifactVerifier Verifier, TimeProvider Time)
{
    public ArtifactRecords Records => Store.Records;

    /// <exception cref="ActionFailedException">NotFound: nothing was ever made current.</exception>
    public async Task<SeenPointer> RequirePointerAsync(CancellationToken cancellationToken) =>
        await Records.ReadPointerAsync(cancellationToken)
            ?? throw new ActionFailedException(ErrorKind.NotFound, $"No version of {Model} was ever made current. Publish and promote one.");

    /// <summary>The version that readers get now, with a drill's corruption gone when its time is over.</summary>
    public async Task<VersionRecord> ReadCurrentAsync(SeenPointer seen, CancellationToken cancellationToken) =>
        await Records.ReadVersionAsync(seen.Pointer.VersionAt(Time.GetUtcNow()), cancellationToken);

    /// <summary>The pointer after a move to a version by an effect.</summary>
    public Pointer Next(VersionRecord target, SeenPointer? seen, string key, string movedBy)
    {
        var from = seen?.Pointer;
        // A half-made move or the effect's own earlier try is not "before".
        var skip = from is not null && (from.Moving || from.Key == key);
        return new Pointer(target.Version, target.Digest, key, movedBy, Time.GetUtcNow(), skip ? from!.Previous : from?.Version,
            skip ? from!.PreviousDigest : from?.Digest) { Chaos = target.Manifest.Chaos };
    }
}
