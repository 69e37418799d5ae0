using System.Text;
using Playbooks.Cli.Host;
using Playbooks.Core.Decisions;
using Playbooks.Core;
using Playbooks.Hosting;
using Playbooks.Tests.Cli;
using Playbooks.Tests.Definitions;
using Playbooks.Tests.Sqlite;
using Playbooks.Web.Telemetry;

namespace Playbooks.Tests.Telemetry;

/// <summary>What leaves a host, and what does not.</summary>
public sealed class OtlpTests : IDisposable
{
    private readonly PlaybookFolder folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_collector_receives_the_spans_metrics_and_log_of_a_run_that_a_host_ran()
    {
        await using var collector = await Collector.StartAsync();
        var id = await RunAsync(collector.Variables);

        var spans = collector.Of("traces").SelectMany(body => Protobuf.At(body, 1, 2, 2)).ToList();
        var own = spans.Where(span => Convert.ToHexStringLower(Protobuf.At(span, 1).Single().Span) == TraceIds.TraceOf(id).ToHexString()).ToList();
        Assert.Equal(["attempt notify", "step do", "run small"], own.SelectMany(span => Protobuf.Texts(span, 5)));
        Assert.Equal(TraceIds.OfRun(id).ToHexString(), Convert.ToHexStringLower(Protobuf.At(own[^1], 2).Single().Span));
        Assert.Contains("playbooks", collector.Of("traces").SelectMany(body => Protobuf.Texts(body, 1, 1, 1, 2, 1)));
        var metrics = collector.Of("metrics").SelectMany(body => Protobuf.Texts(body, 1, 2, 2, 1)).ToHashSet();
        Assert.All([TelemetryNames.RunSeconds.Name, TelemetryNames.StepSeconds.Name, TelemetryNames.AttemptSeconds.Name, "dotnet.process.cpu.time"], name => Assert.Contains(name, metrics));
        var logged = collector.Of("logs").SelectMany(body => Protobuf.At(body, 1, 2)).Where(scope => Protobuf.Texts(scope, 1, 1).Single() == TelemetryNames.RunLog).SelectMany(scope => Protobuf.Texts(scope, 2, 5, 1)).ToList();
        Assert.Contains($"Run {id} of small has started, drill.", logged);
        Assert.Contains($"Run {id} of small, drill, has ended: completed, RTO no-objective.", logged);
    }

    [Fact]
    public async Task A_line_of_the_host_is_said_as_before_and_sent_under_its_subject()
    {
        await using var collector = await Collector.StartAsync();
        var said = new List<string>();
        await using (var telemetry = Open(collector.Variables))
            telemetry.Saying("Alerts", said.Add)("Alert 1, fired: started grading");

        Assert.Equal(["Alert 1, fired: started grading"], said);
        Assert.Contains("Playbooks.Alerts", collector.Of("logs").SelectMany(body => Protobuf.Texts(body, 1, 2, 1, 1)));
        Assert.Contains("Alert 1, fired: started grading", collector.Of("logs").SelectMany(body => Protobuf.Texts(body, 1, 2, 2, 5, 1)));
    }

    [Fact]
    public async Task Azure_Monitor_receives_the_same_by_its_own_way()
    {
        await using var collector = await Collector.StartAsync();
        var id = await RunAsync(collector.AzureVariables);

        var sent = collector.Of("track").Select(body => Encoding.UTF8.GetString(body.Span)).ToList();
        foreach (var text in new[] { TraceIds.TraceOf(id).ToHexString(), "attempt notify", TelemetryNames.RunSeconds.Name, $"Run {id} of small has started, drill." })
            Assert.Contains(sent, body => body.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_signal_alone_can_be_asked_for()
    {
        await using var collector = await Collector.StartAsync();
        await RunAsync(new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = collector.Variables["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces", ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" });

        Assert.NotEmpty(collector.Of("traces"));
        Assert.Empty(collector.Of("metrics"));
        Assert.Empty(collector.Of("logs"));
    }

    [Fact]
    public async Task Without_the_variables_nothing_is_heard_and_nothing_is_written()
    {
        await using var telemetry = Open(new Dictionary<string, string> { ["OTEL_SERVICE_NAME"] = "mine" });

        Assert.Null(telemetry.Committed);
        Assert.Empty(Directory.GetFiles(folder.Path, "*told*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_connection_string_that_is_none_is_refused_without_being_repeated()
    {
        var wrong = Assert.Throws<HostSettingException>(() => Open(new Dictionary<string, string> { [Playbooks.Hosting.Telemetry.AzureVariable] = "planted-secret" }));

        Assert.DoesNotContain("planted-secret", wrong.Message, StringComparison.Ordinal);
    }

    private Playbooks.Hosting.Telemetry Open(IReadOnlyDictionary<string, string> variables) =>
        Playbooks.Hosting.Telemetry.Open(variables, Workspace.At(Path.Combine(folder.Path, ".playbooks")).Folder, EnvironmentText.Valid(EnvironmentText.Drill), TimeProvider.System);

    /// <summary>A host as <c>serve</c> opens it, until its run has ended.</summary>
    private async Task<string> RunAsync(IReadOnlyDictionary<string, string> variables)
    {
        var (workspace, library) = (Workspace.At(Path.Combine(folder.Path, ".playbooks")), LibraryFolder.Find(folder.Path));
        await using var host = await EmbeddedHost.OpenAsync(workspace, library, EnvironmentText.Valid(EnvironmentText.Drill), TimeProvider.System, 0, [], variables);
        var started = await host.StartAsync(EngineHarness.Request(EngineHarness.Playbook(EngineTests.Notify)), Cancelled);
        var id = Assert.IsType<StartResult.Started>(started).RunId;
        await EngineHarness.UntilAsync(host.Engine, id, happened => happened is RunEvent.RunEnded);
        return id;
    }
}
