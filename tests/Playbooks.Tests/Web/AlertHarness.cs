using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;
using Playbooks.Sqlite;
using Playbooks.Tests.Alerts;
using Playbooks.Tests.Definitions;
using Playbooks.Tests.Sqlite;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Web;

/// <summary>A real engine, and what a host makes of the alerts that it keeps.</summary>
internal sealed class AlertHarness : IDisposable
{
    /// <summary>Takes alerts of rules that begin with grading; waits, so that the run is there to be looked at.</summary>
    public const string Grading = """
        { "playbook": "grading", "version": "1.0.0", "title": "t", "owner": "ml-oncall@university.example", "objectives": {}, "inputs": { "model": { "type": "string" } },
          "triggers": [ { "alert": { "rule": "grading-*" }, "inputs": { "model": "${ alert.customProperties.model }" } } ],
          "steps": [ { "id": "hold", "wait": { "for": "PT10M" } } ] }
        """;

    public static DeploymentEnvironment Live { get; } = EnvironmentText.Valid(AsLive());

    public static DeploymentEnvironment Drill { get; } = EnvironmentText.Valid(EnvironmentText.Drill);

    public EngineHarness Engines { get; } = new();
    public ConcurrentQueue<string> Told { get; } = new();
    public ConcurrentQueue<string> Said { get; } = new();

    /// <summary>Comes before a start.</summary>
    public Action<StartRequest> Starting { get; set; } = _ => { };

    /// <summary>Which exceptions are trouble that passes.</summary>
    public Func<Exception, bool>? Passes { get; set; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Playbook Playbook(string text) => PlaybookReader.Read(text, "playbook.json") switch
    {
        ReadResult<Playbook>.Valid valid => valid.Value,
        ReadResult<Playbook>.Invalid invalid => throw new InvalidOperationException(string.Join("\n", invalid.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A delivery of a metric alert about the model grading.</summary>
    public static string Text(string id = "a-1", string rule = "grading-model-drift", string severity = "Sev1", bool resolved = false, string fired = AzurePayload.Fired, string custom = """{ "model": "grading" }""") =>
        AzurePayload.Of("Platform", "{}", $$"""
            { "alertId": "{{id}}", "alertRule": "{{rule}}", "severity": "{{severity}}", "firedDateTime": "{{fired}}"{{(resolved ? """, "monitorCondition": "Resolved", "resolvedDateTime": "2026-01-12T03:30:00Z" """ : "")}} }
            """, custom);

    public Task<bool> KeepAsync(Engine engine, string text)
    {
        var alert = AzurePayload.Read(text);
        return engine.Alerts.KeepAsync(new ReceivedAlert(alert.Delivery, alert.Id, text, Engines.Time.GetUtcNow(), "test"), Cancelled);
    }

    public async Task SettleAsync(Engine engine, DeploymentEnvironment environment, IAlertInbox? inbox = null, params IReadOnlyList<string> playbooks)
    {
        using var dispatcher = Dispatcher(engine, environment, inbox ?? engine.Alerts, playbooks);
        await dispatcher.SettleAsync(Cancelled);
    }

    /// <summary>Keeps it and settles all there is.</summary>
    /// <returns>What became of it.</returns>
    public async Task<AlertFate> DeliverAsync(Engine engine, DeploymentEnvironment environment, string text, params IReadOnlyList<string> playbooks)
    {
        await KeepAsync(engine, text);
        await SettleAsync(engine, environment, null, playbooks);
        return engine.Alerts.Latest(null, int.MaxValue).Single(kept => kept.Received.Delivery == AzurePayload.Read(text).Delivery).Fate!;
    }

    public AlertDispatcher Dispatcher(Engine engine, DeploymentEnvironment environment, IAlertInbox inbox, IReadOnlyList<string> playbooks) => new(inbox, engine,
        new AlertPolicy([.. (playbooks.Count == 0 ? [Grading] : playbooks).Select(Playbook)], environment, async (request, cancellationToken) =>
        {
            Starting(request);
            return await engine.StartAsync(request, cancellationToken);
        }, engine.ResolveHeldBackAsync, Told.Enqueue, Said.Enqueue, Passes));

    public void Dispose() => Engines.Dispose();

    private static string AsLive()
    {
        var environment = JsonNode.Parse(EnvironmentText.Drill)!;
        (environment["name"], environment["kind"]) = ("live", "live");
        environment.AsObject().Remove("drill");
        environment["models"]!["grading"]!.AsObject().Remove("faults");
        return environment.ToJsonString();
    }
}
