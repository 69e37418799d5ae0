using System.Globalization;
using System.Text.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>Reads single values. Each answers null when it has reported an error.</summary>
internal static class Scalars
{
    public const int TextMaxLength = 4_096;
    /// <summary>Longer is a slip of the pen, and nobody would wait for it.</summary>
    public static readonly TimeSpan DurationMax = TimeSpan.FromDays(30);

    public static string? AsText(this Node node, int maxLength = TextMaxLength)
    {
        if (!node.Is(JsonValueKind.String, "\"some words\""))
            return null;
        var text = node.Text!;
        if (!string.IsNullOrWhiteSpace(text) && text.Length <= maxLength)
            return text;
        node.Error(ErrorCodes.BadLength, string.IsNullOrWhiteSpace(text) ? "The text is empty." : $"The text has {text.Length} characters.",
            $"Write 1 to {maxLength} characters.");
        return null;
    }

    /// <summary>A name of a step, an input, a branch or a role.</summary>
    public static string? AsId(this Node node) =>
        Matching(node, LanguageNames.IsId, ErrorCodes.BadName, "a name here", "Start with a small letter, go on with letters and digits, 64 at most, for example \"restore\".");

    /// <summary>A name of a playbook or of something that an environment binds.</summary>
    public static string? AsSlug(this Node node) =>
        Matching(node, LanguageNames.IsSlug, ErrorCodes.BadName, "a name here", "Write small letters, digits and hyphens, 64 at most, for example \"model-corruption\".");

    public static string? AsVersion(this Node node) =>
        Matching(node, LanguageNames.IsVersion, ErrorCodes.BadVersion, "a version", "Write three numbers, for example \"1.2.0\".");

    public static string? AsDigest(this Node node) =>
        Matching(node, LanguageNames.IsDigest, ErrorCodes.BadDigest, "a SHA-256", "Write its 64 digits in lower hex, as sha256sum prints them.");

    public static TimeSpan? AsDuration(this Node node, bool zeroAllowed = false)
    {
        if (!node.Is(JsonValueKind.String, "\"PT2M\""))
            return null;
        var time = IsoDuration.Parse(node.Text!);
        if (time is null)
            node.Error(ErrorCodes.BadDuration, $"{node.Shown} is not a duration.", "Write it in ISO 8601, for example \"PT30S\", \"PT2M\", \"PT4H\" or \"P1D\".");
        else if (time < TimeSpan.Zero || (time == TimeSpan.Zero && !zeroAllowed))
            node.Error(ErrorCodes.BadDuration, "The duration is zero.", "Write a positive one, for example \"PT30S\".");
        else if (time > DurationMax)
            node.Error(ErrorCodes.BadDuration, $"{node.Shown} is too long.", $"Write at most \"{IsoDuration.Format(DurationMax)}\".");
        else
            return time;
        return null;
    }

    public static int? AsInteger(this Node node, int minimum, int maximum, ErrorCode? aboveMaximum = null)
    {
        if (!node.Is(JsonValueKind.Number, string.Create(CultureInfo.InvariantCulture, $"{Math.Max(minimum, 1)}")))
            return null;
        if (node.Value.AsInt64() is { } number && number >= minimum && number <= maximum)
            return (int)number;
        node.Error(node.Value.AsInt64() > maximum ? aboveMaximum ?? ErrorCodes.OutOfRange : ErrorCodes.OutOfRange, $"{node.Shown} cannot be used here.",
            $"Write a whole number from {minimum} to {maximum}.");
        return null;
    }

    public static double? AsNumber(this Node node, double minimum, double maximum)
    {
        if (!node.Is(JsonValueKind.Number, "2"))
            return null;
        if (node.Value.AsDecimal() is { } number && (double)number >= minimum && (double)number <= maximum)
            return (double)number;
        node.Error(ErrorCodes.OutOfRange, $"{node.Shown} cannot be used here.", string.Create(CultureInfo.InvariantCulture, $"Write a number from {minimum} to {maximum}."));
        return null;
    }

    public static bool? AsBoolean(this Node node)
    {
        if (node.Value.AsBoolean() is { } value)
            return value;
        node.Is(JsonValueKind.True, "true");
        return null;
    }

    /// <summary>A word of an enum, in kebab-case or camelCase as the caller spells it.</summary>
    public static T? AsWord<T>(this Node node, Func<T, string> spelling) where T : struct, Enum
    {
        var words = Enum.GetValues<T>().Select(spelling).ToArray();
        if (!node.Is(JsonValueKind.String, $"\"{words[0]}\""))
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (spelling(value) == node.Text)
                return value;
        }
        node.Error(ErrorCodes.UnknownWord, $"{node.Shown} is not allowed here.", NearestName.Advice(node.Text!, words, $"Write one of {string.Join(", ", words)}."));
        return null;
    }

    /// <summary>The elements of an array that is not empty; none after an error.</summary>
    public static IEnumerable<Node> AsList(this Node node, string example, bool emptyAllowed = false)
    {
        if (!node.Is(JsonValueKind.Array, example))
            return [];
        if (node.Value.Elements.Length == 0 && !emptyAllowed)
            node.Error(ErrorCodes.BadLength, "The list is empty.", $"Write for example {example}.");
        return node.Elements();
    }

    private static string? Matching(Node node, Func<string, bool> fits, ErrorCode code, string what, string remedy)
    {
        if (!node.Is(JsonValueKind.String, "\"name\""))
            return null;
        if (fits(node.Text!))
            return node.Text;
        node.Error(code, $"{node.Shown} is not {what}.", remedy);
        return null;
    }
}
