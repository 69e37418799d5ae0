using System.Globalization;

namespace Playbooks.Cli.Live;

/// <summary>Times for terminals.</summary>
internal static class Times
{
    /// <summary>Time of day in UTC, to the second.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A span as people read it: 3:59:12, 0:00:07.</summary>
    public static string Span(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(time < TimeSpan.Zero ? "-" : "")}{(int)time.Duration().TotalHours}:{time:mm\\:ss}");
}
