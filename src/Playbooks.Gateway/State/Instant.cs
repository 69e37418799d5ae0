namespace Playbooks.Gateway.State;

/// <summary>A moment by the steady clock and by the wall clock.</summary>
public sealed record Instant(long Timestamp, DateTimeOffset At)
{
    public static Instant Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>By both clocks: a suspended machine stops the steady one, and the other may be set back by hand.</summary>
    public bool IsWithin(int seconds, TimeProvider time) =>
        time.GetElapsedTime(Timestamp) <= TimeSpan.FromSeconds(seconds) && time.GetUtcNow() - At <= TimeSpan.FromSeconds(seconds);
}
