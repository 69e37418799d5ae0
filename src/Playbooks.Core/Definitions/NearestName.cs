namespace Playbooks.Core.Definitions;

/// <summary>Finds what a misspelt name was meant to be.</summary>
internal static class NearestName
{
    /// <summary>Longer names are no slips of the fingers, and comparing them would take long.</summary>
    private const int ComparedMaxLength = 64;

    /// <summary>The known name with the fewest changed letters; null when none is near enough to be meant.</summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        if (written.Length > ComparedMaxLength)
            return null;
        var allowed = Math.Max(1, written.Length / 3);
        return known.Where(name => name.Length <= ComparedMaxLength)
            .Select(name => (Name: name, Distance: Distance(written.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= allowed)
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name).FirstOrDefault();
    }

    /// <summary>"Did you mean …?", or else the given advice.</summary>
    public static string Advice(string written, IReadOnlyCollection<string> known, string otherwise) =>
        Of(written, known) is { } nearest ? $"Did you mean '{nearest}'?" : otherwise;

    /// <summary>Levenshtein's distance, two swapped neighbours counted as one slip: letters to insert, remove, change or swap.</summary>
    private static int Distance(string left, string right)
    {
        int[] before = [];
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var next = new int[right.Length + 1];
            next[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                next[j] = Math.Min(row[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1), Math.Min(row[j], next[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    next[j] = Math.Min(next[j], before[j - 2] + 1);
            }
            (before, row) = (row, next);
        }
        return row[right.Length];
    }
}
