namespace Playbooks.Core.Timing;

/// <summary>Sums of durations that stop at the longest one there is, so that no playbook, however silly, makes arithmetic throw.</summary>
internal static class Saturating
{
    public static TimeSpan Plus(TimeSpan left, TimeSpan right) =>
        left > TimeSpan.MaxValue - right ? TimeSpan.MaxValue : left + right;

    public static TimeSpan Times(TimeSpan time, int count) =>
        count > 0 && time.Ticks > TimeSpan.MaxValue.Ticks / count ? TimeSpan.MaxValue : new TimeSpan(time.Ticks * count);
}
