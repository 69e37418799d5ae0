namespace Playbooks.Disk.Tests.Simulated;

internal enum DiskCall { Open, Read, Write, Truncate, Sync, Size, Delete, Exists, Move, SharedMemory }

/// <summary>How one call fails.</summary>
internal enum DiskFault { None, InputOutput, NoSpace, ShortRead }
