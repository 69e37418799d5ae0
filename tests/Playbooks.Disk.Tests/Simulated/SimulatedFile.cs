using System.Runtime.InteropServices;

namespace Playbooks.Disk.Tests.Simulated;

/// <summary>A file that lives while a name or a handle holds it, with its locks and its shared memory.</summary>
internal sealed class SimulatedFile(int id, PagedBytes content)
{
    private const int SharedMemorySlots = 8;

    public int Id { get; } = id;
    public PagedBytes Content { get; } = content;

    private readonly List<SimulatedHandle> handles = [];
    private readonly List<nint> regions = [];
    private readonly List<SimulatedHandle> attached = [];

    public void Attach(SimulatedHandle handle) => handles.Add(handle);

    public void Detach(SimulatedHandle handle)
    {
        handles.Remove(handle);
        LeaveSharedMemory(handle);
    }

    /// <summary>SQLite's five levels, from none to exclusive.</summary>
    public bool TryLock(SimulatedHandle mine, int level)
    {
        if (mine.Level >= level)
            return true;
        var others = handles.Where(handle => handle != mine).Select(handle => handle.Level).DefaultIfEmpty(0).Max();
        if (level == SqliteCode.LockShared && others >= SqliteCode.LockPending || level > SqliteCode.LockShared && others >= SqliteCode.LockReserved)
            return false;
        if (level == SqliteCode.LockExclusive && others >= SqliteCode.LockShared)
        {
            mine.Level = SqliteCode.LockPending;
            return false;
        }
        mine.Level = level;
        return true;
    }

    public bool IsReserved => handles.Exists(handle => handle.Level >= SqliteCode.LockReserved);

    public unsafe nint Region(SimulatedHandle mine, int index, int bytes, bool extend)
    {
        if (!attached.Contains(mine))
            attached.Add(mine);
        while (extend && regions.Count <= index)
            regions.Add((nint)NativeMemory.AllocZeroed((nuint)bytes));
        return index < regions.Count ? regions[index] : 0;
    }

    public bool TryLockSharedMemory(SimulatedHandle mine, int first, int count, int flags)
    {
        var mask = ((1 << count) - 1) << first;
        if ((flags & SqliteCode.SharedMemoryUnlock) != 0)
        {
            mine.SharedSlots &= ~mask;
            mine.ExclusiveSlots &= ~mask;
            return true;
        }
        var exclusive = (flags & SqliteCode.SharedMemoryExclusive) != 0;
        if (attached.Any(other => other != mine && ((other.ExclusiveSlots & mask) != 0 || exclusive && (other.SharedSlots & mask) != 0)))
            return false;
        if (exclusive)
            mine.ExclusiveSlots |= mask;
        else
            mine.SharedSlots |= mask;
        return first + count <= SharedMemorySlots;
    }

    public unsafe void LeaveSharedMemory(SimulatedHandle mine)
    {
        if (!attached.Remove(mine))
            return;
        mine.SharedSlots = mine.ExclusiveSlots = 0;
        if (attached.Count > 0)
            return;
        regions.ForEach(region => NativeMemory.Free((void*)region));
        regions.Clear();
    }
}

/// <summary>An open file of one connection.</summary>
internal sealed record SimulatedHandle(SimulatedDisk Disk, SimulatedFile File, string? Name, bool DeleteOnClose)
{
    /// <summary>Its next sync makes its name durable too, as SQLite's own file system does for logs.</summary>
    public bool SyncsFolder { get; set; }
    public int Level { get; set; }
    public int SharedSlots { get; set; }
    public int ExclusiveSlots { get; set; }

    public bool Equals(SimulatedHandle? other) => ReferenceEquals(this, other);
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
