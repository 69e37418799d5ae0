using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Playbooks.Disk.Tests.Simulated;

/// <summary>The calls. No exception may leave one: it would pass through SQLite's own frames.</summary>
internal static unsafe partial class SimulatedVfs
{
    private const double UnixEpochAsJulianDay = 2440587.5;

    [UnmanagedCallersOnly]
    private static int Open(Vfs* vfs, byte* path, OpenFile* file, int flags, int* outFlags)
    {
        file->Methods = null;
        var name = path is null ? null : Marshal.PtrToStringUTF8((nint)path);
        // Without a name it is a temporary file, which belongs to no disk and is not written down.
        var disk = name is null ? Nowhere.Disk : SimulatedDisk.Of(name);
        lock (disk.Gate)
        {
            if (FaultOf(disk, DiskCall.Open) != DiskFault.None || disk.Open(name, flags) is not { } handle)
                return SqliteCode.CannotOpen;
            file->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(handle));
        }
        file->Methods = methods;
        if (outFlags is not null)
            *outFlags = flags;
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly]
    private static int Delete(Vfs* vfs, byte* path, int syncFolder)
    {
        var name = Marshal.PtrToStringUTF8((nint)path)!;
        var disk = SimulatedDisk.Of(name);
        lock (disk.Gate)
        {
            if (FaultOf(disk, DiskCall.Delete) != DiskFault.None)
                return SqliteCode.DeleteError;
            if (!disk.Remove(name))
                return SqliteCode.DeleteMissing;
            if (syncFolder != 0)
                disk.Log?.Add(new DiskOperation.SyncFolder());
            return SqliteCode.Ok;
        }
    }

    [UnmanagedCallersOnly]
    private static int Access(Vfs* vfs, byte* path, int flags, int* exists)
    {
        var name = Marshal.PtrToStringUTF8((nint)path)!;
        var disk = SimulatedDisk.Of(name);
        lock (disk.Gate)
        {
            if (FaultOf(disk, DiskCall.Exists) != DiskFault.None)
                return SqliteCode.ExistsError;
            *exists = disk.Has(name) ? 1 : 0;
            return SqliteCode.Ok;
        }
    }

    [UnmanagedCallersOnly]
    private static int FullPathname(Vfs* vfs, byte* path, int max, byte* full)
    {
        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path);
        if (bytes.Length >= max)
            return SqliteCode.CannotOpen;
        bytes.CopyTo(new Span<byte>(full, max));
        full[bytes.Length] = 0;
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly]
    private static int Randomness(Vfs* vfs, int count, byte* target)
    {
        RandomNumberGenerator.Fill(new Span<byte>(target, count));
        return count;
    }

    [UnmanagedCallersOnly]
    private static int Sleep(Vfs* vfs, int microseconds)
    {
        Thread.Yield();
        return microseconds;
    }

    [UnmanagedCallersOnly]
    private static int CurrentTime(Vfs* vfs, double* julianDay)
    {
        *julianDay = UnixEpochAsJulianDay;
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly]
    private static int GetLastError(Vfs* vfs, int max, byte* text) => 0;

    [UnmanagedCallersOnly]
    private static int Close(OpenFile* file)
    {
        var pinned = GCHandle.FromIntPtr(file->Handle);
        var handle = (SimulatedHandle)pinned.Target!;
        lock (handle.Disk.Gate)
        {
            handle.File.Detach(handle);
            if (handle is { DeleteOnClose: true, Name: { } name })
                handle.Disk.Remove(name);
        }
        pinned.Free();
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly]
    private static int Read(OpenFile* file, byte* target, int count, long offset)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
        {
            var bytes = new Span<byte>(target, count);
            switch (FaultOf(handle.Disk, DiskCall.Read))
            {
                case DiskFault.InputOutput or DiskFault.NoSpace:
                    return SqliteCode.ReadError;
                case DiskFault.ShortRead:
                    // SQLite's own file system asks for the rest, and takes only an answer of nothing for the file's end.
                    return handle.File.Content.Read(offset, bytes[..(count / 2)]) + handle.File.Content.Read(offset + count / 2, bytes[(count / 2)..]) == count
                        ? SqliteCode.Ok
                        : SqliteCode.ShortRead;
                default:
                    return handle.File.Content.Read(offset, bytes) == count ? SqliteCode.Ok : SqliteCode.ShortRead;
            }
        }
    }

    [UnmanagedCallersOnly]
    private static int Write(OpenFile* file, byte* source, int count, long offset)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
        {
            var bytes = new ReadOnlySpan<byte>(source, count);
            var fault = FaultOf(handle.Disk, DiskCall.Write);
            // A write that fails has written a part of it.
            if (fault != DiskFault.None)
                bytes = bytes[..(count / 2)];
            handle.File.Content.Write(offset, bytes);
            if (handle.Name is not null)
                handle.Disk.Log?.Add(new DiskOperation.Write(handle.File.Id, offset, bytes.ToArray()));
            return fault switch { DiskFault.None => SqliteCode.Ok, DiskFault.NoSpace => SqliteCode.Full, _ => SqliteCode.WriteError };
        }
    }

    [UnmanagedCallersOnly]
    private static int Truncate(OpenFile* file, long length)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
        {
            if (FaultOf(handle.Disk, DiskCall.Truncate) != DiskFault.None)
                return SqliteCode.TruncateError;
            handle.File.Content.Truncate(length);
            if (handle.Name is not null)
                handle.Disk.Log?.Add(new DiskOperation.Truncate(handle.File.Id, length));
            return SqliteCode.Ok;
        }
    }

    [UnmanagedCallersOnly]
    private static int Sync(OpenFile* file, int flags)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
        {
            if (FaultOf(handle.Disk, DiskCall.Sync) != DiskFault.None)
            {
                handle.Disk.Log?.Add(new DiskOperation.FailedSync(handle.File.Id));
                return SqliteCode.SyncError;
            }
            handle.Disk.Log?.Add(new DiskOperation.Sync(handle.File.Id));
            if (handle.SyncsFolder)
                handle.Disk.Log?.Add(new DiskOperation.SyncFolder());
            handle.SyncsFolder = false;
            return SqliteCode.Ok;
        }
    }

    [UnmanagedCallersOnly]
    private static int FileSize(OpenFile* file, long* length)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
        {
            if (FaultOf(handle.Disk, DiskCall.Size) != DiskFault.None)
                return SqliteCode.SizeError;
            *length = handle.File.Content.Length;
            return SqliteCode.Ok;
        }
    }

    [UnmanagedCallersOnly]
    private static int Lock(OpenFile* file, int level)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
            return handle.File.TryLock(handle, level) ? SqliteCode.Ok : SqliteCode.Busy;
    }

    [UnmanagedCallersOnly]
    private static int Unlock(OpenFile* file, int level)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
            handle.Level = Math.Min(handle.Level, level);
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly]
    private static int CheckReservedLock(OpenFile* file, int* reserved)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
            *reserved = handle.File.IsReserved ? 1 : 0;
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly]
    private static int FileControl(OpenFile* file, int operation, void* argument) => SqliteCode.NotFound;

    [UnmanagedCallersOnly]
    private static int SectorSize(OpenFile* file) => SqliteCode.SectorBytes;

    [UnmanagedCallersOnly]
    private static int DeviceCharacteristics(OpenFile* file) => SqliteCode.PowersafeOverwrite;

    [UnmanagedCallersOnly]
    private static int ShmMap(OpenFile* file, int index, int bytes, int extend, nint* region)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
        {
            *region = 0;
            if (FaultOf(handle.Disk, DiskCall.SharedMemory) != DiskFault.None)
                return SqliteCode.SharedMemoryError;
            *region = handle.File.Region(handle, index, bytes, extend != 0);
            return SqliteCode.Ok;
        }
    }

    [UnmanagedCallersOnly]
    private static int ShmLock(OpenFile* file, int first, int count, int flags)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
            return handle.File.TryLockSharedMemory(handle, first, count, flags) ? SqliteCode.Ok : SqliteCode.Busy;
    }

    [UnmanagedCallersOnly]
    private static void ShmBarrier(OpenFile* file) => Interlocked.MemoryBarrier();

    [UnmanagedCallersOnly]
    private static int ShmUnmap(OpenFile* file, int delete)
    {
        var handle = Of(file);
        lock (handle.Disk.Gate)
            handle.File.LeaveSharedMemory(handle);
        return SqliteCode.Ok;
    }

    private static SimulatedHandle Of(OpenFile* file) => (SimulatedHandle)GCHandle.FromIntPtr(file->Handle).Target!;

    private static DiskFault FaultOf(SimulatedDisk disk, DiskCall call) => disk.Fail?.Invoke(call) ?? DiskFault.None;

    /// <summary>Made when it is first asked for, which is after the file system is known.</summary>
    private static class Nowhere
    {
        public static readonly SimulatedDisk Disk = new("nowhere");
    }
}
