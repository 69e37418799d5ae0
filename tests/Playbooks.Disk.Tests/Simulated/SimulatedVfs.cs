using System.Runtime.InteropServices;

namespace Playbooks.Disk.Tests.Simulated;

/// <summary>
/// SQLite's file system over simulated disks. Does what SQLite's own does on Unix: the first sync of a log that it made syncs the folder,
/// deleting syncs the folder only when asked to, a read past the end is a short one filled with zeros.
/// </summary>
internal static unsafe partial class SimulatedVfs
{
    public const string Name = "sim";
    private const int PathMaxBytes = 512;

    private static readonly object Once = new();
    private static bool registered;
    private static IoMethods* methods;

    /// <summary>Makes it known to SQLite, once per process.</summary>
    public static void Register()
    {
        lock (Once)
        {
            if (registered)
                return;
            SQLitePCL.Batteries_V2.Init();
            // Counting every allocation takes one lock for all threads.
            _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
            methods = (IoMethods*)NativeMemory.AllocZeroed((nuint)sizeof(IoMethods));
            *methods = new IoMethods
            {
                Version = 2, Close = &Close, Read = &Read, Write = &Write, Truncate = &Truncate, Sync = &Sync, FileSize = &FileSize, Lock = &Lock, Unlock = &Unlock,
                CheckReservedLock = &CheckReservedLock, FileControl = &FileControl, SectorSize = &SectorSize, DeviceCharacteristics = &DeviceCharacteristics,
                ShmMap = &ShmMap, ShmLock = &ShmLock, ShmBarrier = &ShmBarrier, ShmUnmap = &ShmUnmap,
            };
            var vfs = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
            *vfs = new Vfs
            {
                Version = 1, FileBytes = sizeof(OpenFile), PathMaxBytes = PathMaxBytes, Name = Marshal.StringToCoTaskMemUTF8(Name), Open = &Open, Delete = &Delete,
                Access = &Access, FullPathname = &FullPathname, Randomness = &Randomness, Sleep = &Sleep, CurrentTime = &CurrentTime, GetLastError = &GetLastError,
            };
            if (RegisterVfs(vfs, 0) != SqliteCode.Ok)
                throw new InvalidOperationException("SQLite does not take the simulated file system.");
            registered = true;
        }
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    private static partial int RegisterVfs(Vfs* vfs, int makeDefault);

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenFile
    {
        public IoMethods* Methods;
        public nint Handle;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IoMethods
    {
        public int Version;
        public delegate* unmanaged<OpenFile*, int> Close;
        public delegate* unmanaged<OpenFile*, byte*, int, long, int> Read;
        public delegate* unmanaged<OpenFile*, byte*, int, long, int> Write;
        public delegate* unmanaged<OpenFile*, long, int> Truncate;
        public delegate* unmanaged<OpenFile*, int, int> Sync;
        public delegate* unmanaged<OpenFile*, long*, int> FileSize;
        public delegate* unmanaged<OpenFile*, int, int> Lock;
        public delegate* unmanaged<OpenFile*, int, int> Unlock;
        public delegate* unmanaged<OpenFile*, int*, int> CheckReservedLock;
        public delegate* unmanaged<OpenFile*, int, void*, int> FileControl;
        public delegate* unmanaged<OpenFile*, int> SectorSize;
        public delegate* unmanaged<OpenFile*, int> DeviceCharacteristics;
        public delegate* unmanaged<OpenFile*, int, int, int, nint*, int> ShmMap;
        public delegate* unmanaged<OpenFile*, int, int, int, int> ShmLock;
        public delegate* unmanaged<OpenFile*, void> ShmBarrier;
        public delegate* unmanaged<OpenFile*, int, int> ShmUnmap;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int FileBytes;
        public int PathMaxBytes;
        public nint Next;
        public nint Name;
        public nint AppData;
        public delegate* unmanaged<Vfs*, byte*, OpenFile*, int, int*, int> Open;
        public delegate* unmanaged<Vfs*, byte*, int, int> Delete;
        public delegate* unmanaged<Vfs*, byte*, int, int*, int> Access;
        public delegate* unmanaged<Vfs*, byte*, int, byte*, int> FullPathname;
        public nint LoadOpen, LoadError, LoadSymbol, LoadClose;
        public delegate* unmanaged<Vfs*, int, byte*, int> Randomness;
        public delegate* unmanaged<Vfs*, int, int> Sleep;
        public delegate* unmanaged<Vfs*, double*, int> CurrentTime;
        public delegate* unmanaged<Vfs*, int, byte*, int> GetLastError;
    }
}
