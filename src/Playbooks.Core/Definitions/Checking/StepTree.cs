using System.Collections.Immutable;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>Where each step stands among the others.</summary>
internal sealed class StepTree
{
    private readonly Dictionary<Step, Place> places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Step> byId = new(StringComparer.Ordinal);

    public StepTree(IEnumerable<ImmutableArray<Step>> lists)
    {
        foreach (var list in lists)
            Add(list, null, "");
    }

    /// <summary>Every step, a block before what is in it, in the order written.</summary>
    public List<Step> InOrder { get; } = [];

    public Place this[Step step] => places[step];

    /// <summary>The first step of that id.</summary>
    public Step? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>The blocks around a step, innermost first, each with the body that leads to the step.</summary>
    public IEnumerable<(Step Block, string Body)> Around(Step step)
    {
        for (var place = places[step]; place.Parent is { } parent; place = places[parent])
            yield return (parent, place.Body);
    }

    /// <summary>The step itself or the block around it that stands in the list; null when neither does.</summary>
    public Step? InList(Step step, ImmutableArray<Step> list)
    {
        for (var here = step; ; here = places[here].Parent!)
        {
            if (places[here].List == list)
                return here;
            if (places[here].Parent is null)
                return null;
        }
    }

    private void Add(ImmutableArray<Step> list, Step? parent, string body)
    {
        for (var i = 0; i < list.Length; i++)
        {
            var step = list[i];
            places.Add(step, new Place(parent, body, list, i));
            byId.TryAdd(step.Id, step);
            InOrder.Add(step);
            foreach (var inner in step.Bodies())
                Add(inner.Steps, step, inner.Name);
        }
    }
}

/// <param name="Body">Name of the parent's body that holds the step.</param>
/// <param name="Index">In <paramref name="List"/>.</param>
internal sealed record Place(Step? Parent, string Body, ImmutableArray<Step> List, int Index);
