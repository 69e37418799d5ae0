using System.Collections.Concurrent;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Sqlite;

/// <summary>The world as a test wants it: every call is kept, every answer is the test's.</summary>
internal sealed class FakeOutside : IActions, IPeople, IAnchors
{
    public static readonly Outcome Done = new Outcome.Succeeded(JsonData.EmptyObject);

    public Func<ActionCall, CancellationToken, Task<Outcome>> Act { get; set; } = (_, _) => Task.FromResult(Done);
    public Func<string, long, Task> Anchor { get; set; } = (_, _) => Task.CompletedTask;

    public ConcurrentQueue<ActionCall> Calls { get; } = new();
    public ConcurrentQueue<(string Run, string Id, string Text)> Told { get; } = new();
    public ConcurrentQueue<string> Shown { get; } = new();
    public ConcurrentQueue<(string Run, long Sequence, string Head)> Anchored { get; } = new();

    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until what was called, shown or anchored is as meant.</summary>
    public async Task UntilAsync(Func<bool> isMeant)
    {
        while (true)
        {
            var next = changed.Task;
            if (isMeant())
                return;
            await next.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        }
    }

    private void Changed() => Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        Changed();
        return Act(call, cancellationToken);
    }

    public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken)
    {
        Told.Enqueue((run.RunId, message.Id, message.Text));
        Changed();
        return Task.FromResult("terminal");
    }

    public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken)
    {
        Shown.Enqueue($"{approval.Path}/{approval.Round} {(open ? "open" : "down")}");
        Changed();
        return Task.CompletedTask;
    }

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken)
    {
        Shown.Enqueue($"ask {ask.Path} {(open ? "open" : "down")}");
        Changed();
        return Task.CompletedTask;
    }

    public async Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken)
    {
        await Anchor(runId, sequence);
        Anchored.Enqueue((runId, sequence, head));
        Changed();
        return $"anchors/{runId}/{sequence}";
    }
}
