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

    /// <summary>Where two paths meet.</summary>
    public Known Or(Known other) => this with
    {
        Ended = Ended.SetItems(other.Ended),
        Sure = !Reachable ? other.Sure : !other.Reachable ? Sure : Sure.Intersect(other.Sure),
        Reachable = Reachable || other.Reachable,
    };

    /// <summary>What may have ended inside a block can be read outside, but nothing of it is sure.</summary>
    public Known WithMaybe(Known inside) => this with { Ended = Ended.SetItems(inside.Ended) };
}
