using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Tests.Sqlite;
using Playbooks.Web.Telemetry;

namespace Playbooks.Tests.Telemetry;

/// <summary>What is told of runs on a real engine, over retries, people, failures and restarts.</summary>
public sealed class RunTelemetryTests : IDisposable
{
    private const string Steps = """
        { "id": "look", "do": "http.get", "with": { "url": "https://shop.example/canary-input" }, "retry": { "attempts": 2, "interval": "PT1M" }, "onFailure": "stop" },
        { "id": "go", "approve": { "role": "approver", "message": "Go on with canary-message?", "covers": ["send"], "decideWithin": "PT1H", "onTimeout": "deny" } },
        { "id": "both", "parallel": { "branches": { "left": [ { "id": "hold", "wait": { "for": "PT1M" } } ], "right": [ { "id": "rest", "wait": { "for": "PT2M" } } ] } } },
        { "id": "send", "do": "http.request", "with": { "method": "POST", "url": "https://shop.example/" }, "onFailure": "stop" }
        """;

    private static readonly DateTimeOffset Three = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private readonly TelemetryRig rig = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    private Microsoft.Extensions.Time.Testing.FakeTimeProvider Time => rig.Engines.Time;

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task A_run_over_a_restart_is_one_trace_whose_spans_fit_together()
    {
        var id = await RunAsync();

        var spans = rig.Spans.Of(id);
        Assert.Equal(
            [
                "attempt http.get look 03:00-03:00 Error", "attempt http.get look 03:01-03:01 Unset", "step do look 03:00-03:01 Unset",
                "step approve go 03:01-03:11 Unset", "step wait both.left/hold 03:11-03:12 Unset", "step wait both.right/rest 03:11-03:13 Unset", "step parallel both 03:11-03:13 Unset",
                "attempt http.request send 03:13-03:13 Error", "step do send 03:13-03:13 Error", "run small  03:00-03:13 Error",
            ], spans.Select(Line));
        Assert.Equal(spans.Count, spans.Select(span => span.SpanId).Distinct().Count());
        var (run, byPath) = (spans[^1], spans.Where(span => span.OperationName.StartsWith("step", StringComparison.Ordinal)).ToDictionary(span => (string)span.GetTagItem(TelemetryNames.StepPath)!));
        Assert.Equal(default, run.ParentSpanId);
        Assert.All(["look", "go", "both", "send"], path => Assert.Equal(run.SpanId, byPath[path].ParentSpanId));
        Assert.All(["both.left/hold", "both.right/rest"], path => Assert.Equal(byPath["both"].SpanId, byPath[path].ParentSpanId));
        Assert.All(spans.Where(span => span.Kind == ActivityKind.Client), span => Assert.Equal(byPath[(string)span.GetTagItem(TelemetryNames.StepPath)!].SpanId, span.ParentSpanId));
        Assert.Equal(["transient", null, "denied"], spans.Where(span => span.Kind == ActivityKind.Client).Select(span => span.GetTagItem(TelemetryNames.Error)));
        Assert.Equal(["approval.opened", "vote.counted", "approval.decided"], byPath["go"].Events.Select(happened => happened.Name));
        Assert.Equal(("failed", "drill", "1.0.0"), (run.GetTagItem(TelemetryNames.Outcome), run.GetTagItem(TelemetryNames.Mode), run.GetTagItem(TelemetryNames.Version)));
    }

