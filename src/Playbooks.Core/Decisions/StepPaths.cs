using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>
/// Paths of step instances: <c>isolate</c>, <c>ramp[0]/shift</c> (iteration), <c>both.left/copy</c> (branch), <c>guard.steps/try1</c>,
/// <c>outer/inner</c> (inlined playbook), <c>@drill/corrupt</c>, <c>@finally/report</c>.
/// </summary>
internal static class StepPaths
{
    private const int ShortMaxChars = 256;

    /// <summary>The step's id without what inlining put in front: unique within its own list.</summary>
    public static string NameOf(Step step) => NameOf(step.Id);

    public static string NameOf(string id) => id[(id.LastIndexOf('/') + 1)..];

    /// <summary>Path of the list of steps that the step stands in; empty for the playbook's own.</summary>
    public static string BodyOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    /// <summary>The path without iteration indexes and branch names, as the playbook's tree names it.</summary>
    public static string IdOf(string path) => HasMarks(path) ? new string(Plain(path, new char[path.Length])) : path;

    /// <summary>The step that a path is about; null when the playbook has none.</summary>
    public static Step? Find(Playbook playbook, string path) => FindListed(playbook, path)?.Step;

    /// <summary>The same with its place among its list.</summary>
    public static Listed? FindListed(Playbook playbook, string path)
    {
        var index = PlaybookIndex.Of(playbook);
        return !HasMarks(path) ? index.Find(path) : index.Find(Plain(path, path.Length <= ShortMaxChars ? stackalloc char[path.Length] : new char[path.Length]));
    }

    private static bool HasMarks(string path) => path.AsSpan().IndexOfAny('[', '.') >= 0;

    private static ReadOnlySpan<char> Plain(string path, Span<char> plain)
    {
        var (length, skipping) = (0, false);
        foreach (var character in path)
        {
            skipping = character != '/' && (skipping || character is '[' or '.');
            if (!skipping)
                plain[length++] = character;
        }
        return plain[..length];
    }
}
