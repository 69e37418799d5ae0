using Playbooks.Core;

namespace Playbooks.Sqlite;

/// <summary>Whether the disk takes what is written, and the waiting while it is full: at growing intervals, said once.</summary>
internal sealed class RoomOnDisk(string path, TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly object gate = new();
    private TimeSpan next = FirstWait;
    private bool stopping, lastTried;

    internal EngineHealth Health { get; private set; } = EngineHealth.Well;

    /// <summary>The disk was full; to be called with nothing of the transaction left. Returns when it is time to try again.</summary>
    /// <returns>False when nobody wants to wait any more.</returns>
    internal bool Wait()
    {
        if (Health.WaitsSince is null)
        {
            Health = new EngineHealth($"The disk of '{path}' is full. Nothing is lost, and nothing goes on until there is room.", time.GetUtcNow());
            say(Health.Problem!);
        }
        lock (gate)
        {
            var due = false;
            using var timer = time.CreateTimer(_ =>
            {
                lock (gate)
                {
                    due = true;
                    Monitor.PulseAll(gate);
                }
            }, null, next, Timeout.InfiniteTimeSpan);
            while (!due && !stopping)
                Monitor.Wait(gate);
            next = next * 2 < LongestWait ? next * 2 : LongestWait;
            // Whoever stops gets one more try, for there may be room again.
            if (!stopping)
                return true;
            (var tried, lastTried) = (lastTried, true);
            return !tried;
        }
    }

    /// <summary>What was written is durable.</summary>
    internal void Taken()
    {
        if (Health.WaitsSince is null)
            return;
        (Health, next) = (EngineHealth.Well, FirstWait);
        say($"The disk of '{path}' has room again; everything goes on.");
    }

    /// <summary>Nobody waits any more.</summary>
    internal void Stop()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }
    }
}
