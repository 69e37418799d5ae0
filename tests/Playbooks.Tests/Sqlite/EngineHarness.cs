using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Sqlite;
using Playbooks.Tests.Definitions;

namespace Playbooks.Tests.Sqlite;

/// <summary>An engine on a real file with a clock and a world that the test moves.</summary>
internal sealed class EngineHarness : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public TempFolder Folder { get; } = new();
    public FakeOutside Outside { get; } = new();
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero));
    public Logic Logic { get; set; } = Logic.Ours;
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);
    public int Workers { get; set; } = EngineOptions.WorkersDefault;
    public Disk Disk { get; set; } = Disk.OfTheSystem;
    public int RestingKept { get; set; } = 1;
    public TimeSpan PatrolAfter { get; set; }
    public Action<Run, ImmutableArray<RunEvent>>? Committed { get; set; }

    public Task<Engine> OpenAsync(string? path = null, FakeOutside? outside = null) => Engine.OpenAsync(path ?? Folder.Journal, new EngineOptions
    {
        Actions = outside ?? Outside, People = outside ?? Outside, Anchors = outside ?? Outside, RaiseAlert = (_, _) => Task.CompletedTask,
        Time = Time, Logic = Logic, Workers = Workers, ShutdownGrace = Grace,
        Disk = Disk, RestingKeptMax = RestingKept, PatrolAfter = PatrolAfter, Committed = Committed,
    });

    public static Playbook Playbook(string steps, string name = "small", string concurrency = "") => PlaybookReader.Read($$"""
        { "playbook": "{{name}}", "version": "1.0.0", "title": "Small", "owner": "ml-oncall@university.example", "objectives": {}, {{concurrency}}
          "roles": { "approver": "ml-approvers" }, "steps": [ {{steps}} ] }
        """, "playbook.json") switch
    {
        ReadResult<Playbook>.Valid valid => valid.Value,
        ReadResult<Playbook>.Invalid invalid => throw new InvalidOperationException(string.Join("\n", invalid.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static StartRequest Request(Playbook playbook, string requestId = "request-1") =>
        new(requestId, playbook, EnvironmentText.Valid(EnvironmentText.Drill), RunMode.Drill, JsonData.EmptyObject, null, "starter", null, null, null);

    public static async Task<string> StartAsync(Engine engine, string steps, string requestId = "request-1", string name = "small") =>
        Assert.IsType<StartResult.Started>(await engine.StartAsync(Request(Playbook(steps, name), requestId), TestContext.Current.CancellationToken)).RunId;

    /// <summary>All events up to the first that is meant, inclusive.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> UntilAsync(Engine engine, string runId, Func<RunEvent, bool> isMeant)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var seen = new List<StoredEvent>();
        await foreach (var stored in engine.SubscribeAsync(runId, cancellationToken: patience.Token))
        {
            seen.Add(stored);
            if (isMeant(stored.Event))
                return seen;
        }
        throw new InvalidOperationException("The run was over before; it had: " + string.Join(", ", seen.Select(stored => EventNames.Of(stored.Event))));
    }

    /// <summary>All events until the run is over and nothing of it is outstanding.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> AllAsync(Engine engine, string runId)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var seen = new List<StoredEvent>();
        await foreach (var stored in engine.SubscribeAsync(runId, cancellationToken: patience.Token))
            seen.Add(stored);
        return seen;
    }

    /// <summary>Everything that was posted before is decided and durable afterwards.</summary>
    public static async Task SettleAsync(Engine engine, string runId) =>
        Assert.True(await engine.SignalAsync(runId, JournalTests.Signal("settle"), TestContext.Current.CancellationToken));

    public void Dispose() => Folder.Dispose();
}
