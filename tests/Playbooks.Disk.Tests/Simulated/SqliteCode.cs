namespace Playbooks.Disk.Tests.Simulated;

/// <summary>The numbers of SQLite's C interface that a file system needs.</summary>
internal static class SqliteCode
{
    public const int Ok = 0, Busy = 5, NoMemory = 7, InputOutput = 10, NotFound = 12, Full = 13, CannotOpen = 14;
    public const int ReadError = InputOutput | 1 << 8, ShortRead = InputOutput | 2 << 8, WriteError = InputOutput | 3 << 8, SyncError = InputOutput | 4 << 8,
        TruncateError = InputOutput | 6 << 8, SizeError = InputOutput | 7 << 8, DeleteError = InputOutput | 10 << 8, ExistsError = InputOutput | 13 << 8,
        SharedMemoryError = InputOutput | 21 << 8, DeleteMissing = InputOutput | 23 << 8;
    public const int OpenCreate = 0x4, OpenDeleteOnClose = 0x8, OpenMainJournal = 0x800, OpenWriteAheadLog = 0x80000;
    public const int LockNone = 0, LockShared = 1, LockReserved = 2, LockPending = 3, LockExclusive = 4;
    public const int SharedMemoryUnlock = 1, SharedMemoryExclusive = 8;
    /// <summary>Bytes beside those written stay what they were in a power cut; SQLite assumes it of every disk by default.</summary>
    public const int PowersafeOverwrite = 0x1000;
    public const int SectorBytes = 4096;
}
