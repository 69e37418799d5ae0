namespace Playbooks.Tests.Shells.Replay;

/// <summary>Runs an orchestrator's continuations here and now, in the order in which they became ready.</summary>
internal sealed class OneThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Call, object? State)> ready = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (ready)
            ready.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    /// <summary>Runs this and all that becomes ready by it.</summary>
    public void Run(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
            while (Next() is { } next)
                next.Call(next.State);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private (SendOrPostCallback Call, object? State)? Next()
    {
        lock (ready)
            return ready.TryDequeue(out var next) ? next : null;
    }
}
