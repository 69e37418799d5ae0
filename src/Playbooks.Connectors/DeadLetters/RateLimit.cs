namespace Playbooks.Connectors.DeadLetters;

/// <summary>A token bucket that holds one token: sends are spaced evenly, so that a slow consumer meets no bursts.</summary>
internal sealed class RateLimit(int? perSecond, TimeProvider time)
{
    private readonly Lock gate = new();
    private DateTimeOffset next = DateTimeOffset.MinValue;

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (perSecond is not { } rate)
            return;
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetUtcNow();
            var slot = next > now ? next : now;
            next = slot + (TimeSpan.FromSeconds(1) / rate);
            wait = slot - now;
        }
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken);
    }
}
