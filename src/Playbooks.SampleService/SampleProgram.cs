using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging.Console;
using Playbooks.Connectors;
using Playbooks.SampleService.Artifact;

namespace Playbooks.SampleService;

/// <summary>
/// The process: says on one line of JSON on the standard output when and where it is ready; logs go to the standard error. Exit codes: 0
/// stopped as asked, 2 wrong configuration or arguments, 3 the port is taken.
/// </summary>
public static class SampleProgram
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        switch (Arguments.Parse(args))
        {
            case Arguments.MakeArtifact make:
                SampleArtifact.Write(make.Folder, make.Kind);
                return 0;
            case Arguments.Serve serve:
                return await ServeAsync(serve, output, error);
            default:
                await error.WriteLineAsync(Arguments.Usage);
                return 2;
        }
    }

    private static async Task<int> ServeAsync(Arguments.Serve arguments, TextWriter output, TextWriter error)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(console => (console.SingleLine, console.ColorBehavior) = (true, LoggerColorBehavior.Disabled))
            .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));

        SampleHost host;
        try
        {
            var (options, errors) = ServiceOptions.Read(await File.ReadAllBytesAsync(arguments.Config));
            foreach (var problem in errors)
                await error.WriteLineAsync($"{arguments.Config}: {problem}");
            if (options is null)
                return 2;
            host = await SampleHost.StartAsync(options, ServiceStorage.Open(options), TimeProvider.System, logs,
                arguments.Orphan is { } watch ? watch.Adopt : null, CancellationToken.None);
        }
        catch (Exception failure) when (failure is ActionFailedException or UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException or FormatException)
        {
            await error.WriteLineAsync($"{arguments.Config}: {failure.Message}");
            return 2;
        }
        catch (IOException failure)
        {
            await error.WriteLineAsync($"cannot start: {failure.Message}");
            return 3;
        }
        await using (host)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new { ready = true, address = host.Address, pid = Environment.ProcessId }));
            await output.FlushAsync();
            using var ended = new CancellationTokenSource();
            var orphaned = arguments.Orphan is { } orphan ? orphan.WaitAsync(TimeProvider.System, ended.Token) : stop.Task;
            await Task.WhenAny(stop.Task, orphaned);
            await ended.CancelAsync();
            using var limit = new CancellationTokenSource(StopTimeout);
            await host.StopAsync(limit.Token);
            return 0;
        }
    }
}
