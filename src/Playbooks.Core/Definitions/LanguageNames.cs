using System.Text.RegularExpressions;

namespace Playbooks.Core.Definitions;

/// <summary>How names may be written.</summary>
internal static partial class LanguageNames
{
    /// <summary>Of steps, inputs, branches and roles.</summary>
    public const string IdPattern = "^[a-z][A-Za-z0-9]{0,63}$";
    /// <summary>Of playbooks, environments, and of what an environment binds.</summary>
    public const string SlugPattern = "^[a-z0-9][a-z0-9-]{0,63}$";
    public const string VersionPattern = "^(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})$";
    public const string DigestPattern = "^[0-9a-f]{64}$";
    public const string SecretPattern = "^(env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:.{1,1024})$";

    public static bool IsId(string text) => Id().IsMatch(text);
    public static bool IsSlug(string text) => Slug().IsMatch(text);
    public static bool IsVersion(string text) => Version().IsMatch(text);
    public static bool IsDigest(string text) => Digest().IsMatch(text);
    public static bool IsSecret(string text) => Secret().IsMatch(text);

    // \z, because $ also matches before a line end.
    [GeneratedRegex(@"\A[a-z][A-Za-z0-9]{0,63}\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,63}\z")]
    private static partial Regex Slug();

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\z")]
    private static partial Regex Version();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Digest();

    [GeneratedRegex(@"\A(env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:[^\r\n]{1,1024})\z")]
    private static partial Regex Secret();
}
