using Playbooks.Disk.Tests.Simulated;

namespace Playbooks.Disk.Tests.PowerCuts;

/// <summary>A disk in the middle of what was done to it: what is durable, and what the next power cut may take, in part or whole.</summary>
internal sealed class UnsyncedDisk
{
    private readonly Dictionary<int, (PagedBytes Durable, List<DiskOperation> Unsynced)> files = [];
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly List<DiskOperation> unsyncedNames = [];

    /// <summary>How many commits may have been acknowledged.</summary>
    public int Acknowledged { get; private set; }

    public void Apply(DiskOperation operation)
    {
        switch (operation)
        {
            case DiskOperation.Write write:
                files[write.File].Unsynced.Add(write);
                break;
            case DiskOperation.Truncate truncate:
                files[truncate.File].Unsynced.Add(truncate);
                break;
            case DiskOperation.Sync sync:
                var (durable, unsynced) = files[sync.File];
                unsynced.ForEach(done => Do(durable, done));
                unsynced.Clear();
                break;
            case DiskOperation.FailedSync failed:
                files[failed.File].Unsynced.Clear();
                break;
            case DiskOperation.Create create:
                files.TryAdd(create.File, (new PagedBytes(), []));
                unsyncedNames.Add(create);
                break;
            case DiskOperation.Delete or DiskOperation.Rename:
                unsyncedNames.Add(operation);
                break;
            case DiskOperation.SyncFolder:
                unsyncedNames.ForEach(done => Do(names, done));
                unsyncedNames.Clear();
                break;
            case DiskOperation.Acknowledged:
                Acknowledged++;
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>What is found after power comes back.</summary>
    public IEnumerable<(string Name, PagedBytes Content)> After(PowerCut cut)
    {
        var found = new Dictionary<string, int>(names, StringComparer.Ordinal);
        foreach (var operation in unsyncedNames.Where(_ => cut.KeepsName()))
            Do(found, operation);
        foreach (var (name, file) in found)
        {
            var (durable, unsynced) = files[file];
            var content = durable.Copy();
            foreach (var operation in unsynced)
            {
                foreach (var kept in cut.Kept(operation))
                    Do(content, kept);
            }
            yield return (name, content);
        }
    }

    private static void Do(PagedBytes content, DiskOperation operation)
    {
        if (operation is DiskOperation.Write write)
            content.Write(write.Offset, write.Bytes);
        else
            content.Truncate(((DiskOperation.Truncate)operation).Length);
    }

    private static void Do(Dictionary<string, int> names, DiskOperation operation)
    {
        switch (operation)
        {
            case DiskOperation.Create create:
                names[create.Name] = create.File;
                break;
            case DiskOperation.Delete delete:
                names.Remove(delete.Name);
                break;
            case DiskOperation.Rename rename when names.Remove(rename.From, out var file):
                names[rename.To] = file;
                break;
        }
    }
}
