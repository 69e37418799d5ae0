namespace Playbooks.Core.Expressions;

/// <summary>The function that a misspelt name most likely meant.</summary>
internal static class NearestFunction
{
    /// <summary>Beyond this many letters a name is not a slip of the finger.</summary>
    private const int MaxNameLetters = 32;

    /// <summary>Null when none is within a third of the name's letters.</summary>
    public static string? To(string name)
    {
        if (name.Length > MaxNameLetters)
            return null;
        var (nearest, distance) = FunctionTable.Names.Select(known => (known, Distance(Plain(name), Plain(known)))).MinBy(pair => pair.Item2);
        return distance <= int.Max(1, name.Length / 3) ? nearest : null;
    }

    /// <summary>sortBy, sort-by and SORT_BY are all sort_by.</summary>
    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var row = new int[right.Length + 1];
            row[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
                row[j + 1] = int.Min(int.Min(row[j], previous[j + 1]) + 1, previous[j] + (left[i] == right[j] ? 0 : 1));
            previous = row;
        }
        return previous[^1];
    }
}
