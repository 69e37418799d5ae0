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

    /// <summary>Levenshtein: letters to insert, remove or change.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.Length];
    }
}
