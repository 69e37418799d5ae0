using System.Diagnostics;
using Playbooks.Disk.Tests.PowerCuts;
using Playbooks.Disk.Tests.Simulated;
using Playbooks.Sqlite;

namespace Playbooks.Disk.Tests.Faults;

/// <summary>
/// Fails the first call that the journal makes to its disk, then the second, and so on until everything is written without meeting a fault;
/// after each, looks at what a killed process and what a power cut would find then.
/// </summary>
[Collection(WholeProcess.Name)]
public sealed class IoFaultTests(ITestOutputHelper output)
{
    private const int Seed = 1;

    [Theory]
    [InlineData(nameof(DiskFault.InputOutput), "Open Read Write Truncate Sync Size Delete Exists Move SharedMemory")]
    [InlineData(nameof(DiskFault.NoSpace), "Write")]
    [InlineData(nameof(DiskFault.ShortRead), "Read")]
    [InlineData(nameof(DiskFault.InputOutput), "Sync")]
    public async Task A_call_that_fails_once_loses_nothing(string fault, string calls)
    {
        var failing = calls.Split(' ').Select(Enum.Parse<DiskCall>).ToHashSet();
        var (watch, refused, tried, commits) = (Stopwatch.StartNew(), 0, 0, 0);
        for (var clean = false; !clean; tried++)
        {
            using var disk = new SimulatedDisk("failing") { Log = [] };
            var (count, error) = (0, (JournalException?)null);
            disk.Fail = call => failing.Contains(call) && count++ == tried ? Enum.Parse<DiskFault>(fault) : DiskFault.None;

            var workload = await Workload.PlayAsync(Seed, disk, failed => error = failed);

            clean = count <= tried;
            refused += error is null ? 0 : 1;
            if (clean)
            {
                Assert.Null(error);
                commits = workload.AfterCommit.Count - 1;
            }
            if (error is not null)
                Assert.True(error.What.Length > 0 && error.Remedy.Length > 0);
            disk.Fail = null;
            var problem = await ProblemAsync(disk, workload);
            Assert.True(problem is null, $"{calls} number {tried + 1} fails with {fault}: {problem} (it said: {error?.Message})");
        }
        output.WriteLine($"{tried} calls failed once with {fault}, {refused} of them ended the opening, in {watch.Elapsed.TotalSeconds:0.0} s");
        // Each commit reads, writes and syncs; how many there are depends on what came together in a group.
        Assert.True(tried > commits && commits > 10, $"{tried} calls for {commits} commits");
    }

    private static async Task<string?> ProblemAsync(SimulatedDisk failed, Workload workload)
    {
        var files = failed.Files().ToList();
        if (await ImageProblemAsync(files, workload) is { } killed)
            return "after a kill: " + killed;
        var disk = new UnsyncedDisk();
        foreach (var operation in failed.Log!)
            disk.Apply(operation);
        Assert.InRange(disk.Acknowledged, workload.AfterCommit.Count - 1, workload.AfterCommit.Count);
        for (var variant = 1; variant < 4; variant++)
        {
            var how = PowerCut.Of(variant, variant);
            if (await ImageProblemAsync(disk.After(how), workload) is { } cut)
                return $"after a power cut ({how.What}): {cut}";
        }
        return null;
    }

    private static async Task<string?> ImageProblemAsync(IEnumerable<(string Name, PagedBytes Content)> files, Workload workload)
    {
        using var image = new SimulatedDisk("after-fault");
        foreach (var (name, content) in files)
            image.Put(name, content);
        // A commit that failed may be there or not; its caller was told that it failed.
        return await ImageCheck.ProblemAsync(image, [workload.AfterCommit[^1], .. workload.Attempted is { } attempted ? [attempted] : Array.Empty<Content>()]);
    }
}
