namespace Playbooks.Connectors.DeadLetters;

/// <summary>How long things may take. Tests shorten what they would have to wait for.</summary>
internal sealed record ReplayPace
{
    public static readonly ReplayPace Default = new();

    /// <summary>A received letter is hidden for so long, from others and from ourselves after a crash.</summary>
    public TimeSpan Hidden { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A sent share is watched until the work queue is empty, but no longer than this.</summary>
    public TimeSpan WatchMax { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>One call starts no new piece of work after so long; a piece takes a few seconds.</summary>
    public TimeSpan CallMax { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>One call's share of long work.</summary>
internal sealed class CallTime(TimeProvider time, ReplayPace pace, DateTimeOffset deadline)
{
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(5);
    private readonly DateTimeOffset end = Earlier(time.GetUtcNow() + pace.CallMax, deadline - Reserve);

    public bool IsOver => time.GetUtcNow() >= end;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
