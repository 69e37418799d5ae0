using System.Collections;
using System.Collections.Immutable;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Web.Telemetry;

namespace Playbooks.Hosting;

/// <summary>
/// Sends what the host tells of its runs where the standard environment variables say: to a collector by OTLP, to Azure Monitor, to both. Without them nothing is
/// listened to, kept or sent. Requests are measured by the framework's own meters, which name no paths; they make no spans, because their addresses may hold secrets.
/// </summary>
public sealed class Telemetry : IAsyncDisposable
{
    public const string AzureVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    public const string OtlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    /// <summary>As the Functions host reads it: <c>ClientId=…;Authorization=AAD</c>. Names the managed identity that sends where keys are switched off.</summary>
    public const string AuthenticationVariable = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string StatsbeatVariable = "APPLICATIONINSIGHTS_STATSBEAT_DISABLED";

    /// <summary>Bounds the end of the host where a collector does not answer.</summary>
    private const int FlushMaxMs = 5_000;

    private static readonly string[] Meters = [TelemetryNames.Source, "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly IReadOnlyDictionary<string, string> variables;
    private readonly IConfiguration configuration;
    private readonly string environment;
    private readonly TracerProvider? traces;
    private readonly MeterProvider? metrics;
    private readonly ILoggerFactory logs;
    private readonly RunTelemetry? runs;
    private readonly ToldMark? mark;

    private Telemetry(IReadOnlyDictionary<string, string> variables, string folder, DeploymentEnvironment environment, TimeProvider time)
    {
        (this.variables, this.environment) = (variables, environment.Name);
        configuration = new ConfigurationBuilder().AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value))).Build();
        var (sendsTraces, sendsMetrics, sendsLogs) = (Sends("TRACES"), Sends("METRICS"), Sends("LOGS"));
        logs = sendsLogs ? LoggerFactory.Create(Logs) : NullLoggerFactory.Instance;
        if (!sendsTraces && !sendsMetrics && !sendsLogs)
            return;
        // The exporter would tell its maker about itself.
        if (Azure is not null && Environment.GetEnvironmentVariable(StatsbeatVariable) is null)
            Environment.SetEnvironmentVariable(StatsbeatVariable, "true");
        mark = new ToldMark(folder, time);
        runs = new RunTelemetry(time, logs, mark.Read());
        traces = sendsTraces ? Traces() : null;
        metrics = sendsMetrics ? Metrics() : null;
    }

    /// <summary>What the engine tells after each commit; null where nobody listens.</summary>
    public Action<Run, ImmutableArray<RunEvent>>? Committed => runs is null ? null : runs.Committed;

    private string? Azure => variables.GetValueOrDefault(AzureVariable) is { Length: > 0 } text ? text : null;

    private string? Identity => variables.GetValueOrDefault(AuthenticationVariable)?.Split(';').Select(part => part.Split('=', 2)).FirstOrDefault(part => part is ["ClientId", _])?[1];

    /// <summary>Those of this process that the standards name.</summary>
    public static IReadOnlyDictionary<string, string> Variables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => (string)variable.Key is AzureVariable or AuthenticationVariable || ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);

    /// <param name="folder">For the mark until when runs have been told.</param>
    /// <exception cref="HostSettingException">A variable cannot be used; the message does not repeat it, for it may hold a key.</exception>
    public static Telemetry Open(IReadOnlyDictionary<string, string> variables, string folder, DeploymentEnvironment environment, TimeProvider time)
    {
        try
        {
            return new Telemetry(variables, folder, environment, time);
        }
        catch (Exception wrong) when (wrong is UriFormatException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw new HostSettingException($"Telemetry cannot be sent: one of {AzureVariable} and the variables that begin with OTEL_ cannot be used ({wrong.GetType().Name}). Mend or unset it; docs/telemetry.md names them.");
        }
    }

    /// <summary>Begins to tell of the journal's runs.</summary>
    /// <returns>The inbox to use from now on.</returns>
    public IAlertInbox Begin(IRuns journal, IAlertInbox inbox)
    {
        if (runs is null)
            return inbox;
        runs.Begin(journal);
        mark!.Begin(runs);
        return runs.Telling(inbox);
    }

    /// <summary>Says a line as before and logs it under the subject. Not for lines to people, which quote what playbooks say to them.</summary>
    public Action<string> Saying(string subject, Action<string> say)
    {
        if (ReferenceEquals(logs, NullLoggerFactory.Instance))
            return say;
        var log = logs.CreateLogger($"Playbooks.{subject}");
        return line =>
        {
            say(line);
            HostLog.Said(log, line);
        };
    }

    /// <summary>Counts as before and tells the count.</summary>
    public Func<DeploymentEnvironment, QueueTarget, CancellationToken, Task<LetterCount>> Counting(Func<DeploymentEnvironment, QueueTarget, CancellationToken, Task<LetterCount>> count) =>
        runs is null ? count : async (environment, target, cancellationToken) =>
        {
            var counted = await count(environment, target, cancellationToken);
            runs.Counted(target.DeadLetter, (counted as LetterCount.About)?.Letters);
            return counted;
        };

    /// <summary>Sends what there is, for a few seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (runs is null)
            return;
        var now = await mark!.EndAsync();
        await Task.WhenAll(Task.Run(() => traces?.ForceFlush(FlushMaxMs)), Task.Run(() => metrics?.ForceFlush(FlushMaxMs)));
        mark.Write(now);
        mark.Dispose();
        await runs.DisposeAsync();
        await Task.WhenAll(Task.Run(() => traces?.Dispose()), Task.Run(() => metrics?.Dispose()), Task.Run(logs.Dispose));
    }

    private bool Sends(string signal) => Azure is not null || SendsByOtlp(signal);

    private bool SendsByOtlp(string signal) => variables.GetValueOrDefault(OtlpVariable) is { Length: > 0 } || variables.GetValueOrDefault($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is { Length: > 0 };

    private TracerProvider Traces()
    {
        var builder = Sdk.CreateTracerProviderBuilder().ConfigureServices(Configured).SetResourceBuilder(Resource()).AddSource(TelemetryNames.Source);
        if (SendsByOtlp("TRACES"))
            builder.AddOtlpExporter(options => ToOtlp(options, "TRACES"));
        if (Azure is not null)
            builder.AddAzureMonitorTraceExporter(ToAzure);
        return builder.Build();
    }

    private MeterProvider Metrics()
    {
        var builder = Sdk.CreateMeterProviderBuilder().ConfigureServices(Configured).SetResourceBuilder(Resource()).AddMeter(Meters);
        if (SendsByOtlp("METRICS"))
            builder.AddOtlpExporter(options => ToOtlp(options, "METRICS"));
        if (Azure is not null)
            builder.AddAzureMonitorMetricExporter(ToAzure);
        return builder.Build();
    }

    private void Logs(ILoggingBuilder builder)
    {
        Configured(builder.Services);
        builder.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(Resource());
            options.IncludeFormattedMessage = true;
            if (SendsByOtlp("LOGS"))
                options.AddOtlpExporter(otlp => ToOtlp(otlp, "LOGS"));
            if (Azure is not null)
                options.AddAzureMonitorLogExporter(ToAzure);
        });
    }

    private void Configured(IServiceCollection services) => services.AddSingleton(configuration);

    /// <summary>What a variable says for one signal alone goes before what one says for all; the exporter itself reads those only.</summary>
    private void ToOtlp(OtlpExporterOptions options, string signal)
    {
        string? Of(string what) => variables.GetValueOrDefault($"OTEL_EXPORTER_OTLP_{signal}_{what}") is { Length: > 0 } text ? text : null;
        // Written only where it is set: an address that was written is taken as it is, without the signal's path.
        if (Of("ENDPOINT") is { } endpoint)
            options.Endpoint = new Uri(endpoint);
        options.Headers = Of("HEADERS") ?? options.Headers;
        options.Protocol = Of("PROTOCOL") switch
        {
            null => options.Protocol,
            "grpc" => OtlpExportProtocol.Grpc,
            "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            _ => throw new NotSupportedException("The protocol is none of grpc and http/protobuf."),
        };
    }

    /// <summary>Every run is told whole, and nothing is kept in files beside the journal.</summary>
    private void ToAzure(AzureMonitorExporterOptions options)
    {
        (options.ConnectionString, options.DisableOfflineStorage) = (Azure, true);
        (options.SamplingRatio, options.TracesPerSecond) = (1, null);
        if (Identity is { } client)
            options.Credential = new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client));
    }

    private ResourceBuilder Resource() => ResourceBuilder.CreateEmpty().AddTelemetrySdk()
        .AddService("playbooks", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3))
        .AddAttributes([KeyValuePair.Create("deployment.environment.name", (object)environment)]).AddEnvironmentVariableDetector();
}

internal static partial class HostLog
{
    [LoggerMessage(100, LogLevel.Information, "{Line}")]
    public static partial void Said(ILogger log, string line);
}
