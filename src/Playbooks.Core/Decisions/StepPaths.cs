using System.Runtime.CompilerServices;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>
/// Paths of step instances: <c>isolate</c>, <c>ramp[0]/shift</c> (iteration), <c>both.left/copy</c> (branch), <c>guard.steps/try1</c>,
/// <c>outer/inner</c> (inlined playbook), <c>@drill/corrupt</c>, <c>@finally/report</c>.
/// </summary>
internal static class StepPaths
{
    private static readonly ConditionalWeakTable<Playbook, Dictionary<string, Step>> Index = [];

    /// <summary>The step's id without what inlining put in front: unique within its own list.</summary>
    public static string NameOf(Step step) => NameOf(step.Id);

    public static string NameOf(string id) => id[(id.LastIndexOf('/') + 1)..];

    /// <summary>The path without iteration indexes and branch names, as the playbook's tree names it.</summary>
    public static string IdOf(string path)
    {
        var slash = path.Split('/');
        for (var i = 0; i < slash.Length; i++)
        {
            var cut = slash[i].IndexOfAny(['[', '.']);
            if (cut >= 0)
                slash[i] = slash[i][..cut];
        }
        return string.Join('/', slash);
    }

    /// <summary>The step that such a path names; null when the playbook has none.</summary>
    public static Step? Find(Playbook playbook, string plainPath) =>
        Index.GetValue(playbook, MakeIndex).GetValueOrDefault(plainPath);

    private static Dictionary<string, Step> MakeIndex(Playbook playbook)
    {
        var index = new Dictionary<string, Step>(StringComparer.Ordinal);
        Add(index, "", playbook.Steps);
        Add(index, Place.Finally, playbook.Finally);
        Add(index, Place.Inject, playbook.Drill?.Inject ?? []);
        return index;
    }

    private static void Add(Dictionary<string, Step> index, string parent, IEnumerable<Step> steps)
    {
        foreach (var step in steps)
        {
            var path = parent.Length == 0 ? NameOf(step) : parent + "/" + NameOf(step);
            index[path] = step;
            Add(index, path, step.Bodies().SelectMany(body => body.Steps));
        }
    }
}
