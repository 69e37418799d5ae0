using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Core.Definitions.Reading;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions.Environments;

/// <summary>Reads the single values of environments. Each answers null when it has reported an error.</summary>
internal static partial class EnvironmentScalars
{
    public static SecretReference? AsSecret(this Node node)
    {
        if (!node.Is(JsonValueKind.String, "\"env:NAME\""))
            return null;
        if (LanguageNames.IsSecret(node.Text!))
            return new SecretReference(node.Text!);
        SecretScan.Refuse(node);
        return null;
    }

    public static Uri? AsUrl(this Node node)
    {
        if (node.AsText() is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Fragment.Length == 0)
            return url;
        node.Error(ErrorCodes.BadUrl, $"{node.Shown} is no URL to call.", "Write an absolute http or https URL without user and fragment.");
        return null;
    }

    /// <summary>Scheme, host and port, nothing behind.</summary>
    public static string? AsOrigin(this Node node)
    {
        if (node.AsUrl() is not { } url)
            return null;
        if (url.PathAndQuery == "/")
            return Origin(url);
        node.Error(ErrorCodes.BadUrl, $"{node.Shown} has a path.", $"Write \"{Origin(url)}\".");
        return null;
    }

    public static string Origin(Uri url) => url.GetLeftPart(UriPartial.Authority).ToLowerInvariant();

    /// <summary>Plain JMESPath; <c>${ … }</c> around it is taken as well.</summary>
    public static Expression? AsExpression(this Node node)
    {
        if (node.AsText() is not { } text)
            return null;
        var from = text.StartsWith("${", StringComparison.Ordinal) && text.EndsWith('}') ? 2 : 0;
        var parsed = Expression.Parse(from == 0 ? text : text[2..^1]);
        if (parsed.Error is { } error)
            node.ErrorInside(from + error.Offset, ErrorCodes.BadExpression, error.Message, error.Remedy);
        return parsed.Expression;
    }

    /// <summary>Name of a container or queue, as Azure Storage takes it.</summary>
    public static string? AsStorageName(this Node node)
    {
        if (node.AsText(63) is not { } text)
            return null;
        if (StorageName().IsMatch(text))
            return text;
        node.Error(ErrorCodes.BadName, $"{node.Shown} is no name for a container or queue.", "Write 3 to 63 small letters, digits and single hyphens.");
        return null;
    }

    public static string? AsTableName(this Node node)
    {
        if (node.AsText(63) is not { } text)
            return null;
        if (TableName().IsMatch(text))
            return text;
        node.Error(ErrorCodes.BadName, $"{node.Shown} is no name for a table.", "Write 3 to 63 letters and digits, a letter first.");
        return null;
    }

    /// <summary>Named things; a name that is none is reported and its value still read.</summary>
    public static ImmutableSortedDictionary<string, T> AsNamed<T>(this Node? node, string example, Func<Node, T?> read) where T : class
    {
        var named = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        if (node is { } written && written.Is(JsonValueKind.Object, example))
        {
            foreach (var (name, value) in written.Properties())
            {
                if (!LanguageNames.IsSlug(name))
                    value.ErrorAtName(ErrorCodes.BadName, $"'{Fields.Short(name)}' is not a name here.", "Write small letters, digits and hyphens, 64 at most.");
                if (read(value) is { } made)
                    named[name] = made;
            }
        }
        return named.ToImmutable();
    }

    /// <summary>Texts by name, whatever the names are.</summary>
    public static ImmutableSortedDictionary<string, string> AsTexts(this Node? node, string example)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (node is { } written && written.Is(JsonValueKind.Object, example))
        {
            foreach (var (name, value) in written.Properties())
            {
                if (value.AsText(1_024) is { } text)
                    texts[name] = text;
            }
        }
        return texts.ToImmutable();
    }

    [GeneratedRegex(@"\A[a-z0-9](-?[a-z0-9]){2,62}\z")]
    private static partial Regex StorageName();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]{2,62}\z")]
    private static partial Regex TableName();
}
