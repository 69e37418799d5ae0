using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Playbooks.Cli.LocalStack;

/// <summary>How to start Azurite.</summary>
/// <param name="Location">Folder of its data; null keeps them in memory. Data reach the disk every 5 s and at an orderly end, not at once.</param>
/// <param name="Ports">Ports of an earlier start; three free ones if null.</param>
/// <param name="SearchPath">Where Node and npm are looked for; the variable PATH if null.</param>
/// <param name="Say">Told what takes long.</param>
internal sealed record AzuriteOptions(string? Location = null, AzuritePorts? Ports = null, string? SearchPath = null, Action<string>? Say = null);

/// <summary>
/// The storage emulator as a process of its own, which outlives a kill of this one: <see cref="AttachAsync"/> finds it again.
/// Disposing it stops it.
/// </summary>
internal sealed class Azurite : IAsyncDisposable
{
    public static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private const int StartAttempts = 3;
    private const int SigTerm = 15;
    private const int ServicesCount = 3;
    private const string ListeningMark = "service is successfully listening";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly Process process;
    private readonly string? logFile;
    private readonly TimeProvider time;

    private Azurite(Process process, AzuritePorts ports, string? logFile, TimeProvider time)
    {
        (this.process, Ports, this.logFile, this.time) = (process, ports, logFile, time);
        // Before it can end, because later the pid may be another's.
        ProcessId = process.Id;
    }

    public AzuritePorts Ports { get; }
    public int ProcessId { get; }
    public string ConnectionString => Ports.ConnectionString;

    /// <summary>Starts it and returns when all three services accept connections.</summary>
    /// <exception cref="LocalStackException">Node or npm is missing, or it did not start.</exception>
    public static async Task<Azurite> StartAsync(AzuriteOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var install = await AzuriteInstall.EnsureAsync(time, options.SearchPath, options.Say, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var azurite = Launch(install, options, options.Ports ?? AzuritePorts.Free(), time);
            try
            {
                await azurite.WaitUntilReadyAsync(cancellationToken);
                return azurite;
            }
            // Somebody took a port between our look and Azurite's: with fixed ports there is no other choice to make.
            catch (LocalStackException) when (options.Ports is null && attempt < StartAttempts)
            {
                await azurite.DisposeAsync();
            }
            catch
            {
                await azurite.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>The Azurite that an earlier process of ours started; null if it is gone or the pid is another's.</summary>
    public static async Task<Azurite?> AttachAsync(int processId, AzuritePorts ports, TimeProvider time, CancellationToken cancellationToken)
    {
        Process process;
        try
        {
            process = Process.GetProcessById(processId);
        }
        catch (ArgumentException)
        {
            return null;
        }
        if (IsAzurite(process) && await ports.AllAnswerAsync(cancellationToken))
            return new Azurite(process, ports, null, time);
        process.Dispose();
        return null;
    }

    /// <summary>Stops it in order, so that it saves its data, and returns when the process is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            using var patience = new CancellationTokenSource(StopTimeout, time);
            try
            {
                Terminate();
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        if (logFile is not null)
            File.Delete(logFile);
    }

    private static Azurite Launch(AzuriteInstall install, AzuriteOptions options, AzuritePorts ports, TimeProvider time)
    {
        if (options.Location is not null)
            Directory.CreateDirectory(options.Location);
        string[] arguments =
        [
            install.Script, "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
            "--blobPort", $"{ports.Blob}", "--queuePort", $"{ports.Queue}", "--tablePort", $"{ports.Table}",
            "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            .. options.Location is null ? new[] { "--inMemoryPersistence" } : ["--location", options.Location],
        ];
        var log = Path.Combine(Path.GetTempPath(), $"playbooks-azurite-{Guid.NewGuid():N}.log");
        // Through a shell that becomes Node: its output goes to a file, not to a pipe that breaks when this process dies.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(install.Node, arguments) { CreateNoWindow = true }
            : new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", log, install.Node, .. arguments]);
        start.UseShellExecute = false;
        // Azurite writes a debug file into its working folder in some failures.
        start.WorkingDirectory = options.Location ?? Path.GetTempPath();
        var process = Process.Start(start) ?? throw new LocalStackException("Azurite did not start.");
        return new Azurite(process, ports, log, time);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (!await IsReadyAsync(either.Token))
            {
                if (process.HasExited)
                    throw new LocalStackException($"Azurite ended with {process.ExitCode} when it should have started: {Log()}");
                await Task.Delay(PollInterval, time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LocalStackException($"Azurite did not answer within {StartTimeout}: {Log()}");
        }
    }

    /// <summary>By its own word where it has a log: a port that answers may be another program's.</summary>
    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken) => OperatingSystem.IsWindows()
        ? await Ports.AllAnswerAsync(cancellationToken)
        : Log().Split(ListeningMark).Length > ServicesCount;

    private string Log() => logFile is not null && File.Exists(logFile) ? AzuriteInstall.Tail(File.ReadAllText(logFile)) : "";

    private static bool IsAzurite(Process process)
    {
        var commandLine = $"/proc/{process.Id}/cmdline";
        try
        {
            return File.Exists(commandLine)
                ? File.ReadAllText(commandLine).Contains("azurite.js", StringComparison.Ordinal)
                : !process.HasExited && process.ProcessName.StartsWith("node", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    private void Terminate()
    {
        if (process.HasExited)
            return;
        // Windows has no SIGTERM; there the last seconds of data are lost.
        if (OperatingSystem.IsWindows())
            process.Kill();
        else
            _ = SendSignal(ProcessId, SigTerm);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SendSignal(int processId, int signal);
}
