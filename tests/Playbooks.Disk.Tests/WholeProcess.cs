namespace Playbooks.Disk.Tests;

/// <summary>A virtual file system and the crash hook are one for the whole process, so one test runs at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeProcess
{
    public const string Name = "whole process";
}
