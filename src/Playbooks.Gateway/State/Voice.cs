namespace Playbooks.Gateway.State;

/// <summary>
/// Whether others can hear this replica. An isolation does not wait for a replica that was silent for 15 s, so one that
/// could not leave a heartbeat must not serve the model meanwhile, even if it can read: it would hear of the isolation
/// at its next look, but after the isolation counted. For the same reason what it read before it was heard again is stale.
/// </summary>
public sealed class Voice(TimeProvider time)
{
    /// <summary>Less than the 15 s by what the storage account's clock rounds away and a slow write takes.</summary>
    public const int SilentAfterSeconds = 10;

    private volatile Streak? _streak;

    /// <summary>A heartbeat that was begun at this instant has arrived.</summary>
    public void Heard(Instant began)
    {
        var since = _streak is { } streak && IsLoud(streak) ? streak.Since : Instant.Now(time);
        _streak = new Streak(since, began);
    }

    /// <summary>Whether this replica is heard now, and was when it began to read.</summary>
    public bool Covers(Instant read) => _streak is { } streak && IsLoud(streak) && read.Timestamp >= streak.Since.Timestamp;

    private bool IsLoud(Streak streak) => streak.Last.IsWithin(SilentAfterSeconds, time);

    private sealed record Streak(Instant Since, Instant Last);
}
