using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Core;
using Playbooks.Hosting;
using Playbooks.Tests.Alerts;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;
using static Playbooks.Tests.Web.AlertHarness;

namespace Playbooks.Tests.Web;

/// <summary>What a host has counted starts runs and detects drills; what somebody outside says that it has counted does not.</summary>
public sealed class DeadLetterDoorTests : IDisposable
{
    private const string Lettered = """
        { "playbook": "replay", "version": "1.0.0", "title": "t", "owner": "ml-oncall@university.example", "objectives": {}, "inputs": { "queue": { "type": "string", "default": "q" } },
          "triggers": [ { "deadLetters": { "queue": "grading-jobs", "atLeast": 10 }, "inputs": { "queue": "${ alert.customProperties.queue }" } } ],
          "drill": { "detectWithin": "PT5M", "inject": [ { "id": "strand", "do": "chaos.deadLetter", "with": { "queue": "grading-jobs", "count": 40, "ttl": "PT1H" } } ] },
          "steps": [ { "id": "hold", "wait": { "for": "PT10M" } } ] }
        """;

    private static readonly DateTimeOffset Three = new(2026, 1, 12, 3, 0, 0, TimeSpan.Zero);

    private readonly AlertHarness harness = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task As_many_letters_as_asked_for_start_one_run_and_fewer_tell_it_that_it_is_over()
    {
        await using var engine = await harness.Engines.OpenAsync();

        var run = Assert.Single((await harness.DeliverAsync(engine, Live, Fired("live", Three), Lettered, Grading)).Effects).RunId!;
        var end = await harness.DeliverAsync(engine, Live, Over("live", Three), Lettered, Grading);

        var found = (await engine.FindAsync(run, cancellation))!;
        Assert.Equal(("""{"queue":"grading-jobs"}""", "alert", Three), (found.Inputs.Text, found.Started!.StartedBy, found.Summary().DetectedAt));
        Assert.Equal([new AlertEffect("replay", AlertEffectKind.Resolved, run, [])], end.Effects.AsEnumerable());
    }

    [Fact]
    public async Task The_end_of_a_second_time_is_not_told_to_the_run_of_the_first()
    {
        await using var engine = await harness.Engines.OpenAsync();
        var first = Assert.Single((await harness.DeliverAsync(engine, Live, Fired("live", Three), Lettered)).Effects).RunId!;
        var second = Assert.Single((await harness.DeliverAsync(engine, Live, Fired("live", Three.AddHours(1)), Lettered)).Effects).RunId!;

        var end = await harness.DeliverAsync(engine, Live, Over("live", Three.AddHours(1)), Lettered);

        Assert.Equal([new AlertEffect("replay", AlertEffectKind.Resolved, second, [])], end.Effects.AsEnumerable());
        Assert.Null((await engine.FindAsync(first, cancellation))!.AlertResolvedAt);
    }

    [Fact]
    public async Task A_drill_that_waits_is_detected_by_them_and_nothing_else_starts_in_its_environment()
    {
        await using var engine = await harness.Engines.OpenAsync();
        var id = Assert.IsType<StartResult.Started>(await engine.StartAsync(new StartRequest("drill-1", Playbook(Lettered), Drill, RunMode.Drill, JsonData.EmptyObject, null, "starter", null, null, null), cancellation)).RunId;
        await Sqlite.EngineHarness.UntilAsync(engine, id, happened => happened is RunEvent.DetectionAwaited);

        var fate = await harness.DeliverAsync(engine, Drill, Fired("drill", Three), Lettered);

        Assert.Equal([new AlertEffect("replay", AlertEffectKind.Detected, id, [])], fate.Effects.AsEnumerable());
        await Sqlite.EngineHarness.UntilAsync(engine, id, happened => happened is RunEvent.AlertAttached);
        var late = await harness.DeliverAsync(engine, Drill, Fired("drill", Three.AddHours(1)), Lettered);
        Assert.Equal(["replay takes it, but none of its drills awaits an alert now."], late.Reasons.AsEnumerable());
        Assert.Single(await engine.ListAsync(cancellation));
    }

    [Fact]
    public async Task A_drill_that_nothing_watches_raises_them_itself()
    {
        await using var engine = await harness.Engines.OpenAsync();
        var id = Assert.IsType<StartResult.Started>(await engine.StartAsync(new StartRequest("drill-1", Playbook(Lettered), Drill, RunMode.Drill, JsonData.EmptyObject, null, "starter", null, null, null), cancellation)).RunId;
        await Sqlite.EngineHarness.UntilAsync(engine, id, happened => happened is RunEvent.DetectionAwaited);

        await DrillAlert.RaiseAsync(engine, (await engine.FindAsync(id, cancellation))!.Summary(), harness.Engines.Time, cancellation);

        var events = await Sqlite.EngineHarness.UntilAsync(engine, id, happened => happened is RunEvent.AlertAttached);
        Assert.Equal("deadletters/drill/grading-jobs/10", events.Select(stored => stored.Event).OfType<RunEvent.AlertAttached>().Single().Alert["id"]!.AsString());
    }

    [Fact]
    public async Task Nobody_outside_can_say_that_letters_were_counted()
    {
        var inbox = new MemoryAlerts();
        var woken = 0;
        await using var application = await ServeAsync(inbox, () => woken++);
        using var http = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };
        var fired = Fired("live", Three);
        string[] forged =
        [
            fired, Over("live", Three), fired.Replace("deadletters/", "a-", StringComparison.Ordinal), fired.Replace("deadletters/", "DeadLetters/", StringComparison.Ordinal),
            fired.Replace(DeadLetterAlert.Service, "drift-monitor", StringComparison.Ordinal), fired.Replace(DeadLetterAlert.Service, DeadLetterAlert.Service.ToUpperInvariant(), StringComparison.Ordinal),
            AzurePayload.Of(DeadLetterAlert.Service, "{}", beside: """{ "queue": "grading-jobs", "atLeast": 10 }"""), Text("deadletters/live/grading-jobs/10"),
        ];

        foreach (var text in forged)
        {
            using var refused = await PostAsync(http, text);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("this host's own", await refused.Content.ReadAsStringAsync(cancellation), StringComparison.Ordinal);
        }
        Assert.Empty(inbox.Kept);
        using var taken = await PostAsync(http, Text("grading/deadletters/1"));
        Assert.Equal((HttpStatusCode.Accepted, 1), (taken.StatusCode, woken));
    }

    private static string Fired(string environment, DateTimeOffset at) => DeadLetterAlert.Fired(environment, "grading-jobs", 10, 12, at);

    private static string Over(string environment, DateTimeOffset firedAt) => DeadLetterAlert.Over(environment, "grading-jobs", 10, 3, firedAt, firedAt.AddMinutes(9));

    private async Task<HttpResponseMessage> PostAsync(HttpClient http, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, AlertApi.Path) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", "key");
        return await http.SendAsync(request, cancellation);
    }

    private async Task<WebApplication> ServeAsync(MemoryAlerts inbox, Action wake)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.MapAlertApi(inbox, new AlertSenders(null, [], key => key == "key" ? new Caller("operator", "operator", "api") : null), wake, TimeProvider.System);
        await application.StartAsync(cancellation);
        return application;
    }
}
