using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging.Console;
using Playbooks.Gateway.Configuration;
using Playbooks.Gateway.Control;
using Playbooks.Gateway.State;

namespace Playbooks.Gateway;

/// <summary>
/// The process: reads its configuration, runs one replica, and says on one line of JSON on the standard output when
/// and where it is ready. Logs go to the standard error. Exit codes: 0 stopped as asked, 1 a defect, 2 wrong
/// configuration or arguments, 3 a port is taken.
/// </summary>
public static class GatewayProgram
{
    private const int StopWithinSeconds = 20;

    private const string Usage =
        """
        usage: Playbooks.Gateway --config FILE [--replica NAME] [--data-directory DIR] [--parent-pid PID --orphan-grace SECONDS]
          --config FILE            the configuration, JSON; see src/Playbooks.Gateway/README.md
          --replica NAME           instead of the file's `replica`
          --data-directory DIR     instead of the file's `dataDirectory`
          --parent-pid PID         watch this process ...
          --orphan-grace SECONDS   ... and stop when it has been gone for so long
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var arguments = Arguments.Parse(args);
        if (arguments is null)
        {
            await error.WriteLineAsync(Usage);
            return 2;
        }
        var (options, operators, problems) = Configure(arguments);
        if (options is null || operators is null)
        {
            foreach (var problem in problems) await error.WriteLineAsync($"{arguments.Config}: {problem}");
            return 2;
        }
        using var logs = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogLevel.Warning)
            // One line per failed request would bury the breaker's one line.
            .AddFilter("Yarp", LogLevel.None)
            .AddSimpleConsole(console => (console.SingleLine, console.ColorBehavior) = (true, LoggerColorBehavior.Disabled))
            .Services.Configure<ConsoleLoggerOptions>(console =>
            {
                console.LogToStandardErrorThreshold = LogLevel.Trace;
                // A reader that does not read must not stop a request.
                console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            }));
        return await ServeAsync(arguments, options, operators, logs, output, error);
    }

    private static (GatewayOptions?, Operators?, IReadOnlyList<string>) Configure(Arguments arguments)
    {
        try
        {
            var (options, errors) = GatewayOptionsReader.Read(File.ReadAllBytes(arguments.Config), arguments.Replica, arguments.DataDirectory);
            if (options is null) return (null, null, errors);
            var (operators, keyErrors) = Operators.Read(options.Control);
            return (options, operators, keyErrors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, null, [e.Message]);
        }
    }

    private static async Task<int> ServeAsync(
        Arguments arguments, GatewayOptions options, Operators operators, ILoggerFactory logs, TextWriter output, TextWriter error)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        GatewayHost host;
        try
        {
            host = await GatewayHost.StartAsync(options, operators, logs, TimeProvider.System, adopt: arguments.Orphan is { } watch ? watch.Adopt : null);
        }
        catch (IOException e)
        {
            await error.WriteLineAsync($"cannot start: {e.Message}");
            return 3;
        }
        await using (host)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(
                new { ready = true, replica = host.Replica, data = host.Data, control = host.Control, pid = Environment.ProcessId },
                GatewayJson.Options));
            await output.FlushAsync();
            using var ended = new CancellationTokenSource();
            var orphaned = arguments.Orphan is { } orphan ? orphan.WaitAsync(TimeProvider.System, ended.Token) : stop.Task;
            var first = await Task.WhenAny(stop.Task, orphaned, host.Failed);
            await ended.CancelAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(StopWithinSeconds));
            await host.StopAsync(limit.Token);
            if (first != host.Failed) return 0;
            await error.WriteLineAsync($"a loop ended: {host.Failed.Exception?.ToString() ?? "without an error"}");
            return 1;
        }
    }
}
