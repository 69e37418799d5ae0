using System.Collections.Concurrent;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Shells.Contract;

/// <summary>What the test wants the world to answer, and what was asked of it by whichever process lived.</summary>
internal sealed class ScriptedWorld
{
    public static readonly Outcome Done = new Outcome.Succeeded(JsonData.EmptyObject);

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<ActionCall, Task<Outcome>>>> script = new(StringComparer.Ordinal);
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<ActionCall> Calls { get; } = new();
    public ConcurrentQueue<Command.Tell> Told { get; } = new();
    public ConcurrentQueue<string> Shown { get; } = new();
    public ConcurrentQueue<OpenApproval> Asked { get; } = new();
    public ConcurrentQueue<(long Sequence, string Head)> Anchored { get; } = new();
    public ConcurrentQueue<string> Raised { get; } = new();
    public Func<Command.Tell, bool> Tells { get; set; } = _ => true;
    public Func<long, bool> Anchors { get; set; } = _ => true;
    public bool Raises { get; set; } = true;
    /// <summary>Called within each action, before its answer.</summary>
    public Func<ActionCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>The paths that were called, in order, with purpose and attempt.</summary>
    public IEnumerable<string> Names => Calls.Select(call => call.Command.Name);

    /// <summary>The next answers to calls for this step; when they are used up, it succeeds.</summary>
    public ScriptedWorld Answer(string id, params ReadOnlySpan<Outcome> outcomes)
    {
        foreach (var outcome in outcomes)
            Script(id, _ => Task.FromResult(outcome));
        return this;
    }

    public ScriptedWorld Throw(string id)
    {
        Script(id, _ => throw new InvalidOperationException("a defect of the connector"));
        return this;
    }

    /// <summary>The next call for this step is answered when the test does it.</summary>
    public TaskCompletionSource<Outcome> Hold(string id)
    {
        var held = new TaskCompletionSource<Outcome>();
        Script(id, _ => held.Task);
        return held;
    }

    public static Outcome Fails(ErrorKind kind, int? retryAfterSeconds = null) =>
        new Outcome.Failed(kind, "it says so", retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    public Task<Outcome> CallAsync(ActionCall call)
    {
        Calls.Enqueue(call);
        Changed();
        return AnswerAsync(call);
    }

    private async Task<Outcome> AnswerAsync(ActionCall call)
    {
        await Before(call).ConfigureAwait(false);
        var answer = script.TryGetValue(call.Command.Id.Path[(call.Command.Id.Path.LastIndexOf('/') + 1)..], out var answers) && answers.TryDequeue(out var next) ? next(call) : Task.FromResult(Done);
        return await answer.ConfigureAwait(false);
    }

    public void Note<T>(ConcurrentQueue<T> of, T what)
    {
        of.Enqueue(what);
        Changed();
    }

    /// <summary>For a shell with threads of its own.</summary>
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

    private void Script(string id, Func<ActionCall, Task<Outcome>> answer) => script.GetOrAdd(id, _ => new()).Enqueue(answer);

    private void Changed() => Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}

/// <summary>The world as one process reaches it. After the process has died, nothing of it reaches the world any more.</summary>
internal sealed class ProcessOutside(ScriptedWorld world) : IActions, IPeople, IAnchors
{
    private static readonly Task<string> Never = new TaskCompletionSource<string>().Task;
    private volatile bool dead;

    public void Die() => dead = true;

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        if (dead)
            await Never.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await world.CallAsync(call).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken)
    {
        if (dead)
            return Never.WaitAsync(cancellationToken);
        world.Note(world.Told, message);
        return world.Tells(message) ? Task.FromResult("terminal") : Task.FromException<string>(new IOException("Nobody answers."));
    }

    public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken)
    {
        if (dead)
            return Task.CompletedTask;
        if (open)
            world.Note(world.Asked, approval);
        world.Note(world.Shown, $"{approval.Path}/{approval.Round} {(open ? "open" : "down")}");
        return Task.CompletedTask;
    }

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken)
    {
        if (!dead)
            world.Note(world.Shown, $"ask {ask.Path} {(open ? "open" : "down")}");
        return Task.CompletedTask;
    }

    public Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken)
    {
        if (dead)
            return Never.WaitAsync(cancellationToken);
        if (!world.Anchors(sequence))
            return Task.FromException<string>(new IOException("The anchor's storage refuses."));
        world.Note(world.Anchored, (sequence, head));
        return Task.FromResult($"anchors/{sequence}");
    }

    public Task RaiseAsync(RunSummary run)
    {
        if (dead)
            return Task.CompletedTask;
        world.Note(world.Raised, run.RunId);
        return world.Raises ? Task.CompletedTask : Task.FromException(new IOException("The monitor refuses."));
    }
}
