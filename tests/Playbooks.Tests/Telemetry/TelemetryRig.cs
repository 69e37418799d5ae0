using Microsoft.Extensions.Logging;
using Playbooks.Core.Decisions;
using Playbooks.Sqlite;
using Playbooks.Tests.Sqlite;
using Playbooks.Web.Telemetry;

namespace Playbooks.Tests.Telemetry;

/// <summary>An engine that is told about, as often as it is opened.</summary>
internal sealed class TelemetryRig : IDisposable
{
    public EngineHarness Engines { get; } = new();
    public ToldSpans Spans { get; } = new();
    public ToldLog Log { get; } = new();

    /// <summary>One life of a host.</summary>
    public async Task<Life> OpenAsync(DateTimeOffset? toldUntil = null, string? path = null)
    {
        var telemetry = new RunTelemetry(Engines.Time, Log, toldUntil);
        // What another process did is older than this one.
        Engines.Time.Advance(TimeSpan.FromTicks(1));
        Engines.Committed = telemetry.Committed;
        var life = new Life(await Engines.OpenAsync(path), telemetry);
        telemetry.Begin(life.Engine);
        return life;
    }

    public void Dispose()
    {
        Spans.Dispose();
        Engines.Dispose();
    }

    internal sealed record Life(Engine Engine, RunTelemetry Telemetry) : IAsyncDisposable
    {
        public ToldMeasurements Measured { get; } = new(Telemetry.Meters.Meter);

        public Task<IReadOnlyList<Core.StoredEvent>> UntilAsync<T>(string runId) where T : RunEvent => EngineHarness.UntilAsync(Engine, runId, happened => happened is T);

        public Task ToldAsync() => Telemetry.SettledAsync(TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            await Engine.DisposeAsync();
            await Telemetry.DisposeAsync();
            Measured.Dispose();
        }
    }
}

/// <summary>Keeps what is logged.</summary>
internal sealed class ToldLog : ILoggerFactory, ILogger
{
    public System.Collections.Concurrent.ConcurrentQueue<(LogLevel Level, string Text, System.Diagnostics.ActivityContext Of)> Records { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Records.Enqueue((logLevel, formatter(state, exception), System.Diagnostics.Activity.Current!.Context));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Dispose() { }
}
