using System.Globalization;

namespace Playbooks.Core.Definitions;

/// <summary>
/// Checks a cron expression of five fields (minute, hour, day of month, month, day of week). Only the form: the scheduler works out the times.
/// </summary>
internal static class CronSyntax
{
    private static readonly (string Name, int Low, int High, string[] Words)[] Fields =
    [
        ("minute", 0, 59, []),
        ("hour", 0, 23, []),
        ("day of month", 1, 31, []),
        ("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
        ("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ];

    /// <summary>What is wrong, or null.</summary>
    public static string? Problem(string cron)
    {
        var parts = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length)
            return $"It has {parts.Length} fields instead of 5.";
        for (var i = 0; i < parts.Length; i++)
        {
            var (name, low, high, words) = Fields[i];
            if (!parts[i].Split(',').All(item => IsItem(item, low, high, words)))
                return $"'{parts[i]}' is no {name} ({low} to {high}).";
        }
        return null;
    }

    /// <summary><c>*</c>, <c>5</c>, <c>1-5</c>, each with an optional <c>/step</c>.</summary>
    private static bool IsItem(string item, int low, int high, string[] words)
    {
        var stepAt = item.IndexOf('/', StringComparison.Ordinal);
        if (stepAt >= 0 && Number(item[(stepAt + 1)..], 1, high, []) is null)
            return false;
        var range = stepAt < 0 ? item : item[..stepAt];
        if (range == "*")
            return true;
        var ends = range.Split('-').Select(end => Number(end, low, high, words)).ToArray();
        return ends.Length is 1 or 2 && ends.All(end => end is not null) && ends[0] <= ends[^1];
    }

    private static int? Number(string text, int low, int high, string[] words)
    {
        var word = Array.FindIndex(words, candidate => candidate.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word >= 0)
            return word + low;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= low && number <= high ? number : null;
    }
}
