using Azure.Storage.Blobs.Specialized;

namespace Playbooks.Connectors.Artifacts.Stores;

/// <summary>Where a model's versions lie and how one becomes current. Two layouts keep this contract.</summary>
public interface IArtifactStore
{
    ArtifactRecords Records { get; }

    /// <summary>True where what is put is live at once, so that publishing is promoting; the pointer says "moving" meanwhile.</summary>
    bool WritesInPlace { get; }

    /// <summary>Puts a file's content and says how to find it again. Putting the same content twice changes nothing.</summary>
    Task<ManifestFile> PutAsync(ManifestFile file, Func<Stream> open, CancellationToken cancellationToken);

    /// <summary>The blob of a version's file, exactly as recorded.</summary>
    Task<BlobBaseClient> LocateAsync(ManifestFile file, CancellationToken cancellationToken);

    /// <summary>The file as readers get it while its version is current.</summary>
    BlobBaseClient LocateCurrent(ManifestFile file);

    /// <summary>
    /// The files that readers get now, by name, whether or not they are what the version says. Null instead of a version where its record
    /// is damaged.
    /// </summary>
    IAsyncEnumerable<(string Name, BlobBaseClient Blob)> ListCurrentAsync(VersionRecord? current, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a version whose bytes were checked current. Repeatable: after a crash the same call ends the same.
    /// </summary>
    /// <param name="next">The pointer as it shall be.</param>
    /// <param name="seen">The pointer that <paramref name="next"/> follows; if another is there, it is a conflict.</param>
    /// <param name="slice">When its time is over, the answer is how many files are done instead of null.</param>
    Task<int?> MakeCurrentAsync(VersionRecord target, Pointer next, SeenPointer? seen, Slice slice, CancellationToken cancellationToken);
}

/// <summary>One call's share of long work: no call may take over a minute, so work stops starting new pieces well before.</summary>
public readonly struct Slice(TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    private readonly long started = time.GetTimestamp();

    public bool IsOver => time.GetElapsedTime(started) >= Length;
}
