using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Http;

/// <summary>Where requests may go: origins (scheme, host and port) that the environment lists.</summary>
internal static class AllowedUrl
{
    public const int MaxChars = 2_048;

    /// <exception cref="ActionFailedException">Invalid: no absolute http or https URL. Denied: its origin is not on the list.</exception>
    public static Uri Read(string text, DeploymentEnvironment environment)
    {
        // What other programs would read differently (spaces, controls, backslashes, users, zones) is refused rather than understood.
        if (text.Length > MaxChars || text.Any(character => character is <= ' ' or '\\' or >= '\x7f')
            || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0
            || text.AsSpan(url.Scheme.Length).StartsWith("://", StringComparison.Ordinal) is false || Authority(text).AsSpan().IndexOfAny('@', '%') >= 0
            || url.IdnHost.Length == 0)
            throw new ActionFailedException(ErrorKind.Invalid, $"url must be an absolute http or https URL of at most {MaxChars} plain characters, without a user.");
        if (!environment.HttpOrigins.Any(origin => Uri.TryCreate(origin, UriKind.Absolute, out var allowed) && IsSameOrigin(url, allowed)))
            throw new ActionFailedException(ErrorKind.Denied, $"{Origin(url)} is not on the list of origins of the environment {environment.Name}.");
        return url;
    }

    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>For messages: path and query may hold what should not be in a journal.</summary>
    public static string Origin(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private static string Authority(string text)
    {
        var from = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.AsSpan(from).IndexOfAny("/?#");
        return end < 0 ? text[from..] : text.Substring(from, end);
    }
}
