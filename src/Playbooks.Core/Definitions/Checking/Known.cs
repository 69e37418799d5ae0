using System.Collections.Immutable;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>What is known when a step starts.</summary>
/// <param name="Ended">Steps that have ended, however, by id.</param>
/// <param name="Sure">Ids of those that have succeeded on every path to here.</param>
/// <param name="Repeats">Whether there is an item or index.</param>
/// <param name="Reachable">False behind an end.</param>
internal sealed record Known(ImmutableDictionary<string, Step> Ended, ImmutableHashSet<string> Sure, bool Repeats, bool Reachable)
{
    public static readonly Known Nothing = new(ImmutableDictionary.Create<string, Step>(StringComparer.Ordinal),
        ImmutableHashSet.Create<string>(StringComparer.Ordinal), false, true);

    public Known After(Step step, bool sure) => this with
    {
        Ended = Ended.SetItem(step.Id, step),
        Sure = sure ? Sure.Add(step.Id) : Sure.Remove(step.Id),
    };

    /// <summary>Where a jump arrives. It starts at a step that is reached, so what it leads to is reached too.</summary>
    public Known Or(Known jump) => this with
    {
        Ended = Ended.SetItems(jump.Ended),
        Sure = Reachable ? Sure.Intersect(jump.Sure) : jump.Sure,
        Reachable = true,
    };

    /// <summary>What may have ended inside a block can be read outside, but nothing of it is sure.</summary>
    public Known WithMaybe(Known inside) => this with { Ended = Ended.SetItems(inside.Ended) };
}
