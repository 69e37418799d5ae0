using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.Tests.Shells.Replay;

/// <summary>
/// The orchestration context as one replay sees it. What was asked for in earlier turns is compared, one by one and in order, with the history;
/// in the turn that is new it is written down. Everything happens on one thread.
/// </summary>
internal sealed class ReplayContext(string instanceId, string input) : IOrchestration
{
    private readonly Dictionary<int, TaskCompletionSource<string>> activities = [];
    private readonly Dictionary<int, TaskCompletionSource> timers = [];
    private readonly Queue<string> buffered = new();
    /// <summary>Waits that nobody has answered; the host answers the latest first.</summary>
    private readonly Stack<TaskCompletionSource<string>> waiting = new();
    private readonly int thread = Environment.CurrentManagedThreadId;
    private List<Asked>? history;
    private List<Asked> asked = [];
    private int requests;

    public string InstanceId => instanceId;
    public string Input => input;
    public DateTimeOffset Now { get; private set; }

    /// <summary>Set when this generation has ended.</summary>
    public Asked? Over { get; private set; }
    /// <summary>Signals that nobody has waited for; the next generation gets them.</summary>
    public IReadOnlyCollection<string> Unprocessed => buffered;
    /// <summary>A signal that a wait was given and nobody has looked at is not among <see cref="Unprocessed"/>: it is lost, as it is with a host.</summary>
    private bool HoldsOpenWork => timers.Count > 0 || activities.Count > 0;

    public Task<string> ActAsync(string activity, string input)
    {
        var request = ++requests;
        Ask(new Asked.Act(request, activity, input));
        return (activities[request] = new()).Task;
    }

    public Task TimerAsync(DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        var request = ++requests;
        Ask(new Asked.Timer(request, dueAt));
        var timer = timers[request] = new();
        cancellationToken.Register(() =>
        {
            if (!timers.Remove(request))
                return;
            Ask(new Asked.Cancel(request));
            timer.TrySetCanceled(cancellationToken);
        });
        return timer.Task;
    }

    public Task<string> NextSignalAsync()
    {
        if (buffered.TryDequeue(out var signal))
            return Task.FromResult(signal);
        var wait = new TaskCompletionSource<string>();
        waiting.Push(wait);
        return wait.Task;
    }

    public void ContinueAsNew(string input)
    {
        if (HoldsOpenWork)
            throw new NonDeterminismException("A generation ended with activities or timers outstanding: their results would be lost.");
        Ask(Over = new Asked.Continue(input));
    }

    public void SetStatus(string status) => Ask(new Asked.Status(status));

    internal void Ended(string result)
    {
        if (Over is null)
            Ask(Over = new Asked.End(result));
    }

    /// <param name="of">What was asked for in this turn when it was new; null when it is new now.</param>
    internal void Begin(Turn turn, List<Asked>? of) => (Now, history, asked) = (turn.At, of, []);

    internal void Deliver(Arrival arrival)
    {
        switch (arrival)
        {
            case Arrival.Done done when activities.Remove(done.Request, out var activity):
                activity.SetResult(done.Result);
                break;
            case Arrival.Failed failed when activities.Remove(failed.Request, out var activity):
                activity.SetException(new InvalidOperationException(failed.Why));
                break;
            case Arrival.TimerFired fired when timers.Remove(fired.Request, out var timer):
                timer.SetResult();
                break;
            // What comes after the generation has ended belongs to the next one.
            case Arrival.Raised raised when Over is null && waiting.TryPop(out var wait):
                wait.SetResult(raised.Signal);
                break;
            case Arrival.Raised raised:
                buffered.Enqueue(raised.Signal);
                break;
        }
    }

    /// <returns>What was asked for in this turn.</returns>
    internal List<Asked> EndTurn()
    {
        if (history is not null && asked.Count < history.Count)
            throw new NonDeterminismException($"The history holds {Named(history[asked.Count])}, and the replay did not ask for it.");
        return asked;
    }

    private void Ask(Asked what)
    {
        if (Environment.CurrentManagedThreadId != thread)
            throw new NonDeterminismException("The orchestrator left its thread.");
        if (Over is not null && what != Over)
            throw new NonDeterminismException($"The replay asked for {Named(what)} after its generation had ended.");
        if (history is not null)
        {
            if (asked.Count >= history.Count)
                throw new NonDeterminismException($"The replay asked for {Named(what)}, which its history does not hold.");
            if (!history[asked.Count].Equals(what))
                throw new NonDeterminismException($"The replay asked for {Named(what)} where its history holds {Named(history[asked.Count])}.");
        }
        asked.Add(what);
    }

    private static string Named(Asked asked) => asked.ToString() is { Length: > 300 } text ? text[..300] + " …" : asked.ToString();
}
