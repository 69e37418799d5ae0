using System.Globalization;

namespace Playbooks.Core.Alerts;

/// <summary>Instants as monitors write them. Only whole ones with a date: what a parser would complete from today's clock is none.</summary>
internal static class AlertInstant
{
    private const int TextMaxCharacters = 64;
    private const int FractionDigitsMax = 7;

    /// <summary>ISO 8601 as all kinds write it now, and the US format of old log alerts.</summary>
    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "M/d/yyyy h:mm:ss tt", "M/d/yyyy HH:mm:ss"];

    /// <summary>The instant, in UTC where no offset stands; null when the text is none.</summary>
    public static DateTimeOffset? Read(string? text) =>
        text is { Length: <= TextMaxCharacters } && DateTimeOffset.TryParseExact(ShortenFraction(text.Trim()), Formats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Finer than a tick is dropped, because no parser of the framework takes it.</summary>
    private static string ShortenFraction(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return text;
        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return end - dot - 1 <= FractionDigitsMax ? text : text.Remove(dot + 1 + FractionDigitsMax, end - dot - 1 - FractionDigitsMax);
    }
}
