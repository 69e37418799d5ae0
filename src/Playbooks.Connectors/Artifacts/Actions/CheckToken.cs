using System.Globalization;
using Azure;

namespace Playbooks.Connectors.Artifacts.Actions;

/// <summary>Where a long check stands between two polls.</summary>
/// <param name="NextFile">Index of the file to go on with.</param>
/// <param name="Tag">Of the pointer when the attempt began; if it changed since, somebody else moved it.</param>
internal sealed record CheckToken(int NextFile, string Tag)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{NextFile} {Tag}");

    /// <summary>The start, for a first poll.</summary>
    public static CheckToken Read(string? token, ETag? tag)
    {
        var start = new CheckToken(0, tag?.ToString() ?? "");
        if (token is null)
            return start;
        var space = token.IndexOf(' ', StringComparison.Ordinal);
        return int.TryParse(token.AsSpan(0, Math.Max(space, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out var next)
            ? new CheckToken(next, token[(space + 1)..]) : start;
    }
}
