namespace Playbooks.Disk.Tests.Simulated;

/// <summary>
/// A disk in memory that SQLite and the journal use like a real one. It writes down what is done to it and fails when it is told to.
/// Each has a folder of its own in the one file system that SQLite knows as <c>sim</c>.
/// </summary>
internal sealed class SimulatedDisk : Playbooks.Sqlite.Disk, IDisposable
{
    private static readonly Dictionary<string, SimulatedDisk> Mounted = new(StringComparer.Ordinal);

    private readonly Dictionary<string, SimulatedFile> names = new(StringComparer.Ordinal);
    private readonly string folder;
    private int nextFile, locks;

    /// <param name="slot">Names the folder. The journal's paths are the same for the same slot, one disk after the other.</param>
    public SimulatedDisk(string slot)
    {
        SimulatedVfs.Register();
        folder = "/" + slot;
        lock (Mounted)
            Mounted.Add(folder, this);
    }

    public object Gate { get; } = new();
    public string Journal => folder + "/journal.db";
    public long CheckpointAfter { get; init; } = 32 * 1024;
    public string SynchronousMode { get; init; } = "FULL";

    /// <summary>Null where nobody will look at it.</summary>
    public List<DiskOperation>? Log { get; init; }

    /// <summary>Decides whether a call fails; asked with the gate held.</summary>
    public Func<DiskCall, DiskFault>? Fail { get; set; }

    /// <summary>Journals on it are too large for an opening to look at every page.</summary>
    public bool HasLargeJournals { get; init; }

    internal override long WholeCheckMaxBytes => HasLargeJournals ? 0 : base.WholeCheckMaxBytes;
    internal override long CheckpointAfterBytes => CheckpointAfter;
    internal override string Synchronous => SynchronousMode;
    internal override string SourceOf(string path) => $"file:{path}?vfs={SimulatedVfs.Name}";

    public static SimulatedDisk Of(string path)
    {
        lock (Mounted)
            return Mounted[path[..path.IndexOf('/', 1)]];
    }

    /// <summary>Puts a file there as it is, durable.</summary>
    public void Put(string name, PagedBytes content) => names[folder + "/" + name] = new SimulatedFile(nextFile++, content);

    public IEnumerable<(string Name, PagedBytes Content)> Files()
    {
        lock (Gate)
            return [.. names.Select(entry => (entry.Key[(folder.Length + 1)..], entry.Value.Content.Copy()))];
    }

    public void Acknowledge()
    {
        lock (Gate)
            Log?.Add(new DiskOperation.Acknowledged());
    }

    internal override IDisposable Lock(string path)
    {
        if (Interlocked.Exchange(ref locks, 1) != 0)
            throw new IOException($"'{path}.lock' is in use.");
        return new Unlocking(this);
    }

    internal override bool Exists(string path)
    {
        lock (Gate)
            return names.ContainsKey(path);
    }

    internal override long SizeOf(string path)
    {
        lock (Gate)
            return names.TryGetValue(path, out var file) ? file.Content.Length : throw new FileNotFoundException(null, path);
    }

    internal override int ReadStart(string path, Span<byte> start)
    {
        lock (Gate)
        {
            FailOf(DiskCall.Read);
            return names.TryGetValue(path, out var file) ? file.Content.Read(0, start) : throw new FileNotFoundException(null, path);
        }
    }

    internal override void Delete(string path)
    {
        lock (Gate)
        {
            FailOf(DiskCall.Delete);
            Remove(path);
        }
    }

    internal override void MoveIntoPlace(string beside, string path)
    {
        lock (Gate)
        {
            FailOf(DiskCall.Move);
            names.Remove(beside, out var file);
            names.Add(path, file!);
            Log?.Add(new DiskOperation.Rename(Short(beside), Short(path)));
        }
    }

    /// <summary>Null when it cannot be opened.</summary>
    public SimulatedHandle? Open(string? path, int flags)
    {
        if (path is null)
            return Attached(new SimulatedFile(-1, new PagedBytes()), null, flags);
        if (!names.TryGetValue(path, out var file))
        {
            if ((flags & SqliteCode.OpenCreate) == 0)
                return null;
            names[path] = file = new SimulatedFile(nextFile++, new PagedBytes());
            Log?.Add(new DiskOperation.Create(Short(path), file.Id));
        }
        return Attached(file, path, flags);
    }

    public bool Remove(string path)
    {
        if (!names.Remove(path))
            return false;
        Log?.Add(new DiskOperation.Delete(Short(path)));
        return true;
    }

    public bool Has(string path) => names.ContainsKey(path);

    public void Dispose()
    {
        lock (Mounted)
            Mounted.Remove(folder);
    }

    private SimulatedHandle Attached(SimulatedFile file, string? path, int flags)
    {
        var handle = new SimulatedHandle(this, file, path, (flags & SqliteCode.OpenDeleteOnClose) != 0)
        {
            SyncsFolder = (flags & SqliteCode.OpenCreate) != 0 && (flags & (SqliteCode.OpenMainJournal | SqliteCode.OpenWriteAheadLog)) != 0,
        };
        file.Attach(handle);
        return handle;
    }

    private void FailOf(DiskCall call)
    {
        if (Fail?.Invoke(call) is { } fault and not DiskFault.None)
            throw new IOException(fault == DiskFault.NoSpace ? "No space left on device" : "Input/output error");
    }

    private string Short(string path) => path[(folder.Length + 1)..];

    private sealed class Unlocking(SimulatedDisk disk) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref disk.locks, 0);
    }
}
