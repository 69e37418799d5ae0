namespace Playbooks.Gateway.State;

/// <summary>Wakes one loop before its time. Rings while nobody waits are kept as one.</summary>
public sealed class Bell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0);

    public void Ring()
    {
        if (_rung.CurrentCount == 0) _rung.Release();
    }

    /// <summary>Runs <paramref name="once"/> every <paramref name="period"/> and whenever the bell rings, until cancelled.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> once, TimeSpan period, TimeProvider time, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            using var next = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var wait = Task.WhenAny(Task.Delay(period, time, next.Token), _rung.WaitAsync(next.Token));
            try
            {
                await once(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            await wait;
            await next.CancelAsync();
        }
    }

    public void Dispose() => _rung.Dispose();
}
