using System.Text.RegularExpressions;

namespace Playbooks.Tests.Architecture;

/// <summary>The orchestrator is replayed, so its source must not hold what comes out differently the second time.</summary>
public partial class OrchestrationTests
{
    private static readonly string Project = Path.Combine(Repository.Root, "src", "Playbooks.DurableFunctions");

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Project, "Orchestration"), "*.cs", SearchOption.AllDirectories).Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_orchestrator_has_no_clock_no_chance_no_threads_and_no_way_outside(string file)
    {
        var found = Banned().Matches(File.ReadAllText(Path.Combine(Project, "Orchestration", file))).Select(match => match.Value);

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("await task.ConfigureAwait(false);")]
    [InlineData("var now = DateTimeOffset.UtcNow;")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("await Task.Run(Work);")]
    [InlineData("await Task.Delay(1);")]
    [InlineData("File.ReadAllText(path);")]
    [InlineData("Environment.MachineName")]
    public void What_is_banned_would_be_found(string line) => Assert.NotEmpty(Banned().Matches(line));

    [Fact]
    public void The_orchestrator_waits_in_one_place()
    {
        var waits = Directory.GetFiles(Path.Combine(Project, "Orchestration"), "*.cs").SelectMany(File.ReadAllLines).Where(line => line.Contains("await ", StringComparison.Ordinal));

        Assert.Equal("var done = await Task.WhenAny([.. doing.Outstanding, signal]);", Assert.Single(waits).Trim());
    }

    [Fact]
    public void The_project_is_no_part_of_the_solution() =>
        Assert.DoesNotContain("DurableFunctions", Repository.Read("Playbooks.sln"), StringComparison.Ordinal);

    [GeneratedRegex(@"ConfigureAwait|\bDateTime(Offset)?\.(UtcNow|Now|Today)\b|\bTimeProvider\b|\bStopwatch\b|\bGuid\b|\bRandom|\bTask\.(Run|Delay|Factory|Yield)\b|\bThread\b|\bParallel\.|\bFile\.|\bDirectory\.|\bHttpClient\b|\bConsole\.|\bEnvironment\.[A-Z]\w+\(|\bEnvironment\.(MachineName|TickCount|ProcessId)|\block\s*\(|\bAsParallel\b")]
    private static partial Regex Banned();
}
