namespace Playbooks.Disk.Tests.Simulated;

/// <summary>What a program did to a disk, in order. Nothing of it is sure to survive a power cut before the sync that follows it.</summary>
internal abstract record DiskOperation
{
    private DiskOperation() { }

    public sealed record Write(int File, long Offset, byte[] Bytes) : DiskOperation;
    public sealed record Truncate(int File, long Length) : DiskOperation;
    public sealed record Sync(int File) : DiskOperation;
    /// <summary>The sync failed: what was written since the last one is dropped by the system and no later sync brings it back.</summary>
    public sealed record FailedSync(int File) : DiskOperation;
    public sealed record Create(string Name, int File) : DiskOperation;
    public sealed record Delete(string Name) : DiskOperation;
    public sealed record Rename(string From, string To) : DiskOperation;
    public sealed record SyncFolder : DiskOperation;
    /// <summary>Whatever was committed until now may have been acknowledged.</summary>
    public sealed record Acknowledged : DiskOperation;
}
