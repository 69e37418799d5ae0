using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>A document with a § where an error is expected, so that a table shows the place instead of numbers.</summary>
internal static class Marked
{
    private const char Mark = '§';

    /// <summary>The document around some steps, written on one line each.</summary>
    public static string Around(string steps) => $$"""
        { "playbook": "some-playbook", "version": "1.0.0", "title": "Something is wrong",
          "inputs": { "model": { "type": "string" }, "percent": { "type": "integer", "default": 100 }, "many": { "type": "array", "default": [] } },
          "roles": { "approver": "approvers", "commander": "commanders" },
          "steps": {{steps}} }
        """;

    /// <summary>Exactly this error stands at the mark, and no other anywhere.</summary>
    public static void Check(string code, string marked, Func<string, IReadOnlyList<AuthorError>> read)
    {
        var at = marked.IndexOf(Mark, StringComparison.Ordinal);
        Assert.True(at >= 0, "The row has no mark.");
        var before = marked[..at].Split('\n');
        var found = read(marked.Remove(at, 1));

        Assert.Equal($"{code} at {before.Length}:{before[^1].Length + 1}",
            string.Join(", ", found.Select(error => $"{error.Code} at {error.Line}:{error.Column}")));
        Assert.All(found, error => Assert.True(error.Message.Length > 0 && error.Remedy.Length > 0 && error.Path.StartsWith('$'), error.ToString()));
        Assert.NotNull(ErrorCodes.Find(code));
        Sentences.Check(marked, found[0]);
    }
}
