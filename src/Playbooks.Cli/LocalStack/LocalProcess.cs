using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Playbooks.Cli.LocalStack;

/// <summary>
/// A program of ours as a process of its own, which outlives a kill of this one. Its output goes to a file; when it is ready it writes one
/// line of JSON there.
/// </summary>
internal sealed class LocalProcess : IAsyncDisposable
{
    public static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private const int SigTerm = 15;

    private readonly Process process;
    private readonly TimeProvider time;

    private LocalProcess(Process process, string log, TimeProvider time) => (this.process, Log, this.time) = (process, log, time);

    public int ProcessId => process.Id;
    public string Log { get; }
    /// <summary>What the program said when it was ready.</summary>
    public JsonElement Ready { get; private set; }

    /// <summary>Starts a .NET program and returns when it says that it is ready.</summary>
    /// <exception cref="LocalStackException">It did not start; the message has the end of its log.</exception>
    public static async Task<LocalProcess> StartAsync(string assembly, IEnumerable<string> arguments, string log, TimeProvider time, CancellationToken cancellationToken)
    {
        File.Delete(log);
        var started = new LocalProcess(Launch([DotNet(), assembly, .. arguments], log), log, time);
        try
        {
            await started.WaitUntilReadyAsync(cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a .NET program to its end.</summary>
    /// <exception cref="LocalStackException">It failed.</exception>
    public static async Task RunAsync(string assembly, IEnumerable<string> arguments, string log, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = Launch([DotNet(), assembly, .. arguments], log);
        using var patience = new CancellationTokenSource(StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await process.WaitForExitAsync(either.Token);
        if (process.ExitCode != 0)
            throw new LocalStackException($"{Path.GetFileName(assembly)} ended with {process.ExitCode}: {File.ReadAllText(log)}");
    }

    /// <summary>Ends a process that an earlier host of ours left, if the pid is still its own.</summary>
    public static async Task EndAsync(int processId, string assembly, TimeProvider time)
    {
        if (!Runs(processId, assembly))
            return;
        await using var left = new LocalProcess(Process.GetProcessById(processId), "", time);
    }

    /// <summary>Asks it to stop, and returns when it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            using var patience = new CancellationTokenSource(StopTimeout, time);
            try
            {
                if (!process.HasExited && !OperatingSystem.IsWindows())
                    _ = SendSignal(process.Id, SigTerm);
                else if (!process.HasExited)
                    process.Kill();
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        while (true)
        {
            var lines = File.Exists(Log) ? await File.ReadAllLinesAsync(Log, either.Token) : [];
            if (lines.FirstOrDefault(line => line.StartsWith('{') && line.EndsWith('}')) is { } ready)
            {
                using var document = JsonDocument.Parse(ready);
                Ready = document.RootElement.Clone();
                return;
            }
            if (process.HasExited)
                throw new LocalStackException($"It ended with {process.ExitCode} when it should have started: {string.Join(Environment.NewLine, lines.TakeLast(10))}");
            await Task.Delay(PollInterval, time, either.Token);
        }
    }

    private static Process Launch(string[] command, string log)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", .. command, ">", log, "2>&1"])
            : new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", log, .. command]);
        start.UseShellExecute = false;
        // The drill's keys are the engine's: what it recovers must not hold them.
        foreach (var secret in start.Environment.Keys.Where(name => name.StartsWith(DrillKeys.VariablePrefix, StringComparison.Ordinal)).ToList())
            start.Environment.Remove(secret);
        return Process.Start(start) ?? throw new LocalStackException($"{command[1]} did not start.");
    }

    private static bool Runs(int processId, string assembly)
    {
        try
        {
            var commandLine = $"/proc/{processId}/cmdline";
            return File.Exists(commandLine) && File.ReadAllText(commandLine).Contains(Path.GetFileName(assembly), StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string DotNet() => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SendSignal(int processId, int signal);
}
