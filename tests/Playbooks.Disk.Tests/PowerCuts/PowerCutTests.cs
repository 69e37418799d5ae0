using System.Diagnostics;
using System.Globalization;
using Playbooks.Disk.Tests.Simulated;

namespace Playbooks.Disk.Tests.PowerCuts;

/// <summary>
/// Cuts the power after every single thing that the journal does to its disk, in many ways each, and opens what is left.
/// <c>PLAYBOOKS_IMAGES</c> says how many images, <c>PLAYBOOKS_SEED</c> which; both are printed.
/// </summary>
[Collection(WholeProcess.Name)]
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int ImagesDefault = 60_000, PlainKinds = 6, Workloads = 8;

    private static int Seed { get; } = Setting("PLAYBOOKS_SEED", 1);

    [Fact]
    public async Task No_power_cut_loses_what_was_acknowledged()
    {
        var images = Setting("PLAYBOOKS_IMAGES", ImagesDefault);
        var watch = Stopwatch.StartNew();
        var recorded = new List<Recorded>();
        for (var index = 0; index < Workloads; index++)
            recorded.Add(await RecordAsync(Seed * Workloads + index, "FULL"));
        var points = recorded.Sum(workload => workload.Log.Count);
        Assert.Contains(recorded, workload => workload.Log.OfType<DiskOperation.Truncate>().Any() || workload.Checkpoints > 2);

        var (made, opened, problems) = Cut(recorded, (images + points - 1) / points);

        output.WriteLine($"{made} images of {points} instants, {opened} of them different and opened, in {watch.Elapsed.TotalSeconds:0.0} s, seed {Seed}");
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.True(made >= images);
    }

    [Theory]
    [InlineData("NORMAL")]
    [InlineData("OFF")]
    public async Task A_setting_that_loses_acknowledged_events_is_caught(string synchronous)
    {
        var (_, _, problems) = Cut([await RecordAsync(Seed, synchronous)], PlainKinds);

        Assert.Contains(problems, problem => problem.Contains("and it may hold", StringComparison.Ordinal));
    }

    private static async Task<Recorded> RecordAsync(int seed, string synchronous)
    {
        using var disk = new SimulatedDisk("recorded") { Log = [], SynchronousMode = synchronous };
        var workload = await Workload.PlayAsync(seed, disk);
        Assert.Equal(workload.AfterCommit.Count - 1, disk.Log.OfType<DiskOperation.Acknowledged>().Count());
        return new Recorded(seed, disk.Log, workload.AfterCommit);
    }

    /// <summary>Every instant of every workload; the workers take turns over the instants.</summary>
    private static (int Made, int Opened, IReadOnlyList<string> Problems) Cut(IReadOnlyList<Recorded> recorded, int variants)
    {
        const int ProblemsMax = 10;
        var (made, opened, problems) = (0, 0, new List<string>());
        var workers = Math.Max(2, Environment.ProcessorCount);
        Task.WaitAll([.. Enumerable.Range(0, workers).Select(worker => Task.Factory.StartNew(() =>
        {
            foreach (var workload in recorded)
            {
                var disk = new UnsyncedDisk();
                for (var instant = 0; instant <= workload.Log.Count; instant++)
                {
                    var seen = new HashSet<string>(StringComparer.Ordinal);
                    for (var variant = 0; instant % workers == worker && variant < Math.Max(variants, PlainKinds); variant++)
                    {
                        Interlocked.Increment(ref made);
                        var how = PowerCut.Of(variant, SeedOf(workload.Seed, instant, variant));
                        var left = disk.After(how).ToList();
                        // What left the same disk at the same instant has been looked at.
                        if (!seen.Add(how.Choices))
                            continue;
                        Interlocked.Increment(ref opened);
                        if (Problem(left, workload, disk.Acknowledged, "image-" + worker) is { } problem)
                        {
                            lock (problems)
                                problems.Add($"workload {workload.Seed}, power cut before operation {instant}, variant {variant} ({how.What}): {problem}");
                            if (problems.Count >= ProblemsMax)
                                return;
                        }
                    }
                    if (instant < workload.Log.Count)
                        disk.Apply(workload.Log[instant]);
                }
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))], TestContext.Current.CancellationToken);
        return (made, opened, problems);
    }

    private static string? Problem(IEnumerable<(string Name, PagedBytes Content)> left, Recorded workload, int acknowledged, string slot)
    {
        using var image = new SimulatedDisk(slot);
        foreach (var (name, content) in left)
            image.Put(name, content);
        // What was acknowledged, or with it the commit that was on its way.
        return ImageCheck.ProblemAsync(image, workload.AfterCommit.Skip(acknowledged).Take(2)).GetAwaiter().GetResult();
    }

    private static int SeedOf(int workload, int instant, int variant) => unchecked((workload * 31 + instant) * 7919 + variant * 104729);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private sealed record Recorded(int Seed, IReadOnlyList<DiskOperation> Log, IReadOnlyList<Content> AfterCommit)
    {
        /// <summary>Syncs of the database itself, which only a checkpoint does.</summary>
        public int Checkpoints => Log.OfType<DiskOperation.Sync>().GroupBy(sync => sync.File).Max(file => file.Count());
    }
}
