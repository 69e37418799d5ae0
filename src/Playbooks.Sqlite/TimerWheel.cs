namespace Playbooks.Sqlite;

/// <summary>Wakes runs at their instants, never early, with one timer of the system for all of them.</summary>
internal sealed class TimerWheel : IDisposable
{
    /// <summary>A clock that was set, or a machine that slept, is noticed within this time.</summary>
    private static readonly TimeSpan ClockCheckEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider time;
    private readonly Action<string, string, DateTimeOffset> fire;
    private readonly ITimer timer;
    private readonly object gate = new();
    private readonly Dictionary<(string Run, string Id), DateTimeOffset> due = [];
    /// <summary>May hold what is no longer wanted; <see cref="due"/> says what is.</summary>
    private readonly PriorityQueue<(string Run, string Id), DateTimeOffset> queue = new();
    private bool stopped;

    /// <param name="fire">Called with run, timer and the present instant; must not block.</param>
    internal TimerWheel(TimeProvider time, Action<string, string, DateTimeOffset> fire)
    {
        (this.time, this.fire) = (time, fire);
        timer = time.CreateTimer(_ => Turn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal void Set(string run, string id, DateTimeOffset at)
    {
        lock (gate)
        {
            due[(run, id)] = at;
            queue.Enqueue((run, id), at);
        }
    }

    /// <summary>Many at once, at an opening.</summary>
    internal void SetAll(IReadOnlyCollection<LeftTimer> timers)
    {
        lock (gate)
        {
            due.EnsureCapacity(due.Count + timers.Count);
            foreach (var timer in timers)
                due[(timer.RunId, timer.Id)] = timer.DueAt;
            queue.EnqueueRange(timers.Select(timer => ((timer.RunId, timer.Id), timer.DueAt)));
        }
    }

    internal void Drop(string run, string id)
    {
        lock (gate)
            due.Remove((run, id));
    }

    /// <summary>Fires what is due and sleeps until the next. To be called after a change.</summary>
    internal void Turn()
    {
        lock (gate)
        {
            if (stopped)
                return;
            var now = time.GetUtcNow();
            while (queue.TryPeek(out var key, out var at))
            {
                var wanted = due.TryGetValue(key, out var current) && current == at;
                if (wanted && at > now)
                {
                    timer.Change(Between(at - now), Timeout.InfiniteTimeSpan);
                    return;
                }
                queue.Dequeue();
                if (!wanted)
                    continue;
                due.Remove(key);
                fire(key.Run, key.Id, now);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
            stopped = true;
        timer.Dispose();
    }

    private static TimeSpan Between(TimeSpan wait) => wait > ClockCheckEvery ? ClockCheckEvery : wait < ShortestWait ? ShortestWait : wait;
}
