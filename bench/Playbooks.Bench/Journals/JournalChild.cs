using System.Diagnostics;
using System.Globalization;

namespace Playbooks.Bench.Journals;

/// <summary>This program again, in a process of its own that says what it has come to, line by line, until it is killed.</summary>
internal sealed class JournalChild : IDisposable
{
    public const string Argument = "--journal-child";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process process;
    private readonly long startedAt;

    private JournalChild(Process process, long startedAt) => (this.process, this.startedAt) = (process, startedAt);

    /// <param name="program">Of <see cref="PublishedBench"/>.</param>
    public static JournalChild Start(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        foreach (var arg in args.Prepend(Argument))
            start.ArgumentList.Add(arg);
        // As the engine's host runs it.
        start.Environment["DOTNET_gcServer"] = "0";
        var startedAt = Stopwatch.GetTimestamp();
        return new JournalChild(Process.Start(start)!, startedAt);
    }

    /// <summary>Waits until it says this.</summary>
    /// <returns>What it said, and how long after the start of its process.</returns>
    public async Task<(string Value, TimeSpan At)> LineAsync(string name)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.StartsWith(name + " ", StringComparison.Ordinal))
                return (line[(name.Length + 1)..], Stopwatch.GetElapsedTime(startedAt));
        }
        throw new InvalidOperationException($"The child ended and never said '{name}'.");
    }

    public async Task<double> NumberAsync(string name) => double.Parse((await LineAsync(name)).Value, CultureInfo.InvariantCulture);

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>The child's side.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["read", var path]:
                WaitingRuns.Read(path);
                Say("first", "0");
                break;
            case ["due", var path, var run]:
                await LargeJournal.FireAsync(path, run);
                Say("first", run);
                break;
            case ["wait", var path, var runs]:
                await WaitingRuns.WaitAsync(path, int.Parse(runs, CultureInfo.InvariantCulture));
                break;
            case ["approve", var path]:
                await WaitingRuns.ApproveAsync(path);
                break;
            default:
                return 2;
        }
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }

    public static void Say(string name, string value) => Console.WriteLine($"{name} {value}");

    public static void Say(string name, double value) => Say(name, value.ToString(CultureInfo.InvariantCulture));
}
