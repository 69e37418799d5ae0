using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Json;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Decisions;

namespace Playbooks.Tests.Shells.Contract;

/// <summary>What a shell must do, stated once. Each shell is held to it by a class of its own that opens it.</summary>
public abstract partial class ShellContract : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    private readonly ScriptedWorld world = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;
    private ITestShell? opened;

    private protected abstract Task<ITestShell> OpenAsync(ScriptedWorld world, Logic logic);

    public async ValueTask DisposeAsync()
    {
        if (opened is not null)
            await opened.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<ITestShell> OpenAsync(Logic? logic = null) => opened = await OpenAsync(world, logic ?? Logic.Ours);

    private static StartRequest Request(string steps, RunMode mode = RunMode.Live, string requestId = "request-1", string extra = "", string rto = "", string startedBy = "starter")
    {
        var read = PlaybookReader.Read($$"""
            { "playbook": "contract", "version": "1.0.0", "title": "A contract", "objectives": { {{(rto.Length > 0 ? $"\"rto\": \"{rto}\"" : "")}} },
              "inputs": { "model": { "type": "string", "default": "grading" } }, "roles": { "approver": "approvers", "commander": "commanders" },
              "steps": [ {{steps}} ] {{(extra.Length > 0 ? ", " + extra : "")}} }
            """, "contract.json");
        var playbook = read is ReadResult<Playbook>.Valid valid ? valid.Value : throw new InvalidOperationException(string.Join('\n', ((ReadResult<Playbook>.Invalid)read).Errors));
        return new StartRequest(requestId, playbook, Environments.Of(mode), mode, JsonData.EmptyObject, null, startedBy, null, null, null);
    }

    private async Task<string> StartAsync(ITestShell shell, StartRequest request) =>
        Assert.IsType<StartResult.Started>(await shell.Runs.StartAsync(request, cancellation)).RunId;

    private Task<string> StartAsync(ITestShell shell, params string[] steps) => StartAsync(shell, Request(string.Join(", ", steps)));

    private Task<bool> SignalAsync(ITestShell shell, string id, RunEvent happened) => shell.Runs.SignalAsync(id, happened, cancellation);

    private static RunEvent.SignalReceived Signal(string name) => new RunEvent.SignalReceived("signal-" + name, name, JsonData.Of("payload"), default);

    private static RunEvent.OrderGiven Ordered(Order order, string id = "order-1", string role = "commanders", string reason = "because") =>
        new RunEvent.OrderGiven(id, order, "commander", [role], reason, "api", default);

    private static async Task<RunEvent> VoteAsync(ITestShell shell, string id, bool approves = true, string person = "approver", string role = "approvers", string? digest = null, string voteId = "vote-1")
    {
        var opened = await OpenedAsync(shell, id);
        return new RunEvent.VoteCast(voteId, opened.Path, opened.Round, digest ?? opened.Digest, person, [role], approves, null, "api", default);
    }

    private static async Task<RunEvent.ApprovalOpened> OpenedAsync(ITestShell shell, string id) =>
        (RunEvent.ApprovalOpened)(await shell.UntilAsync(id, happened => happened is RunEvent.ApprovalOpened))[^1].Event;

    private static async Task<RunEvent.RunEnded> EndAsync(ITestShell shell, string id) => await HappenedAsync<RunEvent.RunEnded>(shell, id);

    private static async Task<T> HappenedAsync<T>(ITestShell shell, string id, Func<T, bool>? isMeant = null) where T : RunEvent =>
        (T)(await shell.UntilAsync(id, happened => happened is T meant && (isMeant?.Invoke(meant) ?? true)))[^1].Event;

    private Task CalledAsync(ITestShell shell, string name) => shell.UntilAsync(() => world.Names.Contains(name));

    private async Task<IReadOnlyList<RunEvent>> EventsAsync(ITestShell shell, string id) =>
        [.. (await shell.Runs.ReadAsync(id, 1, cancellation)).Select(stored => stored.Event)];

    /// <summary>Lets time go on little by little until it has happened, as long as timers take.</summary>
    private async Task<T> AfterTimeAsync<T>(ITestShell shell, string id, Func<T, bool>? isMeant = null) where T : RunEvent
    {
        for (var tries = 0; tries < 400; tries++)
        {
            if ((await EventsAsync(shell, id)).OfType<T>().FirstOrDefault(happened => isMeant?.Invoke(happened) ?? true) is { } happened)
                return happened;
            await shell.AdvanceAsync(TimeSpan.FromSeconds(5));
            await shell.SettleAsync(id);
        }
        throw new InvalidOperationException($"No {typeof(T).Name}: " + string.Join(", ", (await EventsAsync(shell, id)).Select(EventNames.Of)));
    }

    private static void HoldsTogether(string id, IReadOnlyList<StoredEvent> events)
    {
        var hash = HashChain.Genesis(id);
        var last = DateTimeOffset.MinValue;
        foreach (var (stored, index) in events.Select((stored, index) => (stored, index)))
        {
            Assert.Equal(index + 1, stored.Sequence);
            Assert.Equal(hash = HashChain.Next(hash, stored.Json.Span), stored.Hash);
            Assert.True(stored.Event.At >= last, $"Event {stored.Sequence} lies before the one before it.");
            last = stored.Event.At;
        }
    }
}

/// <summary>The embedded shell.</summary>
public sealed class SqliteContractTests : ShellContract
{
    private protected override Task<ITestShell> OpenAsync(ScriptedWorld world, Logic logic) => SqliteShell.OpenAsync(world, logic);
}

/// <summary>The second shell, with generations as long as in production.</summary>
public sealed class DurableContractTests : ShellContract
{
    private protected override Task<ITestShell> OpenAsync(ScriptedWorld world, Logic logic) =>
        Task.FromResult<ITestShell>(new DurableShell(world, logic, Rotation.Usual));
}

/// <summary>The second shell, with generations so short that every test goes through several of them and drains.</summary>
public sealed class DurableContractInShortGenerationsTests : ShellContract
{
    private protected override Task<ITestShell> OpenAsync(ScriptedWorld world, Logic logic) =>
        Task.FromResult<ITestShell>(new DurableShell(world, logic, new Rotation(2, 60)));
}

/// <summary>The second shell on a host that dies before it keeps what an orchestrator decided, every second time.</summary>
public sealed class DurableContractOnADyingHostTests : ShellContract
{
    private protected override Task<ITestShell> OpenAsync(ScriptedWorld world, Logic logic)
    {
        var shell = new DurableShell(world, logic, new Rotation(6, 60));
        var (turns, appends) = (0, 0);
        shell.Runner.Deaths.BeforeTurnIsKept = _ => turns++ % 2 == 0;
        shell.Runner.Deaths.BeforeResultIsKept = activity => activity == ActivityNames.Append && appends++ % 2 == 0;
        shell.Runner.Deaths.RunsTwiceAtOnce = activity => activity is ActivityNames.Append;
        return Task.FromResult<ITestShell>(shell);
    }
}
