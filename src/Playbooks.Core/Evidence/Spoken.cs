using System.Globalization;

namespace Playbooks.Core.Evidence;

/// <summary>Times as people read them.</summary>
public static class Spoken
{
    /// <summary>Two units at most, rounded down; below ten seconds with tenths: <c>3 h 12 min</c>, <c>47 min 12 s</c>, <c>0.4 s</c>.</summary>
    public static string Of(TimeSpan time)
    {
        if (time < TimeSpan.Zero)
            return "−" + Of(time.Negate());
        if (time < TimeSpan.FromSeconds(10))
            return (Math.Floor(time.TotalSeconds * 10) / 10).ToString("0.#", CultureInfo.InvariantCulture) + " s";
        if (time < TimeSpan.FromMinutes(1))
            return Whole(time.TotalSeconds, "s");
        if (time < TimeSpan.FromHours(1))
            return Join(Whole(time.TotalMinutes, "min"), time.Seconds, "s");
        return time < TimeSpan.FromDays(1)
            ? Join(Whole(time.TotalHours, "h"), time.Minutes, "min")
            : Join(Whole(time.TotalDays, "d"), time.Hours, "h");
    }

    public static string Of(decimal seconds) => Of(TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)));

    /// <summary>In UTC, to the second.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Time of day in UTC, to the tenth of a second.</summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.f", CultureInfo.InvariantCulture);

    private static string Whole(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value):0} {unit}");

    private static string Join(string first, int second, string unit) =>
        second == 0 ? first : string.Create(CultureInfo.InvariantCulture, $"{first} {second} {unit}");
}
