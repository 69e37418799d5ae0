namespace Playbooks.Tests.Simulation;

/// <summary>
/// Virtual time: what is planned happens in order, and nothing else moves time. The clock on the wall may be set by a fault; what is planned
/// goes by the clock that nobody can set.
/// </summary>
internal sealed class Agenda : TimeProvider
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long At, long Order)> plans = new();
    private long order;

    internal TimeSpan Elapsed { get; private set; }

    internal TimeSpan ClockSetBy { get; set; }

    internal int Steps { get; private set; }

    internal bool IsEmpty => plans.Count == 0;

    internal void In(TimeSpan delay, Action act) => plans.Enqueue(act, ((Elapsed + delay).Ticks, order++));

    internal bool Step()
    {
        if (!plans.TryDequeue(out var act, out var when))
            return false;
        Elapsed = TimeSpan.FromTicks(when.At);
        Steps++;
        act();
        return true;
    }

    public override DateTimeOffset GetUtcNow() => Begin + Elapsed + ClockSetBy;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Alarm(this, () => callback(state), dueTime);

    private sealed class Alarm : ITimer
    {
        private readonly Agenda agenda;
        private readonly Action ring;
        private int setting;

        internal Alarm(Agenda agenda, Action ring, TimeSpan due)
        {
            (this.agenda, this.ring) = (agenda, ring);
            Change(due, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var mine = ++setting;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                agenda.In(dueTime, () =>
                {
                    if (mine == setting)
                        ring();
                });
            }
            return true;
        }

        public void Dispose() => setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
