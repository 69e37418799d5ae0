using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Comparing;

/// <summary>What is different between two versions of a playbook in what they mean, and which of it makes the newer one less safe.</summary>
/// <param name="Changes">In the order of the newer text, what it no longer has last.</param>
/// <param name="Weakened">What a reviewer must not miss; empty when nothing is less safe than it was.</param>
public sealed record PlaybookDifference(ImmutableArray<Change> Changes, ImmutableArray<Weakness> Weakened)
{
    public bool IsEmpty => Changes.IsEmpty;

    public static PlaybookDifference Of(Playbook older, Playbook newer)
    {
        var changes = Fields("", Written.FieldsOf(older), Written.FieldsOf(newer))
            .Concat(Triggers(older, newer))
            .Concat(Steps(Place.AllOf(older), Place.AllOf(newer)))
            .ToImmutableArray();
        return new PlaybookDifference(changes, [.. Weakening.Of(older, newer)]);
    }

    private static IEnumerable<Change> Triggers(Playbook older, Playbook newer)
    {
        var (before, after) = (older.Triggers.Select(Written.Of).ToList(), newer.Triggers.Select(Written.Of).ToList());
        return after.Except(before).Select(added => new Change(ChangeKind.Added, "triggers", null, null, added))
            .Concat(before.Except(after).Select(removed => new Change(ChangeKind.Removed, "triggers", null, removed, null)));
    }

    private static IEnumerable<Change> Steps(ImmutableArray<Place> before, ImmutableArray<Place> after)
    {
        var old = before.ToDictionary(place => place.Step.Id, StringComparer.Ordinal);
        foreach (var place in after)
        {
            if (!old.TryGetValue(place.Step.Id, out var was))
            {
                yield return new Change(ChangeKind.Added, place.Step.Id, null, null, place.Where);
                continue;
            }
            if (was.List != place.List)
                yield return new Change(ChangeKind.Moved, place.Step.Id, null, was.Where, place.Where);
            foreach (var change in Fields(place.Step.Id, Written.FieldsOf(was.Step), Written.FieldsOf(place.Step)))
                yield return change;
        }
        foreach (var moved in Reordered(before, after))
            yield return moved;
        var now = after.Select(place => place.Step.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in before.Where(place => !now.Contains(place.Step.Id)))
            yield return new Change(ChangeKind.Removed, gone.Step.Id, null, gone.Where, null);
    }

    /// <summary>The fewest steps that must be said to have moved within their list: all but a longest run of those that kept their order.</summary>
    private static IEnumerable<Change> Reordered(ImmutableArray<Place> before, ImmutableArray<Place> after)
    {
        foreach (var list in after.GroupBy(place => place.List))
        {
            var was = before.Where(place => place.List == list.Key).Select(place => place.Step.Id).ToList();
            var both = list.Where(place => was.Contains(place.Step.Id)).ToList();
            var kept = LongestRising([.. both.Select(place => was.IndexOf(place.Step.Id))]);
            foreach (var (place, index) in both.Select((place, index) => (place, index)).Where(item => !kept.Contains(item.index)))
                yield return new Change(ChangeKind.Moved, place.Step.Id, null, Behind(was, place.Step.Id), Behind([.. list.Select(other => other.Step.Id)], place.Step.Id));
        }
    }

    private static string Behind(List<string> list, string id) => list.IndexOf(id) is var at and > 0 ? $"after {list[at - 1]}" : "first";

    /// <summary>Indexes of a longest rising run of the numbers, gaps allowed.</summary>
    private static HashSet<int> LongestRising(int[] numbers)
    {
        var (length, previous) = (new int[numbers.Length], new int[numbers.Length]);
        for (var i = 0; i < numbers.Length; i++)
        {
            (length[i], previous[i]) = (1, -1);
            for (var j = 0; j < i; j++)
            {
                if (numbers[j] < numbers[i] && length[j] + 1 > length[i])
                    (length[i], previous[i]) = (length[j] + 1, j);
            }
        }
        var kept = new HashSet<int>();
        for (var i = numbers.Length == 0 ? -1 : Array.IndexOf(length, length.Max()); i >= 0; i = previous[i])
            kept.Add(i);
        return kept;
    }

    private static IEnumerable<Change> Fields(string place, IEnumerable<(string Field, string Value)> before, IEnumerable<(string Field, string Value)> after)
    {
        var (old, now) = (before.ToDictionary(field => field.Field, field => field.Value), after.ToDictionary(field => field.Field, field => field.Value));
        return from field in now.Keys.Union(old.Keys)
               let was = old.GetValueOrDefault(field)
               let becomes = now.GetValueOrDefault(field)
               where was != becomes
               select new Change(ChangeKind.Changed, place, field, was, becomes);
    }
}

/// <param name="Where">Id of the step; empty for a field of the playbook, <c>triggers</c> for a trigger.</param>
/// <param name="Field">Null where a whole step or trigger came, went or moved.</param>
/// <param name="Old">Null where there was nothing.</param>
/// <param name="New">Null where nothing is any more.</param>
public sealed record Change(ChangeKind Kind, string Where, string? Field, string? Old, string? New);

public enum ChangeKind { Added, Removed, Moved, Changed }

/// <summary>One thing that is less safe than it was.</summary>
/// <param name="Where">Id of the step; empty for the playbook.</param>
public sealed record Weakness(string Where, string Message);

/// <summary>A step and the list that it stands in.</summary>
/// <param name="List">For example <c>steps</c>, <c>ramp/each</c>, <c>finally</c>.</param>
internal sealed record Place(Step Step, string List, int Index)
{
    public string Where => FormattableString.Invariant($"{List}[{Index}]");

    public static ImmutableArray<Place> AllOf(Playbook playbook) =>
    [
        .. Of(playbook.Steps, "steps"), .. Of(playbook.Finally, "finally"), .. Of(playbook.Drill?.Inject ?? [], "inject"),
    ];

    private static IEnumerable<Place> Of(IEnumerable<Step> steps, string list) => steps.SelectMany((step, index) =>
        step.Bodies().SelectMany(body => Of(body.Steps, $"{step.Id}/{body.Name}")).Prepend(new Place(step, list, index)));
}