    [Fact]
    public async Task Nothing_that_is_told_names_a_person_an_input_or_what_was_said()
    {
        var id = await RunAsync();

        var told = rig.Spans.Of(id).SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key} {tag.Value}").Append(span.StatusDescription).Concat(span.Events.SelectMany(one => one.Tags.Select(tag => $"{tag.Value}"))))
            .Concat(rig.Log.Records.Select(record => record.Text)).ToList();
        Assert.All(["canary", "approver@", "starter", "shop.example", "ml-oncall"], secret => Assert.DoesNotContain(told, text => text?.Contains(secret, StringComparison.Ordinal) == true));
        // An exporter that another test uses at this moment leaves a note of its own.
        Assert.All(rig.Spans.Of(id), span => Assert.Empty(span.TagObjects.Select(tag => tag.Key).Where(key => !key.StartsWith('_')).Except(Assert.Single(TelemetryNames.Spans, name => name.Name.Split(' ')[0] == span.OperationName.Split(' ')[0]).Attributes)));
    }

    [Fact]
    public async Task The_log_says_what_matters_with_the_run_as_its_place()
    {
        var id = await RunAsync();

        Assert.Equal([LogLevel.Information, LogLevel.Warning, LogLevel.Warning, LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Error], rig.Log.Records.Select(record => record.Level));
        Assert.Equal($"Run {id} of small, drill: attempt 1 of look has failed with transient.", rig.Log.Records.ElementAt(1).Text);
        Assert.All(rig.Log.Records, record => Assert.Equal((TraceIds.TraceOf(id), TraceIds.OfRun(id)), (record.Of.TraceId, record.Of.SpanId)));
    }

    [Fact]
    public async Task Durations_are_measured_once_however_often_a_host_restarts()
    {
        var measured = new ConcurrentQueue<string>();
        await RunAsync(life =>
        {
            foreach (var line in life.Measured.Of(TelemetryNames.StepSeconds).Concat(life.Measured.Of(TelemetryNames.AttemptSeconds)).Concat(life.Measured.Of(TelemetryNames.RunSeconds)))
                measured.Enqueue(line);
        });

        Assert.Equal(
            [
                "60 small,drill,do,http.get,succeeded", "0 small,drill,http.get,do,transient", "0 small,drill,http.get,do",
                "600 small,drill,approve,succeeded", "60 small,drill,wait,succeeded", "120 small,drill,wait,succeeded", "120 small,drill,parallel,succeeded", "0 small,drill,do,http.request,failed,denied",
                "0 small,drill,http.request,do,denied", "780 small,drill,failed,no-objective",
            ], measured);
    }

    [Fact]
    public async Task What_a_killed_host_had_told_last_is_told_again_with_the_same_ids_and_no_more()
    {
        string id;
        await using (var life = await rig.OpenAsync())
        {
            id = await StartedAsync(life);
            await life.ToldAsync();
            rig.Engines.Folder.AsKilledNow("killed.db");
        }
        var before = rig.Spans.Of(id).Select(Ids).ToList();
        await using (await rig.OpenAsync(Three + TimeSpan.FromSeconds(30), rig.Engines.Folder.File("killed.db"))) { }

        // The first attempt was over at 3:00, half a minute before the mark.
        Assert.Equal([.. before, .. before.Skip(1)], rig.Spans.Of(id).Select(Ids));
    }

    [Fact]
    public async Task A_run_whose_end_a_killed_host_had_not_told_is_told_by_the_next()
    {
        string id;
        await using (var engine = await rig.Engines.OpenAsync())
        {
            id = await EngineHarness.StartAsync(engine, EngineTests.Notify);
            await EngineHarness.AllAsync(engine, id);
        }
        Assert.Empty(rig.Spans.Of(id));

        await using (await rig.OpenAsync(Three - TimeSpan.FromSeconds(1))) { }
        await using (await rig.OpenAsync(Three + TimeSpan.FromSeconds(1))) { }

        Assert.Equal(["attempt notify", "step do", "run small"], rig.Spans.Of(id).Select(span => span.OperationName));
    }

    [Fact]
    public async Task What_came_while_telling_was_behind_is_counted_and_read_in_the_journal()
    {
        var telemetry = new RunTelemetry(Time, rig.Log, Three - TimeSpan.FromSeconds(1));
        using var measured = new ToldMeasurements(telemetry.Meters.Meter);
        for (var i = 0; i < RunTelemetry.HeardMax; i++)
            telemetry.Committed(Run.Empty, [new RunEvent.Told("one", "terminal", Three)]);
        rig.Engines.Committed = telemetry.Committed;
        await using var engine = await rig.Engines.OpenAsync();
        var id = await EngineHarness.StartAsync(engine, EngineTests.Notify);
        var all = await EngineHarness.AllAsync(engine, id);

        telemetry.Begin(engine);
        await telemetry.DisposeAsync();

        Assert.Equal(all.Count, measured.Of(TelemetryNames.Dropped).Sum(line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(["attempt notify", "step do", "run small"], rig.Spans.Of(id).Select(span => span.OperationName));
    }

    [Fact]
    public async Task Gauges_say_what_waits_now_after_a_restart_too()
    {
        await using (var life = await rig.OpenAsync())
            await StartedAsync(life);
        Time.Advance(TimeSpan.FromMinutes(5));

        await using var next = await rig.OpenAsync();
        await next.ToldAsync();

        Assert.Equal(["1 small,drill,recovering"], next.Measured.Now(TelemetryNames.RunsOpen));
        Assert.Equal(["1 small,drill"], next.Measured.Now(TelemetryNames.Approvals));
        Assert.Equal(["300 small,drill"], next.Measured.Now(TelemetryNames.ApprovalAge));
        Assert.Empty(next.Measured.Now(TelemetryNames.RtoLeft));
    }

    /// <summary>One run in two lives: a retry and an approval in the first, a failure in the second.</summary>
    private async Task<string> RunAsync(Action<TelemetryRig.Life>? look = null)
    {
        string id;
        await using (var life = await rig.OpenAsync())
        {
            id = await StartedAsync(life);
            await life.ToldAsync();
            look?.Invoke(life);
        }
        await using (var life = await rig.OpenAsync())
        {
            rig.Engines.Outside.Act = (_, _) => Task.FromResult<Outcome>(new Outcome.Failed(ErrorKind.Denied, "shop.example says canary-message"));
            Time.Advance(TimeSpan.FromMinutes(10));
            var approval = (await life.UntilAsync<RunEvent.ApprovalOpened>(id)).Select(stored => stored.Event).OfType<RunEvent.ApprovalOpened>().Single();
            await life.Engine.SignalAsync(id, new RunEvent.VoteCast("vote-1", "go", approval.Round, approval.Digest, "approver@university.example", ["ml-approvers"], true, "canary-comment", "test", default), cancellation);
            await HeldAsync(life, id, "both.right/rest");
            Time.Advance(TimeSpan.FromMinutes(1));
            await EngineHarness.UntilAsync(life.Engine, id, happened => happened is RunEvent.StepSucceeded { Path: "both.left/hold" });
            Time.Advance(TimeSpan.FromMinutes(1));
            await life.UntilAsync<RunEvent.RunEnded>(id);
            await life.ToldAsync();
            look?.Invoke(life);
        }
        return id;
    }

    /// <summary>The run has looked twice and asks people.</summary>
    private async Task<string> StartedAsync(TelemetryRig.Life life)
    {
        var times = 0;
        rig.Engines.Outside.Act = (_, _) => Task.FromResult<Outcome>(times++ == 0 ? new Outcome.Failed(ErrorKind.Transient, "canary-message") : new Outcome.Succeeded(JsonData.Object(("status", JsonData.Of("canary-output")))));
        var id = await EngineHarness.StartAsync(life.Engine, Steps);
        await life.UntilAsync<RunEvent.ActionFailed>(id);
        await EngineHarness.SettleAsync(life.Engine, id);
        Time.Advance(TimeSpan.FromMinutes(1));
        await life.UntilAsync<RunEvent.ApprovalOpened>(id);
        await EngineHarness.SettleAsync(life.Engine, id);
        return id;
    }

    private async Task HeldAsync(TelemetryRig.Life life, string id, string path)
    {
        await EngineHarness.UntilAsync(life.Engine, id, happened => happened is RunEvent.StepStarted started && started.Path == path);
        await life.Engine.SignalAsync(id, JournalTests.Signal("settle again"), cancellation);
    }

    private static string Line(Activity span) =>
        $"{span.OperationName} {span.GetTagItem(TelemetryNames.StepPath)} {span.StartTimeUtc:HH:mm}-{span.StartTimeUtc + span.Duration:HH:mm} {span.Status}";

    private static (ActivityTraceId, ActivitySpanId, ActivitySpanId, string) Ids(Activity span) => (span.TraceId, span.SpanId, span.ParentSpanId, span.OperationName);
}
