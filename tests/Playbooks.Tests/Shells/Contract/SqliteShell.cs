using Microsoft.Extensions.Time.Testing;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Sqlite;
using Playbooks.Tests.Sqlite;

namespace Playbooks.Tests.Shells.Contract;

/// <summary>The embedded shell, whole, on a real file.</summary>
internal sealed class SqliteShell : ITestShell
{
    private readonly ScriptedWorld world;
    private readonly Logic logic;
    private readonly TempFolder folder = new();
    private readonly FakeTimeProvider time = new(ShellContract.Start);
    private readonly List<Engine> dead = [];
    private string path;
    private Engine engine = null!;
    private ProcessOutside outside = null!;

    private SqliteShell(ScriptedWorld world, Logic logic) => (this.world, this.logic, path) = (world, logic, folder.Journal);

    public static async Task<ITestShell> OpenAsync(ScriptedWorld world, Logic logic)
    {
        var shell = new SqliteShell(world, logic);
        await shell.OpenAsync();
        return shell;
    }

    public IRuns Runs => engine;

    public DateTimeOffset Now => time.GetUtcNow();

    public Task AdvanceAsync(TimeSpan by)
    {
        time.Advance(by);
        return Task.CompletedTask;
    }

    public Task SettleAsync(string runId) => EngineHarness.SettleAsync(engine, runId);

    public Task<IReadOnlyList<StoredEvent>> UntilAsync(string runId, Func<RunEvent, bool> isMeant) => EngineHarness.UntilAsync(engine, runId, isMeant);

    public Task UntilAsync(Func<bool> isMeant) => world.UntilAsync(isMeant);

    public async Task SignalTwiceAsync(string runId, RunEvent happened)
    {
        await engine.SignalAsync(runId, happened, TestContext.Current.CancellationToken);
        await engine.SignalAsync(runId, happened, TestContext.Current.CancellationToken);
    }

    public async Task CrashAsync()
    {
        outside.Die();
        path = CopyOf(path, $"killed-{dead.Count}.db");
        dead.Add(engine);
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        outside.Die();
        foreach (var opened in dead.Append(engine))
            await opened.DisposeAsync();
        folder.Dispose();
    }

    private async Task OpenAsync()
    {
        outside = new ProcessOutside(world);
        var alive = outside;
        engine = await Engine.OpenAsync(path, new EngineOptions
        {
            Actions = alive, People = alive, Anchors = alive, RaiseAlert = (run, _) => alive.RaiseAsync(run), Time = time, Logic = logic, ShutdownGrace = TimeSpan.Zero, PatrolAfter = TimeSpan.Zero,
        });
    }

    private string CopyOf(string journal, string name)
    {
        File.Copy(journal, folder.File(name));
        if (File.Exists(journal + "-wal"))
            File.Copy(journal + "-wal", folder.File(name) + "-wal");
        return folder.File(name);
    }
}
