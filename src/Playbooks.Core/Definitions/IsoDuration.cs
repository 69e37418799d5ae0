using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Playbooks.Core.Definitions;

/// <summary>
/// Durations of ISO 8601 as playbooks write them: weeks, days, hours, minutes, seconds. No years and months, because nobody can
/// say how long those are.
/// </summary>
public static partial class IsoDuration
{
    /// <summary>Null when the text is no such duration. Zero is one; whether it may be is the caller's rule.</summary>
    public static TimeSpan? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success || text.EndsWith('P') || text.EndsWith('T'))
            return null;
        var seconds = Part(match, "w") * 604_800 + Part(match, "d") * 86_400 + Part(match, "h") * 3_600 + Part(match, "m") * 60 + Part(match, "s");
        return seconds <= (decimal)TimeSpan.MaxValue.TotalSeconds / 2 ? new TimeSpan((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    /// <summary>The shortest common form, for example <c>PT4H</c> or <c>P1DT30M</c>.</summary>
    public static string Format(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
            return "PT0S";
        var text = new StringBuilder(time < TimeSpan.Zero ? "-P" : "P");
        time = time.Duration();
        if (time.Days > 0)
            text.Append(CultureInfo.InvariantCulture, $"{time.Days}D");
        var rest = time - TimeSpan.FromDays(time.Days);
        if (rest == TimeSpan.Zero)
            return text.ToString();
        text.Append('T');
        if (rest.Hours > 0)
            text.Append(CultureInfo.InvariantCulture, $"{rest.Hours}H");
        if (rest.Minutes > 0)
            text.Append(CultureInfo.InvariantCulture, $"{rest.Minutes}M");
        var seconds = (decimal)(rest.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond;
        if (seconds > 0)
            text.Append(CultureInfo.InvariantCulture, $"{seconds:0.#######}S");
        return text.ToString();
    }

    private static decimal Part(Match match, string group) =>
        match.Groups[group].Success ? decimal.Parse(match.Groups[group].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\AP(?:(?<w>[0-9]{1,9})W)?(?:(?<d>[0-9]{1,9})D)?(?:T(?:(?<h>[0-9]{1,9})H)?(?:(?<m>[0-9]{1,9})M)?(?:(?<s>[0-9]{1,9}(?:\.[0-9]{1,7})?)S)?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
