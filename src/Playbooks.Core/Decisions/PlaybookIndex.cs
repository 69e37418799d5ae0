using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Core.Decisions;

/// <summary>
/// What decisions ask about a playbook again and again, answered once: no decision then takes longer because the playbook is longer.
/// </summary>
internal sealed class PlaybookIndex
{
    private static readonly ConditionalWeakTable<Playbook, PlaybookIndex> Made = [];

    private readonly FrozenDictionary<string, Listed>.AlternateLookup<ReadOnlySpan<char>> byId;
    private readonly FrozenSet<string> covered;

    private PlaybookIndex(Playbook playbook)
    {
        var steps = new Dictionary<string, Listed>(StringComparer.Ordinal);
        Add(steps, "", playbook.Steps);
        Add(steps, Place.Finally, playbook.Finally.CastArray<Step>());
        Add(steps, Place.Inject, playbook.Drill?.Inject.CastArray<Step>() ?? []);
        byId = steps.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        var all = playbook.AllSteps().ToList();
        var covers = all.OfType<Step.Approve>().SelectMany(approve => approve.Covers).ToHashSet(StringComparer.Ordinal);
        covered = all.Where(step => covers.Contains(step.Id)).SelectMany(step => step.WithDescendants()).Select(step => step.Id).ToFrozenSet(StringComparer.Ordinal);
        ToRecoveryAfter = [.. WorstCase.ToRecoveryAfterEach(playbook.Steps)];
    }

    public static PlaybookIndex Of(Playbook playbook) => Made.GetValue(playbook, made => new(made));

    /// <summary>For each step of the playbook's own list: what lies between it and recovery once it is over.</summary>
    public ImmutableArray<TimeSpan> ToRecoveryAfter { get; }

    /// <summary>The step that a path without iteration indexes and branch names is about; null when the playbook has none.</summary>
    public Listed? Find(ReadOnlySpan<char> id) => byId.TryGetValue(id, out var step) ? step : null;

    /// <summary>Whether any approval covers the step.</summary>
    public bool IsCovered(Step step) => covered.Contains(step.Id);

    private static void Add(Dictionary<string, Listed> index, string parent, ImmutableArray<Step> steps)
    {
        for (var place = 0; place < steps.Length; place++)
        {
            var path = parent.Length == 0 ? StepPaths.NameOf(steps[place]) : parent + "/" + StepPaths.NameOf(steps[place]);
            index[path] = new(steps[place], place, steps.Length);
            foreach (var body in steps[place].Bodies())
                Add(index, path, body.Steps);
        }
    }
}

/// <summary>A step among its list.</summary>
/// <param name="Of">Length of the list.</param>
internal sealed record Listed(Step Step, int Place, int Of);
