using Microsoft.Extensions.Time.Testing;
using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

public class TimerWheelTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider time = new(Start);
    private readonly List<(string Run, string Id, DateTimeOffset At)> fired = [];

    [Fact]
    public void A_timer_fires_at_its_instant_and_never_before()
    {
        using var wheel = Wheel();
        wheel.Set("run", "a", Start.AddMinutes(10));
        wheel.Turn();

        time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.Empty(fired);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([("run", "a")], fired.Select(timer => (timer.Run, timer.Id)));
        Assert.True(fired[0].At >= Start.AddMinutes(10));
    }

    [Fact]
    public void A_timer_fires_once()
    {
        using var wheel = Wheel();
        wheel.Set("run", "a", Start.AddMinutes(1));
        wheel.Turn();
        time.Advance(TimeSpan.FromHours(1));
        wheel.Turn();

        Assert.Single(fired);
    }

    [Fact]
    public void A_dropped_timer_does_not_fire()
    {
        using var wheel = Wheel();
        wheel.Set("run", "a", Start.AddMinutes(1));
        wheel.Drop("run", "a");
        wheel.Turn();
        time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(fired);
    }

    [Fact]
    public void A_moved_timer_fires_only_at_its_new_instant()
    {
        using var wheel = Wheel();
        wheel.Set("run", "a", Start.AddMinutes(1));
        wheel.Set("run", "a", Start.AddMinutes(5));
        wheel.Turn();
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Empty(fired);
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Single(fired);
    }

    [Fact]
    public void What_is_overdue_fires_at_once_and_the_soonest_first()
    {
        using var wheel = Wheel();
        wheel.Set("run", "late", Start.AddMinutes(-1));
        wheel.Set("other", "later", Start.AddMinutes(-2));
        wheel.Turn();

        Assert.Equal(["later", "late"], fired.Select(timer => timer.Id));
    }

    private TimerWheel Wheel() => new(time, (run, id, at) => fired.Add((run, id, at)));
}
